"""The two ways in which people move a client: recognition lets it in and up, an exit lets it go (A4, A12, B8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.events.catalogue import ClientExited
from app.events.emitting import emit
from app.events.envelope import Happened
from app.kernel.movement import Held, recognise
from app.kernel.tier import Tiers
from app.rulebooks.published import Published
from app.standing.announcing import Raised, Shift, cleared, shows, steps_told
from app.standing.held import Standing
from app.standing.leaving import gone
from app.standing.overrides import end_live
from app.standing.plans_of_movement import Ended, end_plans
from app.standing.reading import lock, standing_of
from app.standing.tables import ClientWarning, StandingMove, StandingRecord
from app.standing.verdict import Step, labelled
from app.trail.change import Change
from app.trail.entry import Entry

_WARNING: Final[Any] = ClientWarning.__table__
EXITED: Final = "exited"
"""Why an override was ended that the client's exit ended."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: a client, the unit that leads it, and the version that governs it."""

    client_id: str
    unit: str | None
    published: Published

    @property
    def tiers(self) -> Tiers:
        """The version's tiers; raises ValueError where it has none."""
        tiers = self.published.sound.rulebook.tiers
        if tiers is None:
            raise ValueError(f"{self.published.name} has no tiers to move clients in")
        return tiers


async def recognised(change: Change, subject: Subject, tier: str, reasons: Sequence[str]) -> Standing:
    """Recognise a client in a tier, and return where it stands: the way up, and the way back after an exit.

    It never lowers. Ceilings and warnings stand as they are last known, until the next assessment.
    """
    tiers = subject.tiers
    before = await _before(change, subject)
    held = before.held(tiers) if before else None
    movement = recognise(tiers, held, tiers.labels.index(tier), change.today)
    after = Standing.of(movement.held, tiers, None, before.override if before else None)
    steps = tuple(replace(each, reasons=(*each.reasons, *reasons)) for each in labelled(tiers, movement))
    if movement.held.plan is None:
        await _end_plan(change, subject, "met" if held else "cancelled")
    await _stand(change, subject, after)
    await _trace(change, subject, _Moved(before, after, steps))
    await emit(change, list(_shift(change, subject, _Moved(before, after, steps))))
    return after


async def exited(change: Change, subject: Subject, reasons: Sequence[str]) -> Standing:
    """Let a client go: it holds the lowest tier, nothing stands against it any more, only recognition leads back.

    A tier that was set by hand, or is proposed, was the client's that leaves: it ends as well.
    """
    tiers = subject.tiers
    before = await _before(change, subject)
    held = Held(tiers.otherwise, change.today)
    after = Standing.of(held, tiers, change.today, None)
    step = Step("exited", before.tier if before else None, after.tier, tuple(reasons))
    await _end_plan(change, subject, "cancelled")
    await end_live(change, subject.client_id, subject.published.name, subject.unit, EXITED)
    unwarned = await _clear_warnings(change, subject)
    await _stand(change, subject, after)
    moved = _Moved(before, after, (step,))
    await _trace(change, subject, moved)
    told = [_left(change, subject, reasons), *_shift(change, subject, moved)]
    await emit(change, [*told, *cleared(change, unwarned, {subject.client_id: subject.unit})])
    await gone(change, [(subject.client_id, subject.published.name)], subject.unit)
    return after


@dataclass(frozen=True, slots=True)
class _Moved:
    before: Standing | None
    after: Standing
    steps: Sequence[Step]


async def _before(change: Change, subject: Subject) -> Standing | None:
    await lock(change.session, subject.client_id)
    return (await standing_of(change.session, subject.client_id, subject.published.name, change.today)).standing


async def _stand(change: Change, subject: Subject, after: Standing) -> None:
    values = {
        "tier": after.tier,
        "since": after.since,
        "reviews_below": after.reviews_below,
        "ceiling": after.ceiling,
        "warnings": sorted(after.warnings),
        "exited_on": after.exited_on,
        "updated_at": change.now,
    }
    key = {"client_id": subject.client_id, "rulebook": subject.published.name}
    first = {**key, "classes": {}, "complete": False, "revision": 1}
    again = {**values, "revision": StandingRecord.revision + 1}
    statement = upsert(StandingRecord).values({**first, **values})
    await change.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=again))


async def _end_plan(change: Change, subject: Subject, state: str) -> None:
    await end_plans(change, [Ended(subject.client_id, subject.published.name, state, change.today)])


async def _clear_warnings(change: Change, subject: Subject) -> list[Raised]:
    statement = (
        update(_WARNING)
        .where(
            _WARNING.c.client_id == subject.client_id,
            _WARNING.c.rulebook == subject.published.name,
            _WARNING.c.cleared_on.is_(None),
            _WARNING.c.period.is_(None),
        )
        .values(cleared_on=change.today)
    )
    columns = (_WARNING.c[name] for name in ("id", "client_id", "rulebook", "reason", "cleared_on"))
    return [Raised(*row) for row in await change.session.execute(statement.returning(*columns))]


def _left(change: Change, subject: Subject, reasons: Sequence[str]) -> Happened:
    name, day = subject.published.name, change.today
    data = ClientExited(client_id=subject.client_id, rulebook=name, on=day, reasons=list(reasons))
    key = (subject.client_id, name, change.now.isoformat())  # one may leave, come back and leave on the same day
    return Happened(data, key, change.now, subject.client_id, subject.unit)


def _shift(change: Change, subject: Subject, moved: _Moved) -> Iterator[Happened]:
    before, after = shows(moved.before), moved.after.effective
    if before != after:
        moves, reasons = steps_told(moved.steps)
        which = f"{'/'.join(moves)} {change.now.isoformat()}"
        name, day = subject.published.name, change.today
        yield Shift(subject.client_id, subject.unit, name, before, after, moves, reasons, day, which).told(change)


async def _trace(change: Change, subject: Subject, moved: _Moved) -> None:
    """The steps in the client's history, and the move in the trail."""
    when = {"day": change.today, "at": change.now, "by": change.actor.identity}
    key = {"client_id": subject.client_id, "rulebook": subject.published.name}
    rows = [{**key, **each.as_json(), **when} for each in moved.steps]
    if rows:
        await change.session.execute(insert(StandingMove), rows)
    reasons = dict.fromkeys(reason for each in moved.steps for reason in each.reasons)
    entry = Entry(
        action="client.moved",
        object_type="client",
        object_id=subject.client_id,
        unit=subject.unit,
        before=moved.before.as_json() if moved.before else None,
        after={
            "rulebook": subject.published.name,
            "standing": moved.after.as_json(),
            "moves": [each.as_json() for each in moved.steps],
        },
        reason=", ".join(reasons) or None,
        digest=subject.published.sound.digest,
    )
    await change.note(entry)
