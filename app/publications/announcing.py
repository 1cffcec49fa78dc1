"""Publications told outside; and the ends of pilots, put where whatever ticks finds them (domain.md A17)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.due.handling import Taken
from app.due.putting import Due, Step, put
from app.events.catalogue import PilotEnded, RulebookPublished
from app.events.emitting import emit
from app.events.envelope import Happened
from app.kernel.moments import moment
from app.rulebooks.following import Turn, VersionName, follows_reigns
from app.rulebooks.reign import Term
from app.trail.change import Change

PILOT: Final = "pilot"
ENDS: Final = "ends"


@follows_reigns
async def tell(change: Change, version: VersionName, term: Term, turn: Turn) -> None:
    """Tell of a term that begins, in each of its units, and have the end of a pilot looked after."""
    if term.until_day is not None:
        await put(change, [_end(change, version, unit, term.until_day) for unit in dict.fromkeys(term.units)])
    if turn == "begins":
        await emit(change, [_published(change, version, term, unit) for unit in dict.fromkeys(term.units or (None,))])


async def pilots_due(_: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
    """Pilots that are over."""
    return [_ended(each) for each in taken]


def _published(change: Change, version: VersionName, term: Term, unit: str | None) -> Happened:
    units = [unit] if unit else []
    data = RulebookPublished(
        rulebook=version.name, version=version.number, digest=version.digest, from_day=term.from_day, units=units
    )
    key = (version.name, str(version.number), unit or "", str(term.from_day))
    return Happened(data, key, change.now, unit=unit)


def _end(change: Change, version: VersionName, unit: str, until: date) -> Due:
    at = moment(until, change.zone)
    about = {"version": version.number, "digest": version.digest, "unit": unit, "until": until.isoformat()}
    key = f"{version.name}/{version.number}/{unit}"
    return Due(PILOT, key, at, [Step(ENDS, at)], rulebook=version.name, about=about)


def _ended(taken: Taken) -> Happened:
    about, name = taken.about, taken.rulebook or ""
    data = PilotEnded(
        rulebook=name,
        version=about["version"],
        digest=about["digest"],
        units=[about["unit"]],
        until=date.fromisoformat(about["until"]),
        late_by=taken.late_s,
    )
    return Happened(data, (taken.key, about["until"]), taken.planned_at, unit=about["unit"])
