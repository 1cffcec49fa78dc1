"""What was recorded of clients: the latest of every fact for many, the whole history of one."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.clients.tables import FactRecord
from app.db.fetching import fetch_rows

_FACT: Final[Any] = FactRecord.__table__.c
"""Columns of the table: as attributes of the class they would cost half as much again for each row that is read."""

_NEWEST: Final = (_FACT.as_of.desc(), _FACT.recorded_at.desc(), _FACT.id.desc())
"""Of two records of one day the later recorded counts."""

_TOLD: Final = tuple(
    _FACT[name] for name in ("client_id", "name", "value", "as_of", "source", "recorded_at", "recorded_by")
)


@dataclass(frozen=True, slots=True)
class Span:
    """Which records of one fact: of days from `since` to before `until`, and those after the record `after`."""

    since: date | None = None
    until: date | None = None
    after: int | None = None


async def latest(
    session: AsyncSession,
    client_ids: Collection[str],
    as_of: date,
    known_at: datetime | None,
    names: Collection[str] | None,
) -> Sequence[tuple[Any, ...]]:
    """Return the latest record of every fact of each client, or of those named: of a day up to `as_of`, known by then.

    One probe of the index finds each: how long the history is does not count.
    """
    asked = {"clients": list(client_ids), "names": list(names or ()), "as_of": as_of, "known_at": known_at}
    return await fetch_rows(session, _latest(named=names is not None, known_by=known_at is not None), asked)


async def latest_values(
    session: AsyncSession, client_ids: Collection[str], as_of: date, known_at: datetime | None, names: Collection[str]
) -> dict[str, Sequence[str | None]]:
    """Return of each client the values that `latest` finds, in the order of the names; None where there is none."""
    asked = {"clients": list(client_ids), "names": list(names), "as_of": as_of, "known_at": known_at}
    return dict(await fetch_rows(session, _latest_values(known_by=known_at is not None), asked))


@cache
def _latest(*, named: bool, known_by: bool) -> Select[*tuple[Any, ...]]:
    """Put together once: every decision asks it."""
    clients = _listed("clients")
    wanted = _listed("names") if named else _names_of(clients)
    one = _one(_TOLD, clients, wanted, known_by=known_by)
    of_client = select(one).select_from(wanted.join(one, true())).correlate(clients).offset(0)  # client by client
    each = of_client.lateral()
    return select(each).select_from(clients.join(each, true()))


@cache
def _latest_values(*, known_by: bool) -> Select[*tuple[Any, ...]]:
    """One row for each client, which is a fraction of what rows of facts cost."""
    clients, wanted = _listed("clients"), _listed("names", with_ordinality="place")
    one = _one([_FACT.value.label("told")], clients, wanted, known_by=known_by)
    listed = func.array_agg(aggregate_order_by(one.c.told, wanted.c.place)).label("told")
    of_client = select(listed).select_from(wanted.outerjoin(one, true())).correlate(clients).lateral()
    return select(clients.c.value, of_client.c.told).select_from(clients.join(of_client, true()))


def _one(columns: Iterable[Any], clients: Any, wanted: Any, *, known_by: bool) -> Any:
    """The latest record of one fact of one client."""
    known = and_(
        _FACT.client_id == clients.c.value,
        _FACT.name == wanted.c.value,
        _FACT.as_of <= bindparam("as_of", type_=Date),
    )
    if known_by:
        known = and_(known, _FACT.recorded_at <= bindparam("known_at", type_=DateTime(timezone=True)))
    return select(*columns).where(known).order_by(*_NEWEST).limit(1).correlate(clients, wanted).lateral()


async def history(session: AsyncSession, client_id: str, name: str, span: Span, limit: int) -> Sequence[Row[Any]]:
    """Return records of one fact of one client, the newest first, each with its `id`."""
    query = select(_FACT.id, *_TOLD).where(_FACT.client_id == client_id, _FACT.name == name)
    if span.after is not None:
        query = query.where(_comes_after(client_id, name, span.after))
    return (await session.execute(query.where(*_within(span)).order_by(*_NEWEST).limit(limit))).all()


async def daily(session: AsyncSession, client_id: str, name: str, span: Span) -> Sequence[Row[Any]]:
    """Return of each day of a span the value of one fact that counts, the newest day first: `as_of` and `value`."""
    of_fact = (_FACT.client_id == client_id, _FACT.name == name, *_within(span))
    one_a_day = select(_FACT.as_of, _FACT.value).ext(distinct_on(_FACT.as_of)).where(*of_fact)
    return (await session.execute(one_a_day.order_by(*_NEWEST))).all()


def _within(span: Span) -> Iterator[ColumnElement[bool]]:
    if span.since is not None:
        yield _FACT.as_of >= span.since
    if span.until is not None:
        yield _FACT.as_of < span.until


def _comes_after(client_id: str, name: str, record_id: int) -> ColumnElement[bool]:
    """Whether a record comes after another one of the same fact, the newest first."""
    last = aliased(FactRecord)
    place = select(last.as_of, last.recorded_at, last.id)
    place = place.where(last.id == record_id, last.client_id == client_id, last.name == name)
    return tuple_(_FACT.as_of, _FACT.recorded_at, _FACT.id) < place.scalar_subquery()


def _names_of(clients: Any) -> Any:
    """The names of all facts of a client: each is the next after the one before, so that no history is read through."""
    mine = _FACT.client_id == clients.c.value
    first = select(func.min(_FACT.name).label("value")).where(mine).correlate(clients)
    found = first.cte("found", recursive=True, nesting=True)
    is_name = found.c.value.is_not(None)
    following = select(func.min(_FACT.name)).where(mine, _FACT.name > found.c.value)
    chain = found.union_all(select(following.correlate(clients, found).scalar_subquery()).where(is_name))
    return select(chain.c.value).where(chain.c.value.is_not(None)).lateral()


def _listed(name: str, **place: str) -> Any:
    """The texts of the parameter `name`, as a table; with a place each, where `with_ordinality` names it."""
    return func.unnest(bindparam(name, type_=ARRAY(Text))).table_valued("value", **place).render_derived(name=name)
