"""A client's profile read as facts: what classifies it, as the CRM had it on a day (domain.md A5, B2, B3, B5, E1)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Row, Select, Text, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.tables import ClientRevision

SOURCE: Final = "profile"
_KIND: Final = "kind"
_CLIENT_TYPE: Final = "client_type"
_AS_RECORDED: Final = (
    "segment",
    "co_managed",
    "industry",
    "region",
    "ownership",
    "life_cycle_stage",
    "level",
    "category",
)
_CLIENT_TYPES: Final[Mapping[str, str]] = {"company": "enterprise", "institution": "institution"}
ATTRIBUTES: Final = (*_AS_RECORDED, _CLIENT_TYPE)
"""The facts that a profile gives: none is recorded; what was, once, counts where the profile is silent."""


async def profiles(
    session: AsyncSession, client_ids: Collection[str], end: datetime | None, known_at: datetime | None
) -> Sequence[Row[Any]]:
    """Return of each client the revision that stood before `end` and was known by then, its attributes as texts."""
    asked = {"clients": list(client_ids), "end": end, "known_at": known_at}
    return (await session.execute(_profiles(ended=end is not None, known_by=known_at is not None), asked)).all()


@cache
def _profiles(*, ended: bool, known_by: bool) -> Select[*tuple[Any, ...]]:
    """Put together once: every decision asks it."""
    clients = func.unnest(bindparam("clients", type_=ARRAY(Text))).table_valued("id").render_derived(name="clients")
    texts = [ClientRevision.profile[name].astext.label(name) for name in (*_AS_RECORDED, _KIND)]
    columns = (ClientRevision.client_id, ClientRevision.recorded_at, ClientRevision.recorded_by, *texts)
    newest = select(*columns).where(ClientRevision.client_id == clients.c.id)
    if ended:
        newest = newest.where(ClientRevision.recorded_at < bindparam("end", type_=DateTime(timezone=True)))
    if known_by:
        newest = newest.where(ClientRevision.recorded_at <= bindparam("known_at", type_=DateTime(timezone=True)))
    found = newest.order_by(ClientRevision.revision.desc()).limit(1).correlate(clients).lateral()
    return select(found).select_from(clients.join(found, true()))


def attributes_of(row: Row[Any]) -> Iterator[tuple[str, str]]:
    """The facts of a profile with their values, those that it leaves open left out."""
    for name in _AS_RECORDED:
        value = getattr(row, name)
        if value is not None:
            yield name, value
    if row.kind in _CLIENT_TYPES:
        yield _CLIENT_TYPE, _CLIENT_TYPES[row.kind]


def end_of(day: date, zone: ZoneInfo) -> datetime | None:
    """The moment at which a day of the bank is over; None for the calendar's last."""
    return None if day == date.max else datetime.combine(day + timedelta(days=1), time(), zone)
