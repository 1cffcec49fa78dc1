"""Rulebooks over HTTP: read what governs, check a document, store a draft, publish it."""

from datetime import date
from functools import cache
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from app.access.guard import requires
from app.access.scopes import Scope
from app.db.engine import Sessions
from app.http.openapi import problem
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.http.types import Day, InDigits
from app.rulebooks import service
from app.rulebooks.check import Report, check
from app.rulebooks.document import json_schema
from app.rulebooks.registry import Registry
from app.rulebooks.schemas import (
    LAST_NUMBER,
    CheckReport,
    Publication,
    RulebookDraft,
    RulebookName,
    RulebookPage,
    RulebookSummary,
    StoredDraft,
    VersionDetail,
    VersionPage,
    VersionSummary,
)
from app.rulebooks.tables import RulebookVersion
from app.rulebooks.wire import as_detail, as_report, as_rulebook, as_stored, as_summary

router = Router(prefix="/v1/rulebooks", tags=["rulebooks"])

Name = Annotated[RulebookName, Path(description="The rulebook's name, for example `corporate-classes`.")]
Version = Annotated[int, Path(ge=1, le=LAST_NUMBER, description="The version's number."), InDigits]
Limit = Annotated[int, Query(ge=1, le=200), InDigits]
Number = Annotated[int, Field(ge=1, le=LAST_NUMBER), InDigits]
Before = Annotated[Number | None, Query(description="`next_cursor` of the page before.")]
AsOf = Annotated[Day | None, Query(description="The day that counts; today where nothing is said.")]
NOT_FOUND = problem(404, "There is no such rulebook or version, or none in force on that day.")


async def registry(request: Request) -> Registry:
    """What this process knows of published rulebooks."""
    known: Registry = request.app.state.rulebooks
    return known


async def today(request: Request) -> date:
    """The bank's business date."""
    return request.app.state.clock.today(request.app.state.settings.timezone)  # type: ignore[no-any-return]


Known = Annotated[Registry, Depends(registry)]
Today = Annotated[date, Depends(today)]


async def checked(document: str) -> Report:
    """Check beside the event loop, one document at a time: a proof takes seconds, and scoring goes on meanwhile."""
    return await to_thread.run_sync(check, document, limiter=_one_at_a_time())


@cache
def _one_at_a_time() -> CapacityLimiter:
    return CapacityLimiter(1)


async def _stored(request: Request, name: str, number: int) -> RulebookVersion:
    """A version, its connection given back: what is done with it then takes its time."""
    sessions: Sessions = request.app.state.sessions
    async with sessions() as session:
        return await service.version(session, name, number)


@router.get(
    "", operation_id="listRulebooks", summary="Rulebooks in force", dependencies=[requires(Scope.RULEBOOKS_READ)]
)
async def list_rulebooks(
    known: Known,
    today: Today,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Annotated[RulebookName | None, Query(description="`next_cursor` of the page before.")] = None,
) -> RulebookPage:
    """Every rulebook that governs on a day, with the version in force, by name.

    Left out is one whose version another build published and this one cannot read; by its name it is 503.
    """
    found = [each for each in known.all_in_force(as_of or today) if cursor is None or each.name > cursor]
    more = len(found) > limit
    return RulebookPage(
        items=[as_rulebook(each) for each in found[:limit]], next_cursor=found[limit - 1].name if more else None
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
    """The version that governs on a day."""
    return as_rulebook(known.in_force(name, as_of or today))


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
    last = str(rows[limit - 1].number) if len(rows) > limit else None
    return VersionPage(items=[as_summary(row) for row in rows[:limit]], next_cursor=last)


@router.get(
    "/{name}/versions/{version}",
    operation_id="readRulebookVersion",
    summary="One version, explained",
    dependencies=[requires(Scope.RULEBOOKS_READ)],
    responses=NOT_FOUND,
)
async def read_version(name: Name, version: Version, request: Request, response: Response) -> VersionDetail:
    """The document, its digest, and every rule of it in words with its source. `ETag` is the digest."""
    row = await _stored(request, name, version)
    response.headers["ETag"] = f'"{row.digest}"'
    return await run_in_threadpool(as_detail, row)


@router.post(
    "/{name}/versions",
    operation_id="storeRulebookDraft",
    summary="Store a draft",
    status_code=201,
    dependencies=[requires(Scope.RULEBOOKS_WRITE)],
)
async def store_draft(name: Name, draft: RulebookDraft, change: Changing, response: Response) -> StoredDraft:
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
    row = await _stored(request, name, version)
    return as_report(await checked(row.document))


@router.post(
    "/{name}/versions/{version}/publish",
    operation_id="publishRulebookVersion",
    summary="Publish a draft",
    dependencies=[requires(Scope.RULEBOOKS_PUBLISH)],
    responses=NOT_FOUND
    | problem(409, "It is published already, or another version takes effect on that day or governed since."),
)
async def publish_version(
    name: Name,
    version: Version,
    publication: Publication,
    change: Changing,
    request: Request,
) -> VersionSummary:
    """Make a draft govern from a day on. It is checked again; a fault or a failing example refuses it.

    Every replica decides by it within two seconds; this one does when the answer arrives.
    """
    report = await checked((await _stored(request, name, version)).document)
    day = publication.effective_from or (report.document and report.document.effective_from) or change.today
    draft = await service.version(change.session, name, version)
    change.afterwards.append((await registry(request)).refresh_if_reachable)
    return as_summary(await service.publish(change, draft, report, day))
