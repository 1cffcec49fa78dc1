"""The made-up bank straight into the database, by COPY; one entry of the trail tells of it, piece by piece."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

import orjson

from app.clients.known_assignments import COLUMNS as KNOWN
from app.clients.profile import ATTRIBUTES, recorded
from app.clients.sealing import keep, new_key
from app.clients.tables import Assignment, AssignmentKnown, Client, ClientRevision, ClientUnit, FactRecord
from app.db.copying import copy_rows
from app.db.engine import Sessions
from app.organisation.officers import put_officers
from app.organisation.staff_state import OfficerOrder, PostingWish
from app.organisation.unit_state import UnitOrder
from app.organisation.units import put_units
from app.portfolio.demo.bank import OPENED, POSTED, Bank
from app.portfolio.demo.book import DemoClient
from app.trail.change import Change
from app.trail.entry import Entry

_AT_ONCE: Final = 1_000
_CLIENT: Final = ("id", *ATTRIBUTES, "revision", "created_at", "updated_at")
_REVISION: Final = ("client_id", "revision", "recorded_at", "recorded_by", "profile")
_UNIT: Final = ("client_id", "unit_id", "part", "from_day")
_ASSIGNMENT: Final = ("id", "client_id", "officer_id", "role", "owner", "from_day")
_FACT: Final = ("client_id", "name", "value", "as_of", "source", "recorded_at", "recorded_by")
Begin = Callable[[Any], Change]
"""Makes the change of a transaction."""


class NotEmptyError(RuntimeError):
    """The database holds a bank already; the message says so."""


async def load(
    sessions: Sessions, begin: Begin, bank: Bank, clients: Iterable[DemoClient], tell: Callable[[int], None]
) -> None:
    """Load units and officers as an import does, then clients, a thousand in a transaction. Raises NotEmptyError."""
    async with sessions.begin() as session:
        await _organise(begin(session), bank)
    pieces = iter(clients)
    while some := list(islice(pieces, _AT_ONCE)):
        async with sessions.begin() as session:
            await _load(begin(session), some)
        tell(len(some))


async def _organise(change: Change, bank: Bank) -> None:
    opened, posted = date.fromisoformat(OPENED), date.fromisoformat(POSTED)
    units = [UnitOrder(each.unit_id, each.kind, each.name, each.parent_id, opened) for each in bank.units]
    outcomes, faults = await put_units(change, units)
    if faults or set(outcomes) != {"created"}:
        raise NotEmptyError("the database holds units already: load the made-up bank into an empty one")
    officers = [
        OfficerOrder(each.officer_id, each.name, postings=(PostingWish(each.unit_id, each.role, posted),))
        for each in bank.officers
    ]
    _, faults = await put_officers(change, officers)
    if faults:
        raise NotEmptyError("the database holds officers already: load the made-up bank into an empty one")


async def _load(change: Change, clients: Sequence[DemoClient]) -> None:
    session, opened = change.session, date.fromisoformat(OPENED)
    keys = {each.client_id: new_key() for each in clients if each.profile.secret_name is not None}
    await copy_rows(session, Client, _CLIENT, (_client(change, each) for each in clients))
    await keep(session, keys)
    revisions = (
        (each.client_id, 1, change.now, change.actor.identity, _profile(each, keys.get(each.client_id)))
        for each in clients
    )
    await copy_rows(session, ClientRevision, _REVISION, revisions)
    parts = ((each.client_id, each.profile.unit, "lead", opened) for each in clients)
    await copy_rows(session, ClientUnit, _UNIT, parts)
    await _assign(change, clients)
    await copy_rows(session, FactRecord, _FACT, _facts(change, clients))
    await change.note(_entry(clients))


async def _assign(change: Change, clients: Iterable[DemoClient]) -> None:
    """Give each client its owner, and have it known from now on."""
    posted = date.fromisoformat(POSTED)
    owners = [(uuid.uuid4(), each.client_id, each.owner, "relationship_manager") for each in clients]
    await copy_rows(change.session, Assignment, _ASSIGNMENT, ((*owner, True, posted) for owner in owners))
    known = ((*owner, posted, None, change.now) for owner in owners)
    await copy_rows(change.session, AssignmentKnown, KNOWN, known)


def _client(change: Change, client: DemoClient) -> tuple[Any, ...]:
    return (client.client_id, *client.profile.attributes.values(), 1, change.now, change.now)


def _profile(client: DemoClient, key: bytes | None) -> str:
    return orjson.dumps(recorded(client.profile, client.client_id, key)).decode()


def _facts(change: Change, clients: Iterable[DemoClient]) -> Iterator[tuple[Any, ...]]:
    by_whom = (change.now, change.actor.identity)
    for client in clients:
        for fact in client.facts:
            yield (client.client_id, *fact, *by_whom)


def _entry(clients: Sequence[DemoClient]) -> Entry:
    """Who was loaded, and the digest of what is known of them."""
    digest = hashlib.sha256()
    for client in clients:
        for fact in client.facts:
            digest.update(orjson.dumps([client.client_id, *fact], option=orjson.OPT_APPEND_NEWLINE))
    after = {
        "first": clients[0].client_id,
        "last": clients[-1].client_id,
        "clients": len(clients),
        "facts": sum(len(each.facts) for each in clients),
        "digest": f"sha256:{digest.hexdigest()}",
    }
    return Entry("demo.loaded", "demo", clients[0].client_id, after=after)
