"""Rulebooks over HTTP: read what governs, check a document, store a draft. To publish it: governance_routes.py."""

from typing import Annotated, Any, Final

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from app.access.guard import requires
from app.access.principal import Principal
from app.access.scopes import Scope
from app.db.engine import Sessions
from app.http.as_of import AsOf
from app.http.etag import etag_of
from app.http.paging import CURSOR, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.http.types import InDigits
from app.rulebooks import service
from app.rulebooks.document import json_schema
from app.rulebooks.parameters import NOT_FOUND, Known, Name, Today, Version, checked, checked_version
from app.rulebooks.schemas import (
    LAST_NUMBER,
    CheckReport,
    RulebookDraft,
    RulebookName,
    RulebookPage,
    RulebookSummary,
    StoredDraft,
    VersionDetail,
    VersionPage,
)
from app.rulebooks.seen import simulations_seen, versions_seen
from app.rulebooks.wire import as_detail, as_report, as_rulebook, as_stored, as_summary

router = Router(prefix="/v1/rulebooks", tags=["rulebooks"])

Number = Annotated[int, Field(ge=1, le=LAST_NUMBER), InDigits]
Before = Annotated[Number | None, CURSOR]
_SIMULATIONS_SHOWN: Final = 10


@router.get(
    "", operation_id="listRulebooks", summary="Rulebooks in force", dependencies=[requires(Scope.RULEBOOKS_READ)]
)
async def list_rulebooks(
    known: Known,
    today: Today,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Annotated[RulebookName | None, CURSOR] = None,
) -> RulebookPage:
    """Every rulebook that governs the whole bank on a day, with the version in force, by name.

    Left out is one whose version another build published and this one cannot read; by its name it is 503.
    """
    day = as_of or today
    found = [each for each in known.all_in_force(day) if cursor is None or each.name > cursor]
    return RulebookPage(
        items=[as_rulebook(each, known.in_force_since(each.name, day)) for each in found[:limit]],
        next_cursor=next_cursor(found, limit, lambda row: row.name),
    )


@router.get(
    "/schema",
    operation_id="readRulebookSchema",
    summary="JSON Schema of a document",
    dependencies=[requires(Scope.RULEBOOKS_READ)],
)
async def read_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a rulebook document: give it to your editor, which then completes."""
    return json_schema()


@router.post(
    "/check", operation_id="checkRulebook", summary="Check a document", dependencies=[requires(Scope.RULEBOOKS_WRITE)]
)
async def check_document(draft: RulebookDraft) -> CheckReport:
    """Report every fault at once, each with its line and mend; of a sound document, what was proved."""
    return as_report(await checked(draft.document))


@router.get(
    "/{name}",
    operation_id="readRulebook",
    summary="A rulebook and its version in force",
    dependencies=[requires(Scope.RULEBOOKS_READ)],
    responses=NOT_FOUND,
)
async def read_rulebook(name: Name, known: Known, today: Today, as_of: AsOf = None) -> RulebookSummary:
    """The version that governs the whole bank on a day; pilots are among the `reigns` of their versions."""
    day = as_of or today
    return as_rulebook(known.in_force(name, day), known.in_force_since(name, day))


@router.get(
    "/{name}/versions",
    operation_id="listRulebookVersions",
    summary="Versions, drafts included",
    dependencies=[requires(Scope.RULEBOOKS_READ)],
)
async def list_versions(
    name: Name,
    reads: Reads,
    limit: Limit = 50,
    cursor: Before = None,
) -> VersionPage:
    """Every version of a rulebook, the newest first; none where no rulebook has the name."""
    rows = await service.versions(reads.session, name, cursor or LAST_NUMBER, limit + 1)
    seen = await versions_seen(reads.session, rows[:limit], reads.actor.unit, reads.today)
    return VersionPage(
        items=[as_summary(each) for each in seen], next_cursor=next_cursor(rows, limit, lambda row: row.number)
    )


@router.get(
    "/{name}/versions/{version}",
    operation_id="readRulebookVersion",
    summary="One version, explained",
    responses=NOT_FOUND,
)
async def read_version(
    name: Name,
    version: Version,
    request: Request,
    response: Response,
    today: Today,
    caller: Annotated[Principal, requires(Scope.RULEBOOKS_READ)],
) -> VersionDetail:
    """The document, its digest, where it governs, every rule of it in words with its source.

    `ETag` covers all of that for this key: it is another once the version governs elsewhere, or was simulated.
    """
    sessions: Sessions = request.app.state.sessions
    async with sessions.begin() as session:  # given back before the rules are put into words, which takes its time
        row = await service.version(session, name, version)
        [seen] = await versions_seen(session, [row], caller.unit, today)
        simulations = await simulations_seen(session, row, caller.unit, _SIMULATIONS_SHOWN)
    shown = await run_in_threadpool(as_detail, seen, simulations)
    response.headers["ETag"] = etag_of(shown)
    return shown


@router.post(
    "/{name}/versions",
    operation_id="storeRulebookDraft",
    summary="Store a draft",
    status_code=201,
    dependencies=[requires(Scope.RULEBOOKS_WRITE)],
)
async def store_draft(name: Name, draft: RulebookDraft, change: Acting, response: Response) -> StoredDraft:
    """Store a document under the next version number, with its check. Faults prevent publication only."""
    report = await checked(draft.document)
    row = await service.store_draft(change, name, draft.document, report)
    response.headers["Location"] = f"{router.prefix}/{name}/versions/{row.number}"
    return as_stored(row, report)


@router.post(
    "/{name}/versions/{version}/check",
    operation_id="checkRulebookVersion",
    summary="Check a stored version",
    dependencies=[requires(Scope.RULEBOOKS_WRITE)],
    responses=NOT_FOUND,
)
async def check_version(name: Name, version: Version, request: Request) -> CheckReport:
    """The same check as of a document that is not stored."""
    return as_report(await checked_version(request, name, version))
