"""Reading one client, or the ids of many, as far as the caller's unit reaches.

A caller sees a client where a unit that leads or assists it today lies within the caller's own.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Date, ScalarSelect, Select, Text, bindparam, exists, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.clients.refusals import ClientNotFound
from app.clients.tables import Client, ClientUnit
from app.db.half_open import stands_on
from app.organisation.among import among
from app.organisation.faults import refused
from app.organisation.fence import within
from app.trail.change import Reading

Column = InstrumentedAttribute[str] | ColumnElement[str]
Day = date | ColumnElement[date]
"""A day, or the parameter that is to hold one."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as it is now; `unit` leads it today, and is None only for one that nobody leads yet."""

    id: str
    kind: str
    name: str | None
    segment: str | None
    level: str | None
    category: str | None
    co_managed: bool
    industry: str | None
    region: str | None
    ownership: str | None
    life_cycle_stage: str | None
    erased_at: datetime | None
    revision: int
    created_at: datetime
    updated_at: datetime
    unit: str | None


STORED: Final = tuple(each.name for each in fields(ClientRow) if each.name != "unit")
"""The columns of `Client`, all of them."""

_Part = aliased(ClientUnit)  # for conditions: a statement around them may read the table too
_CLIENT: Final[Any] = Client.__table__
_IS_ASKED: Final = _CLIENT.c.id == bindparam("client", type_=Text)
_LOCK: Final = select(_CLIENT.c.id).where(_IS_ASKED).with_for_update(key_share=True)


async def visible(reads: Reading, client_id: str) -> ClientRow:
    """Return a client that the caller may see; raises ClientNotFound, and notes a denial where it exists outside."""
    asked = {"client": client_id, "fence": reads.actor.unit, "today": reads.today}
    found = (await reads.session.execute(_one(fenced=reads.actor.unit is not None), asked)).one_or_none()
    if found is None:
        raise ClientNotFound
    row = as_row(found)
    if not found.seen:
        reads.deny(refused("client", row.id, row.unit))
        raise ClientNotFound
    return row


async def rows_of(session: AsyncSession, client_ids: Collection[str], day: date) -> dict[str, ClientRow]:
    """Return clients, whoever sees them: for what follows of itself from what a caller did."""
    rows = await session.execute(select(*columns(day)).where(among(Client.id, client_ids)))
    return {row.id: as_row(row) for row in rows}


async def locked(reads: Reading, client_id: str) -> ClientRow:
    """Return a client as `visible` does, and keep others from changing it until the transaction ends."""
    await reads.session.execute(_LOCK, {"client": client_id})
    return await visible(reads, client_id)


async def locked_among(reads: Reading, client_ids: Collection[str]) -> dict[str, ClientRow]:
    """Return those of the clients that the caller sees, and keep others from changing them; in one order for all."""
    ours = among(Client.id, client_ids), is_visible(Client.id, reads.actor.unit, reads.today)
    lock = select(Client.id).where(*ours).order_by(Client.id).with_for_update(key_share=True, of=Client)
    await reads.session.execute(lock)
    rows = await reads.session.execute(select(*columns(reads.today)).where(*ours))
    return {row.id: as_row(row) for row in rows}


async def lead_unit(session: AsyncSession, client_id: str, day: date) -> str | None:
    """Return the unit that led a client on a day; None where none did."""
    return await session.scalar(select(lead_of(client_id, day)))


def held(client_id: ColumnElement[str], fits: ColumnElement[bool]) -> CTE:
    """A part of a statement: the row of a client, where it `fits`, which is not erased before the transaction ends.

    What is written from it is written after an erasure that was going on: also its number in the trail is a later one.
    """
    row = select(_CLIENT.c.id).where(_CLIENT.c.id == client_id, fits)
    return row.with_for_update(read=True, key_share=True).cte("held")


def visible_clients(unit: str | None, day: date) -> Select[str]:
    """Select the ids of the clients that a caller of `unit` sees on a day, each once; of all, where `unit` is None."""
    return select(Client.id).where(is_visible(Client.id, unit, day))


@cache
def _one(*, fenced: bool) -> Select[Any]:
    """The statement that reads one client: put together once, for nearly every request begins with it."""
    today = bindparam("today", type_=Date)
    seen = is_visible(_CLIENT.c.id, bindparam("fence", type_=Text) if fenced else None, today)
    return select(*columns(today), seen.label("seen")).where(_IS_ASKED)


def is_visible(column: Column, unit: str | ColumnElement[str] | None, day: Day) -> ColumnElement[bool]:
    """Whether a caller of `unit` sees the client in `column` on `day`; always, where `unit` is None."""
    if unit is None:
        return true()
    part = select(_Part.client_id).where(_Part.client_id == column, stands_on(_Part, day))
    return exists(part.where(within(_Part.unit_id, unit, day)))


def columns(day: Day) -> list[ColumnElement[Any]]:
    """What to select of clients for `as_row`; `day` picks the unit that leads."""
    return [*(_CLIENT.c[name] for name in STORED), lead_of(_CLIENT.c.id, day).label("unit")]


def as_row(found: Any) -> ClientRow:
    """The client of a row that `columns` selected."""
    return ClientRow(**{name: getattr(found, name) for name in (*STORED, "unit")})


def lead_of(client_id: Any, day: Day) -> ScalarSelect[str]:
    """The unit that leads on a day, of a client by its id or by a column: for use inside a statement."""
    leads = select(_Part.unit_id).where(_Part.client_id == client_id, _Part.part == "lead", stands_on(_Part, day))
    return leads.scalar_subquery()
