"""Where clients stand, read for a decision; and the locks that let one decision on a client follow another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.movement import Plan
from app.standing.held import InForce, Standing

Key = tuple[str, str]
"""A client and a rulebook."""

_ALL: Final = 0x71E2B057
_EACH: Final = text(
    "SELECT pg_advisory_xact_lock_shared(:all), pg_advisory_xact_lock(hashtextextended('standing:' || :id, 0))"
)
_EVERY: Final = text("SELECT pg_advisory_xact_lock(:all)")
_STANDS: Final = text("""
SELECT asked.client_id, book.rulebook, stands.tier, stands.since, stands.reviews_below, stands.ceiling,
  stands.warnings, stands.exited_on, stands.assessed_as_of, plan.open_by, plan.opened_on, plan.deadline,
  plan.extensions, hand.id AS override_id, hand.tier AS override_tier, hand.until_day, hand.reason
FROM unnest(CAST(:clients AS text[])) AS asked (client_id)
CROSS JOIN unnest(CAST(:rulebooks AS text[])) AS book (rulebook)
LEFT JOIN standing AS stands ON (stands.client_id, stands.rulebook) = (asked.client_id, book.rulebook)
LEFT JOIN improvement_plan AS plan
  ON (plan.client_id, plan.rulebook) = (asked.client_id, book.rulebook) AND plan.state IN ('due', 'open')
LEFT JOIN LATERAL (
  SELECT each.id, each.tier, each.until_day, each.reason FROM tier_override AS each
  WHERE (each.client_id, each.rulebook) = (asked.client_id, book.rulebook)
    AND each.state = 'approved' AND each.from_day <= :day AND each.until_day > :day
  ORDER BY each.decided_at DESC LIMIT 1
) AS hand ON true
WHERE stands.client_id IS NOT NULL OR hand.id IS NOT NULL
""")


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
    await session.execute(_EACH, {"all": _ALL, "id": client_id})


async def lock_all(session: AsyncSession) -> None:
    """Have every other decision wait until this transaction ends: for a run, which must be quick about it.

    A lock for each of thousands of clients would not fit the server's memory for locks.
    """
    await session.execute(_EVERY, {"all": _ALL})


async def standings_of(
    session: AsyncSession, client_ids: Sequence[str], rulebooks: Sequence[str], day: date
) -> dict[Key, Stands]:
    """Where these clients stand under these rulebooks, overrides that are in force on `day` included."""
    asked = {"clients": list(client_ids), "rulebooks": list(rulebooks), "day": day}
    rows = await session.execute(_STANDS, asked)
    return {(row.client_id, row.rulebook): _stands(row) for row in rows}


async def standing_of(session: AsyncSession, client_id: str, rulebook: str, day: date) -> Stands:
    """Where one client stands under one rulebook; an empty `Stands` where it was never decided."""
    return (await standings_of(session, [client_id], [rulebook], day)).get((client_id, rulebook), Stands())


def plan_of(row: Any) -> Plan:
    """A plan as the kernel has it, of a row with its days and its extensions."""
    return Plan(row.open_by, row.opened_on, row.deadline, row.extensions)


def _stands(row: Any) -> Stands:
    override = InForce(str(row.override_id), row.override_tier, row.until_day, row.reason) if row.override_id else None
    if row.tier is None:
        return Stands(None, row.assessed_as_of, override)
    plan = plan_of(row) if row.open_by else None
    warnings = frozenset(row.warnings)
    standing = Standing(row.tier, row.since, row.reviews_below, row.ceiling, warnings, plan, row.exited_on, override)
    return Stands(standing, row.assessed_as_of, override)
