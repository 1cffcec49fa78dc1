"""What is known of clients (domain.md A3): what was recorded, and what their profiles say of themselves."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients import fact_profile, fact_queries
from app.clients.fact_recording import Told, digest_of, record
from app.clients.reading import ClientRow, locked
from app.trail.change import Change
from app.trail.entry import Entry

_AT_ONCE: Final = 2_000
"""Clients whose facts one statement reads: so few that it stays far below its time limit, were they all on the disk."""


class KnownFact(NamedTuple):
    """The value of a fact as text, the day it tells of, whence it is, when it was recorded and by whom."""

    value: str
    as_of: date
    source: str | None
    recorded_at: datetime
    recorded_by: str


async def facts_of(
    session: AsyncSession,
    client_ids: Collection[str],
    as_of: date,
    known_at: datetime | None = None,
    *,
    zone: ZoneInfo,
    names: Collection[str] | None = None,
) -> dict[str, dict[str, KnownFact]]:
    """Return the latest value of every fact of each client, or of those in `names`, by client and name.

    Of a day up to `as_of`, and recorded by `known_at` where that is given. Of an attribute of the profile, the
    profile's value counts, with the source `profile`, as it was at the end of that day in `zone`, the bank's; what was
    recorded by such a name, only where the profile is silent. For many clients name the facts: it halves the time.
    """
    known: dict[str, dict[str, KnownFact]] = {client_id: {} for client_id in client_ids}
    rows = await fact_queries.latest(session, client_ids, as_of, known_at, names)
    for client_id, name, value, told_of, source, recorded_at, recorded_by in rows:
        known[client_id][name] = KnownFact(value, told_of, source, recorded_at, recorded_by)
    if names is not None and not set(names) & set(fact_profile.ATTRIBUTES):
        return known
    for row in await fact_profile.profiles(session, client_ids, fact_profile.end_of(as_of, zone), known_at):
        by_profile = _of_profile(row, zone)
        wanted = by_profile if names is None else {name: by_profile[name] for name in names if name in by_profile}
        known[row.client_id] |= wanted
    return known


async def values_of(
    session: AsyncSession,
    client_ids: Sequence[str],
    as_of: date,
    known_at: datetime | None,
    *,
    names: Sequence[str],
    zone: ZoneInfo,
) -> dict[str, list[str | None]]:
    """Return the values that `facts_of` gives, by fact, in the order of the clients; None where there is none.

    A fraction of the work and of the memory, for who need not know whence each value is.
    """
    found: dict[str, list[str | None]] = {name: [] for name in names}
    for start in range(0, len(client_ids) if names else 0, _AT_ONCE):
        some = client_ids[start : start + _AT_ONCE]
        told = await fact_queries.latest_values(session, some, as_of, known_at, names)
        for name, column in zip(names, zip(*(told[client_id] for client_id in some), strict=True), strict=True):
            found[name].extend(column)
    if not found.keys().isdisjoint(fact_profile.ATTRIBUTES):
        rows = await fact_profile.profiles(session, client_ids, fact_profile.end_of(as_of, zone), known_at)
        _fill(found, {client_id: at for at, client_id in enumerate(client_ids)}, rows)
    return found


def _fill(found: dict[str, list[str | None]], places: Mapping[str, int], rows: Iterable[Row[Any]]) -> None:
    """Put in what the profiles say."""
    for row in rows:
        at = places[row.client_id]
        for name, value in fact_profile.attributes_of(row):
            if name in found:
                found[name][at] = value


def _of_profile(row: Row[Any], zone: ZoneInfo) -> dict[str, KnownFact]:
    day = row.recorded_at.astimezone(zone).date()
    whence = (day, fact_profile.SOURCE, row.recorded_at, row.recorded_by)
    return {name: KnownFact(value, *whence) for name, value in fact_profile.attributes_of(row)}


async def record_facts(change: Change, client_id: str, facts: Sequence[Told]) -> list[bool]:
    """Record what is told of a client that the caller sees, and say of each fact whether it was new.

    What is known already, of the same day and source, is not written again. Values are not judged here. Raises
    ClientNotFound.
    """
    return await record_of(change, await locked(change, client_id), facts)


async def record_of(change: Change, client: ClientRow, facts: Sequence[Told]) -> list[bool]:
    """Record what is told of a client that is locked, as `record_facts` does."""
    new = await record(change, [(client.id, fact) for fact in facts])
    recorded = [fact for fact, fresh in zip(facts, new, strict=True) if fresh]
    if recorded:
        await change.note(_entry(client, recorded))
    return new


def _entry(client: ClientRow, recorded: Sequence[Told]) -> Entry:
    """What the trail says: which facts, not their values, which may be of a natural person; and their digest."""
    named = [{"fact": fact.name, "as_of": fact.as_of.isoformat(), "source": fact.source} for fact in recorded]
    after = {"facts": named, "digest": digest_of((client.id, fact) for fact in recorded)}
    return Entry("facts.recorded", "client", client.id, client.unit, after=after)
