"""The trail over HTTP: read within one's own unit. Whoever reads it leaves a trace in it."""

import asyncio
import base64
from typing import Annotated

from fastapi import Depends, Path, Request
from pydantic import Field
from sqlalchemy import ColumnElement, Text, and_, or_, true, type_coerce

from app.access.guard import requires
from app.access.scopes import Scope
from app.audit import queries
from app.audit.checkpoint import signer
from app.audit.checkpoint_folder import CheckpointFolder
from app.audit.note import NoteError
from app.audit.queries import LAST_ID
from app.audit.refusals import AuditEntryNotFound, ChainContradicted, CheckpointUnavailable
from app.audit.schemas import AuditCheckpoint, AuditEntryDetail, AuditEntrySummary, AuditPage, Seal
from app.audit.sealing import backlog
from app.audit.shown import persons_told, shown
from app.audit.wanted import Wanted
from app.audit.witness import ContradictionError, current
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing
from app.http.types import InDigits
from app.organisation.fence import belongs
from app.organisation.unit_reading import read_unit
from app.settings import Settings
from app.trail.change import Change
from app.trail.entry import Entry, Outcome
from app.trail.tables import AuditChain, AuditEntry

router = Router(prefix="/v1/audit", tags=["audit"])

Number = Annotated[int, Field(ge=1, le=LAST_ID), InDigits]


@router.get(
    "",
    operation_id="listAuditEntries",
    summary="What was done and denied",
    dependencies=[requires(Scope.AUDIT_READ)],
    responses=problem(404, "There is no such unit, or none that this key may see."),
)
async def list_entries(
    wanted: Annotated[Wanted, Depends()],
    change: Changing,
    limit: Limit = 50,
    cursor: Annotated[Number | None, CURSOR] = None,
) -> AuditPage:
    """Entries of the caller's unit and below, the newest first; that they were read is an entry itself."""
    if wanted.unit is not None and change.actor.unit is not None:
        await read_unit(change, wanted.unit)
    seen = _seen(change) if wanted.actor is None else and_(_seen(change), await _tells_who(change, wanted.actor))
    rows = await queries.entries(change.session, wanted, seen, limit + 1, cursor)
    await change.note(wanted.read(change.actor.unit))
    return AuditPage(
        items=[AuditEntrySummary(**each) for each in await shown(change, rows[:limit])],
        next_cursor=next_cursor(rows, limit, lambda row: row.id),
    )


@router.get(
    "/checkpoint",
    operation_id="readAuditCheckpoint",
    summary="A fresh signed checkpoint",
    dependencies=[requires(Scope.AUDIT_READ)],
    responses=problem(409, "The chain contradicts the newest checkpoint, or that proves nothing: nothing is signed.")
    | problem(503, "The key that signs, or the folder of checkpoints, cannot be read."),
)
async def read_checkpoint(change: Changing, request: Request) -> AuditCheckpoint:
    """How far the chain reaches, signed: keep it where nobody who administers the database can write.

    `tierbook audit verify --against` holds the chain against it, now or in ten years.
    """
    settings: Settings = request.app.state.settings
    try:
        key = signer(await asyncio.to_thread(lambda: settings.audit_seed))
    except OSError as error:
        raise CheckpointUnavailable("TIERBOOK_AUDIT_KEY", "home/audit_key", error) from None
    try:
        reached, note = await current(change.session, CheckpointFolder(settings.checkpoint_folder), key)
    except (ContradictionError, NoteError) as error:
        raise ChainContradicted(f"Nothing is signed: {error}.") from None
    except OSError as error:
        raise CheckpointUnavailable("TIERBOOK_AUDIT_CHECKPOINTS", "home/checkpoints", error) from None
    known = await backlog(change.session)
    await change.note(_read(change, "checkpoint"))
    return AuditCheckpoint(
        size=reached.size,
        root=base64.b64encode(reached.root).decode(),
        note=note,
        verifier=str(key.verifier),
        pending=known.pending,
        waiting_since=known.waiting_since,
    )


@router.get(
    "/{entry_id}",
    operation_id="readAuditEntry",
    summary="One entry and its seal",
    dependencies=[requires(Scope.AUDIT_READ)],
    responses=problem(404, "There is no such entry, or none that this key may see."),
)
async def read_entry(
    entry_id: Annotated[Number, Path(description="The entry's number.")], change: Changing
) -> AuditEntryDetail:
    """An entry of the caller's unit or below, with its place in the chain and its hash, which is over the whole entry.

    A key of a unit is not told of clients outside and units above that the entry names, nor who acted from there.
    """
    found = await queries.entry(change.session, entry_id, _seen(change))
    if found is None:
        change.deny(_read(change, f"entry={entry_id}", "denied"))
        raise AuditEntryNotFound
    await change.note(_read(change, f"entry={entry_id}"))
    row, link = found
    [entry] = await shown(change, [row])
    return AuditEntryDetail(**entry, seal=None if link is None else _seal(link))


def _seen(change: Change) -> ColumnElement[bool]:
    return belongs(type_coerce(AuditEntry.unit, Text), change.actor.unit, change.today)


async def _tells_who(change: Change, actor: str) -> ColumnElement[bool]:
    """Whether the caller is told who acted: `shown` leaves it out of the others, and nothing is found by it."""
    unit = type_coerce(AuditEntry.key_unit, Text)
    named = true() if await persons_told(change, [actor]) else AuditEntry.key_name == actor
    return or_(and_(unit.is_(None), named), belongs(unit, change.actor.unit, change.today))


def _read(change: Change, asked: str, outcome: Outcome = "done") -> Entry:
    """That the trail was read, and what of it."""
    return Entry("audit.read", "audit", asked, change.actor.unit, outcome=outcome)


def _seal(link: AuditChain) -> Seal:
    return Seal(position=link.position, hash=link.hash.hex(), sealed_at=link.sealed_at)
