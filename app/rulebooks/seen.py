"""What a caller sees of a version: a key of a unit sees the reigns that reach its unit, and no other unit's name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.rulebooks.reigning import reigns_of
from app.rulebooks.schemas import ReignSummary, SimulationSummary
from app.rulebooks.simulations import simulations_of
from app.rulebooks.tables import RulebookReign, RulebookSimulation, RulebookVersion
from app.rulebooks.unit_tree import standing_of


@dataclass(frozen=True, slots=True)
class Seen:
    """A version, the first day on which it governs as far as the caller sees, and its reigns in the caller's reach."""

    version: RulebookVersion
    first_day: date | None
    reigns: list[ReignSummary]


async def versions_seen(
    session: AsyncSession, rows: Sequence[RulebookVersion], unit: str | None, today: date
) -> list[Seen]:
    """Versions of one rulebook with their reigns, for a key of `unit`, or with None of the whole bank."""
    if not rows:
        return []
    reigns = await reigns_of(session, rows[0].name, [each.number for each in rows])
    named = {each.unit_id for each in reigns if each.unit_id is not None}
    shown = {each: each for each in named} if unit is None else await _reaching(session, named, unit, today)
    return [_seen(row, [each for each in reigns if each.number == row.number], shown) for row in rows]


async def simulations_seen(
    session: AsyncSession, version: RulebookVersion, unit: str | None, limit: int, before: UUID | None = None
) -> list[SimulationSummary]:
    """Simulations of a version's digest, the newest first; what they came to is told to keys of the whole bank."""
    found = await simulations_of(session, version.name, version.digest, limit, before)
    return [_simulation(each, whole=unit is None) for each in found]


async def _reaching(session: AsyncSession, named: Collection[str], unit: str, today: date) -> dict[str, str]:
    """Those of `named` that reach into `unit`, and as which unit each is shown."""
    within, above = await standing_of(session, named, unit, today)
    return {**{each: each for each in within}, **dict.fromkeys(above, unit)}


def _seen(row: RulebookVersion, reigns: list[RulebookReign], shown: Mapping[str, str]) -> Seen:
    bank_wide: dict[str | None, str | None] = {None: None}
    units = bank_wide | dict(shown)
    reach = [each for each in reigns if each.unit_id in units]
    begun = [each.from_day for each in reach if each.until_day != each.from_day]
    return Seen(row, min(begun, default=None), [_reign(each, units[each.unit_id]) for each in reach])


def _reign(reign: RulebookReign, unit: str | None) -> ReignSummary:
    return ReignSummary(
        unit=unit,
        effective_from=reign.from_day,
        effective_until=reign.until_day,
        made_at=reign.made_at,
        made_by=reign.made_by,
    )


def _simulation(row: RulebookSimulation, *, whole: bool) -> SimulationSummary:
    return SimulationSummary(
        id=row.id,
        version=row.number,
        digest=row.digest,
        run_id=row.run_id if whole else None,
        made_at=row.made_at,
        made_by=row.made_by,
        clients=row.clients if whole else None,
        summary=row.summary if whole else None,
    )
