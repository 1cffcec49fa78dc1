"""Many lines of facts at one go: recorded, noted in the trail, and told of one by one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from app.clients.fact_judging import INVALID, Fault, Judgement
from app.clients.fact_lines import FactRead
from app.clients.fact_recording import Of, digest_of, lock_seen, record
from app.clients.reading import lead_of
from app.clients.refusals import ClientNotFound
from app.clients.tables import Client
from app.organisation.among import among
from app.organisation.faults import refused
from app.trail.change import Change
from app.trail.entry import Entry

CHUNK: Final = 2_000
"""Lines that are recorded at one go."""

RECORDED: Final = 201
UNCHANGED: Final = 200
_UNKNOWN: Final = Judgement(fault=Fault(INVALID, ClientNotFound.code, ClientNotFound.title))
Result = dict[str, Any]
"""What became of a line, as `FactLineResult` has it; what is empty is left out, for there may be millions."""


async def record_lines(change: Change, read: Sequence[FactRead]) -> list[Result]:
    """Record the lines that can be, note them and what was denied, and tell of every line what became of it.

    A client that the caller does not see is unknown. Several lines may have one number, as objects of a file have that
    stand in one line.
    """
    told = {at: each.of for at, each in enumerate(read) if each.of is not None}
    clients = {client_id for client_id, _ in told.values()}
    seen = await lock_seen(change, clients)
    kept = {at: of for at, of in told.items() if of[0] in seen}
    new = await record(change, [*kept.values()])
    recorded = {at: of for (at, of), fresh in zip(kept.items(), new, strict=True) if fresh}
    await change.note(*await _denials(change, clients - seen))
    if recorded:
        await change.note(_entry(change, [read[at].line for at in recorded], recorded.values()))
    statuses: Mapping[int, int] = dict.fromkeys(kept, UNCHANGED) | dict.fromkeys(recorded, RECORDED)
    return [_result(each, statuses.get(at)) for at, each in enumerate(read)]


async def _denials(change: Change, clients: Collection[str]) -> list[Entry]:
    """What the trail says of those clients that there are, though not for the caller."""
    if not clients or change.actor.unit is None:
        return []
    query = select(Client.id, lead_of(Client.id, change.today).label("unit")).where(among(Client.id, clients))
    rows = await change.session.execute(query.order_by(Client.id))
    return [refused("client", row.id, row.unit) for row in rows]


def _entry(change: Change, lines: Sequence[int], recorded: Collection[Of]) -> Entry:
    after = {
        "recorded": len(recorded),
        "first_line": lines[0],
        "last_line": lines[-1],
        "digest": digest_of(recorded),
    }
    load_id = change.actor.request_id or change.actor.name
    return Entry("facts.recorded", "fact_load", load_id, change.actor.unit, after=after)


def _result(read: FactRead, status: int | None) -> Result:
    judgement = _UNKNOWN if status is None and read.of else read.judgement
    if judgement.fault:
        return {"line": read.line, **judgement.fault._asdict()}
    result: Result = {"line": read.line, "status": status}
    return result if judgement.read_by else {**result, "read_by": [], "nearest": judgement.nearest}
