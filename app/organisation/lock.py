"""Who changes the organisation and who puts something under its units: one after the other."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.among import among
from app.organisation.lookup import open_within
from app.organisation.tables import Unit

_UNIT: Final[Any] = Unit.__table__


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait until no other transaction changes the organisation; ours may from now on. A second time costs little.

    Whoever has the lock finds the tree as it stays until the commit.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("organisation"))))


async def hold_changed(session: AsyncSession, unit_ids: Collection[str]) -> None:
    """Wait for those who put something under these units; whoever comes now waits for our commit.

    Locks are taken in the order of ids, here and in `kept_open`, so that none wait in a ring.
    """
    await session.execute(
        select(Unit.id).where(among(Unit.id, unit_ids)).order_by(Unit.id).with_for_update(key_share=True)
    )


async def kept_open(
    session: AsyncSession, unit_ids: Collection[str], unit: str | None, day: date
) -> dict[str, date | None]:
    """Those of the units that are open on a day and lie within `unit`, each with the day on which it closes.

    That stays so until our commit: for whoever, without `one_at_a_time`, puts something under them for good.
    """
    asked = {"units": list(unit_ids), "fence": unit, "day": day}
    rows = await session.execute(_held_open(fenced=unit is not None), asked)
    return {row.id: row.closed_on for row in rows}


@cache
def _held_open(*, fenced: bool) -> Select[str, date | None]:
    """Put together once: every client that is put asks it."""
    query = select(_UNIT.c.id, _UNIT.c.closed_on).where(open_within(fenced=fenced)).order_by(_UNIT.c.id)
    return query.with_for_update(read=True, of=_UNIT)
