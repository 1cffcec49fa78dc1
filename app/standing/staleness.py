"""Facts that grow too old for the rulebook that decides by them, put where whatever ticks finds them (A14)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.clients.facts import facts_of
from app.clients.reading import rows_of
from app.due.handling import Taken
from app.due.putting import Due, Step, put
from app.events.catalogue import FactsStale
from app.events.envelope import Happened
from app.kernel.fact import Fact
from app.kernel.moments import moment
from app.standing.judges import Judges
from app.standing.settled import Settled
from app.trail.change import Change

FACTS: Final = "facts"
STALE: Final = "stale"
_DAY: Final = timedelta(days=1)


async def watch_facts(change: Change, judges: Judges, settled: Sequence[Settled]) -> None:  # noqa: ARG001  a Follower
    """Follow assessments: have the facts looked after that decided, until a decision would point at their age."""
    await put(change, [due for each in settled if (due := _due(change, each))])


async def facts_due(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
    """Facts that grew stale; nothing of those that became known anew meanwhile."""
    ids = sorted({each.client_id for each in taken if each.client_id})
    known = await facts_of(change.session, ids, change.today, zone=change.zone)
    clients = await rows_of(change.session, ids, change.today)
    units = {client_id: row.unit for client_id, row in clients.items()}
    days = {client_id: {name: fact.as_of.isoformat() for name, fact in of.items()} for client_id, of in known.items()}
    return [_stale(each, days.get(each.client_id or "", {}), units) for each in taken]


def stale_from(fact: Fact, as_of: date) -> date | None:
    """The first day on which a value of the day `as_of` is too old; None for a fact that never is."""
    if fact.max_age is None:
        return None
    day = fact.max_age.after(as_of)
    while not fact.is_stale(as_of, day):  # months end where they end: a day or a few later
        day += _DAY
    return day


def _due(change: Change, settled: Settled) -> Due | None:
    facts = settled.published.sound.rulebook.facts
    moments: defaultdict[datetime, list[str]] = defaultdict(list)
    for name, known in settled.grounds.facts.items():
        moment = _moment(facts[name], known.as_of, change.zone)
        if moment is not None and moment > change.now:
            moments[moment].append(name)
    if not moments:
        return None
    steps = [Step(STALE, at, {"facts": ",".join(names)}) for at, names in sorted(moments.items())]
    about = {name: settled.grounds.facts[name].as_of.isoformat() for names in moments.values() for name in names}
    key = f"{settled.client_id}/{settled.published.name}"
    return Due(FACTS, key, steps[0].at, steps, settled.client_id, settled.published.name, about)


def _moment(fact: Fact, as_of: date, zone: ZoneInfo) -> datetime | None:
    day = stale_from(fact, as_of)
    return moment(day, zone) if day else None


def _stale(taken: Taken, days: Mapping[str, str], units: Mapping[str, str | None]) -> Happened | None:
    grown = [name for more in (*taken.passed, taken.more) for name in more["facts"].split(",")]
    names = [name for name in grown if days.get(name) == taken.about[name]]
    if not names or taken.client_id is None:
        return None
    data = FactsStale(client_id=taken.client_id, rulebook=taken.rulebook or "", facts=names, late_by=taken.late_s)
    key = (taken.key, *(f"{name} {taken.about[name]}" for name in names))
    return Happened(data, key, taken.planned_at, taken.client_id, units.get(taken.client_id))
