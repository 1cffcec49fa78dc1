"""What was recorded of a client, when, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.clients.profile import readable
from app.clients.sealing import keys_of
from app.clients.stored import seen_clients
from app.clients.tables import ClientRevision
from app.trail.change import Reading


@dataclass(frozen=True, slots=True)
class Revision:
    """One record of a client's whole profile, in the clear as far as its key still opens it."""

    revision: int
    recorded_at: datetime
    recorded_by: str
    profile: Mapping[str, Any]


async def revisions_before(
    reads: Reading, client_id: str, revision: int, limit: int, known_by: datetime | None
) -> list[Revision]:
    """Return records with numbers under `revision`, the newest first; those only that stood before `known_by`.

    Relations to clients that the caller does not see today are left out.
    """
    query = select(ClientRevision).where(ClientRevision.client_id == client_id, ClientRevision.revision < revision)
    if known_by is not None:
        query = query.where(ClientRevision.recorded_at < known_by)
    rows = (await reads.session.scalars(query.order_by(ClientRevision.revision.desc()).limit(limit))).all()
    key = (await keys_of(reads.session, [client_id])).get(client_id)
    seen = await seen_clients(reads, _named(rows))
    return [
        Revision(row.revision, row.recorded_at, row.recorded_by, _shown(readable(row.profile, client_id, key), seen))
        for row in rows
    ]


def _named(rows: Sequence[ClientRevision]) -> set[str]:
    return {relation["client_id"] for row in rows for relation in row.profile["relations"]}


def _shown(profile: dict[str, Any], seen: frozenset[str]) -> dict[str, Any]:
    return {**profile, "relations": [each for each in profile["relations"] if each["client_id"] in seen]}
