"""Whom a run covers: the clients that a key of its unit sees, as far as its filter holds; in the order of their ids.

Who is created after the run started is not of it, however often it is carried on.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.asked import ATTRIBUTES
from app.clients.queries import meant
from app.clients.reading import columns, lead_of, visible_clients
from app.organisation.among import among
from app.organisation.lookup import paths
from app.standing.queries import holds


@dataclass(frozen=True, slots=True)
class Membership:
    """Which clients: there by a moment, seen by a key of `unit` on `day`, and all that `wanted` asks of them.

    `rulebook` is for tiers.
    """

    unit: str | None
    day: date
    rulebook: str
    wanted: Mapping[str, Any]
    there_by: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A client, the unit that leads it today, and the path of the unit that led it on the day that counts."""

    client_id: str
    unit: str | None
    path: tuple[str, ...]


async def count_members(session: AsyncSession, membership: Membership) -> int:
    """How many clients it is about."""
    inner = _selected(membership).subquery()
    return await session.scalar(select(func.count()).select_from(inner)) or 0


async def members_after(
    session: AsyncSession, membership: Membership, cursor: str | None, limit: int, as_of: date
) -> list[Member]:
    """The next so many clients after the one that `cursor` names."""
    query = _selected(membership)
    ident = query.selected_columns[0]
    named = {each.name: each for each in columns(membership.day) if hasattr(each, "name")}
    led = lead_of(ident, as_of).label("led")
    query = query.add_columns(named["unit"], led).order_by(ident).limit(limit)
    rows = (await session.execute(query if cursor is None else query.where(ident > cursor))).all()
    above = await paths(session, {row.led for row in rows if row.led}, as_of)
    return [Member(row[0], row.unit, above.get(row.led, ())) for row in rows]


async def unseen(session: AsyncSession, client_ids: Collection[str], unit: str | None, day: date) -> set[str]:
    """Those of the ids whose clients a key of `unit` does not see, or that are none."""
    query = visible_clients(unit, day)
    ident: Any = query.selected_columns[0]
    seen = await session.scalars(query.where(among(ident, client_ids)))
    return set(client_ids) - set(seen)


async def leads_of(session: AsyncSession, client_ids: Collection[str], day: date) -> Sequence[tuple[str, str | None]]:
    """Of those that are clients at all, the unit that leads each."""
    query = visible_clients(None, day)
    ident: Any = query.selected_columns[0]
    rows = await session.execute(query.add_columns(lead_of(ident, day).label("led")).where(among(ident, client_ids)))
    return [(row[0], row.led) for row in rows]


def _selected(membership: Membership) -> Select[Any]:
    query: Select[Any] = visible_clients(membership.unit, membership.day)
    return query.where(*_conditions(membership, query.selected_columns[0]))


def _conditions(membership: Membership, ident: Any) -> Iterator[ColumnElement[bool]]:
    wanted, named = membership.wanted, {each.name: each for each in columns(membership.day) if hasattr(each, "name")}
    yield named["created_at"] <= membership.there_by
    attributes = {name: wanted[name] for name in ATTRIBUTES if name in wanted}
    yield from meant(attributes, wanted.get("officer"), membership.day)
    if "client_ids" in wanted:
        yield among(ident, wanted["client_ids"])
    if "tier" in wanted:
        yield holds(ident, membership.rulebook, wanted["tier"])
