"""Recording a visit: a look-up, the visit, the trail. The same visit sent twice is one visit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.coverage.attainment.closed import Touched, closed_days, may_be_closed, settle
from app.coverage.known_terms import Desk
from app.coverage.refusals import ExternalIdTaken
from app.coverage.visits.judging import judge
from app.coverage.visits.lookup import Found, kinds_of, look_up
from app.coverage.visits.planned_storing import make_done
from app.coverage.visits.refusals import NoSuchPlan, ReasonNeeded, VisitMeanwhile
from app.coverage.visits.storing import insert_noted, insert_visit, same_visit
from app.coverage.visits.told import OnDay, Told, Visit, first_revision, new_id
from app.organisation.faults import Fault, raise_first
from app.trail.change import Brief, Change, Reading
from app.trail.entry import Entry

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit that stands, and whether it is new."""

    visit: Visit
    is_new: bool


async def record_briefly(brief: Brief, desk: Desk, told: Told) -> Visit | None:
    """Record a visit by a look-up and one statement; None, and nothing done, where it takes more: then `record` it.

    So where it makes a plan done, where a period of its day may be closed, where the same is there already.
    """
    visit, found = await _judged(brief, desk, told)
    if any(found.plans.values()) or may_be_closed(visit.day, brief.today):
        return None
    return visit if await insert_noted(brief, visit, _entry(visit, found)) else None


async def record(change: Change, desk: Desk, told: Told) -> Recorded:
    """Record a visit, or find it where it is there already; two at once find one.

    Raises what is wrong with it, as `app.coverage.visits.refusals` has it.
    """
    visit, found = await _judged(change, desk, told)
    await ask_reason(change, [visit], told.reason)
    for _ in range(_TRIES):
        if await insert_visit(change.session, visit):
            await _follow(change, desk, found, visit)
            return Recorded(visit, is_new=True)
        same = await same_visit(change.session, visit)
        if same is not None:
            return Recorded(_own(visit, same), is_new=False)
    raise VisitMeanwhile


async def ask_reason(reads: Reading, visits: Sequence[Visit], reason: str | None) -> None:
    """Raise ReasonNeeded where a day lies in a period that is closed, and nothing says why it changes."""
    if reason is None and await closed_days(reads, {(each.client_id, each.day) for each in visits}):
        raise_first(reads, [Fault(("reason",), ReasonNeeded, "is needed: the period is closed")])


def noted(visit: Visit) -> dict[str, Any]:
    """What the trail says of a revision: ids, moment and kind; nothing that is written of it."""
    people = [each._asdict() for each in visit.participants]
    own = {"client_id": visit.client_id, "revision": visit.revision, "external_id": visit.external_id}
    return {**own, "at": visit.at.isoformat(), "day": visit.day.isoformat(), "kind": visit.kind, "participants": people}


async def _judged(asking: Brief | Reading, desk: Desk, told: Told) -> tuple[Visit, Found]:
    """The visit as it is to be kept, and what was looked up for it; raises what is wrong with it."""
    day = told.at.astimezone(asking.zone).date()
    found = await look_up(asking, told, day)
    judged = judge(told, found.ground, kinds_of(desk.registry, found.ground.path, day), asking.now)
    raise_first(asking, [*judged.faults, *_unknown_plan(told, found)])
    by_whom = (asking.now, asking.actor.identity)
    return first_revision(new_id(asking.now), OnDay(told, day), judged.participants, by_whom), found


async def _follow(change: Change, desk: Desk, found: Found, visit: Visit) -> None:
    """The plans that it makes done, the entry of the trail, and what else follows."""
    plans = [plan for plan, is_open in found.plans.items() if is_open]
    done = {"plans_done": sorted(map(str, await make_done(change, plans, visit.id)))} if plans else {}
    await change.note(_entry(visit, found, **done))
    await settle(change, desk, [Touched(visit.client_id, visit.day, visit.id, visit.reason)])


def _entry(visit: Visit, found: Found, **more: Any) -> Entry:
    after = {**noted(visit), **more}
    return Entry("visit.recorded", "visit", str(visit.id), found.ground.unit, None, after, visit.reason)


def _unknown_plan(told: Told, found: Found) -> Iterator[Fault]:
    if told.planned_id is not None and told.planned_id not in found.plans:
        yield Fault(("planned_id",), NoSuchPlan, "no such plan of this client")


def _own(visit: Visit, found: Visit) -> Visit:
    """The visit that is there, which is to the same client; raises ExternalIdTaken."""
    if found.client_id != visit.client_id:
        raise ExternalIdTaken
    return found
