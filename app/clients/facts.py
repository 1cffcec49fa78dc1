"""What is known of clients (domain.md A3): what was recorded, and what their profiles say where nothing was."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients import fact_profile, fact_queries
from app.clients.fact_recording import Told, digest_of, record
from app.clients.reading import ClientRow, locked
from app.trail.change import Change
from app.trail.entry import Entry


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

    Of a day up to `as_of`, and recorded by `known_at` where that is given. Where nobody recorded a fact that is an
    attribute of the profile, the profile's counts, with the source `profile`, as it was at the end of that day in
    `zone`, the bank's. For many clients name the facts: it halves the time.
    """
    known: dict[str, dict[str, KnownFact]] = {client_id: {} for client_id in client_ids}
    for client_id, name, *fact in await fact_queries.latest(session, client_ids, as_of, known_at, names):
        known[client_id][name] = KnownFact._make(fact)
    if names is not None and not set(names) & set(fact_profile.ATTRIBUTES):
        return known
    for row in await fact_profile.profiles(session, client_ids, fact_profile.end_of(as_of, zone), known_at):
        by_profile = _of_profile(row, zone)
        wanted = by_profile if names is None else {name: by_profile[name] for name in names if name in by_profile}
        known[row.client_id] = wanted | known[row.client_id]
    return known


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
