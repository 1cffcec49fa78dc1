"""Where clients stand, read for a decision; and the locks that let one decision on a client follow another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.movement import Plan
from app.standing.held import InForce, Standing
from app.standing.plans_of_movement import ACTIVE
from app.standing.tables import ImprovementPlan, StandingRecord, TierOverride

Key = tuple[str, str]
"""A client and a rulebook."""

_STANDING: Final[Any] = StandingRecord.__table__  # as objects of the class, thousands would take six times as long
_ALL: Final = 0x71E2B057
_ONE_OF_ALL = text("SELECT pg_advisory_xact_lock_shared(:all)")
_EACH = text("SELECT pg_advisory_xact_lock(hashtextextended('standing:' || :id, 0))")
_EVERY = text("SELECT pg_advisory_xact_lock(:all)")


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a client stands under a rulebook, as of which day it was assessed last, and what holds by hand.

    `standing` is None where the rulebook has no tiers, or has not decided the client yet.
    """

    standing: Standing | None = None
    assessed_as_of: date | None = None
    override: InForce | None = None


async def lock(session: AsyncSession, client_id: str) -> None:
    """Have other decisions on this client wait until this transaction ends."""
    await session.execute(_ONE_OF_ALL, {"all": _ALL})
    await session.execute(_EACH, {"id": client_id})


async def lock_all(session: AsyncSession) -> None:
    """Have every other decision wait until this transaction ends: for a run, which must be quick about it.

    A lock for each of thousands of clients would not fit the server's memory for locks.
    """
    await session.execute(_EVERY, {"all": _ALL})


async def standings_of(
    session: AsyncSession, client_ids: Sequence[str], rulebooks: Sequence[str], day: date
) -> dict[Key, Stands]:
    """Where these clients stand under these rulebooks, overrides that are in force on `day` included."""
    asked = {"clients": list(client_ids), "rulebooks": list(rulebooks)}
    plans = await _plans(session, asked)
    overrides = await overrides_of(session, client_ids, rulebooks, day)
    found = {key: Stands(override=override) for key, override in overrides.items()}
    for row in await session.execute(_of(_STANDING), asked):
        key = (row.client_id, row.rulebook)
        override = overrides.get(key)
        found[key] = Stands(_standing(row, plans.get(key), override), row.assessed_as_of, override)
    return found


async def overrides_of(
    session: AsyncSession, client_ids: Sequence[str], rulebooks: Sequence[str], day: date
) -> dict[Key, InForce]:
    """The overrides that are in force on a day: approved, begun, not yet over."""
    query = _of(TierOverride).where(
        TierOverride.state == "approved", TierOverride.from_day <= day, TierOverride.until_day > day
    )
    rows = (await session.execute(query, {"clients": list(client_ids), "rulebooks": list(rulebooks)})).scalars()
    return {(row.client_id, row.rulebook): InForce(str(row.id), row.tier, row.until_day, row.reason) for row in rows}


async def _plans(session: AsyncSession, asked: Mapping[str, Any]) -> dict[Key, Plan]:
    query = _of(ImprovementPlan).where(ImprovementPlan.state.in_(ACTIVE))
    rows = (await session.execute(query, asked)).scalars()
    return {
        (row.client_id, row.rulebook): Plan(row.open_by, row.opened_on, row.deadline, row.extensions) for row in rows
    }


def _of(table: Any) -> Any:
    """Rows of some clients under some rulebooks; sent as arrays, so that one statement serves any number."""
    columns = getattr(table, "c", table)
    return select(table).where(
        columns.client_id == func.any(bindparam("clients")), columns.rulebook == func.any(bindparam("rulebooks"))
    )


def _standing(row: Row[Any], plan: Plan | None, override: InForce | None) -> Standing | None:
    if row.tier is None or row.since is None:
        return None
    warnings = frozenset(row.warnings)
    return Standing(row.tier, row.since, row.reviews_below, row.ceiling, warnings, plan, row.exited_on, override)
