"""Where and when versions govern, over HTTP: publish, widen, end; and the simulations that a publication rests on."""

from typing import Final

from fastapi import Request

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Acting, Changing, Reads
from app.rulebooks import governance, service
from app.rulebooks.parameters import NOT_FOUND, Name, Version, checked_version, registry
from app.rulebooks.reign import Term
from app.rulebooks.schemas import Ending, Publication, SimulationPage, VersionSummary, Widening
from app.rulebooks.seen import simulations_seen, versions_seen
from app.rulebooks.tables import RulebookVersion
from app.rulebooks.wire import as_summary
from app.trail.change import Change

router = Router(prefix="/v1/rulebooks/{name}/versions/{version}", tags=["rulebooks"])

_DENIED: Final = problem(
    403, "The key lacks the scope, is of a unit, or acts for whoever stored the draft, or for nobody who serves."
)


@router.post(
    "/publish",
    operation_id="publishRulebookVersion",
    summary="Publish a draft",
    dependencies=[requires(Scope.RULEBOOKS_PUBLISH)],
    responses=NOT_FOUND
    | _DENIED
    | problem(409, "No simulation of its digest, published already, or another version governs there or since then."),
)
async def publish_version(
    name: Name, version: Version, publication: Publication, change: Acting, request: Request
) -> VersionSummary:
    """Make a draft govern from a day on, in the whole bank, or as a pilot in some units until another day.

    It needs another person than the one who stored it, and a simulation of exactly its digest. It is checked again; a
    fault or a failing example refuses it. Every replica decides by it within two seconds; this one does when the
    answer arrives.
    """
    report = await checked_version(request, name, version)
    day = publication.effective_from or (report.document and report.document.effective_from) or change.today
    draft = await service.version(change.session, name, version)
    term = Term(publication.units, day, publication.effective_until)
    await governance.publish(change, draft, report, term)
    return await _changed(change, draft, request)


@router.post(
    "/widen",
    operation_id="widenRulebookVersion",
    summary="Have a version govern more",
    dependencies=[requires(Scope.RULEBOOKS_PUBLISH)],
    responses=NOT_FOUND | _DENIED | problem(409, "It is a draft, or another version governs there or since then."),
)
async def widen_version(
    name: Name, version: Version, widening: Widening, change: Acting, request: Request
) -> VersionSummary:
    """Have a published version govern in more units, for longer, or in the whole bank; where it governs it goes on.

    It needs another person than the one who stored its draft. An earlier version can be brought back so, too.
    """
    found = await service.version(change.session, name, version)
    day = widening.effective_from or change.today
    term = Term(widening.units, day, widening.effective_until)
    await governance.widen(change, found, term)
    return await _changed(change, found, request)


@router.post(
    "/end",
    operation_id="endRulebookVersion",
    summary="Have a version govern no longer",
    dependencies=[requires(Scope.RULEBOOKS_PUBLISH)],
    responses=NOT_FOUND
    | problem(403, "The key lacks the scope, or is of a unit.")
    | problem(409, "The version does not govern there, or the day has passed."),
)
async def end_version(
    name: Name, version: Version, ending: Ending, change: Changing, request: Request
) -> VersionSummary:
    """End a version in some units, or in the whole bank, from today or a later day on.

    Where a pilot ended the whole bank's version governs. Where the whole bank's ended none governs until another
    begins; one that had not begun yet leaves the version before it. Whoever sees it go wrong can stop it alone.
    """
    found = await service.version(change.session, name, version)
    await governance.end(change, found, ending.units, ending.on or change.today)
    return await _changed(change, found, request)


@router.get(
    "/simulations",
    operation_id="listRulebookSimulations",
    summary="Simulations of a version",
    dependencies=[requires(Scope.RULEBOOKS_READ)],
    responses=NOT_FOUND,
)
async def list_simulations(
    name: Name, version: Version, reads: Reads, limit: Limit = 50, cursor: AfterId = None
) -> SimulationPage:
    """What the version's digest would have done to clients, each time it was tried, the newest first."""
    found = await service.version(reads.session, name, version)
    seen = await simulations_seen(reads.session, found, reads.actor.unit, limit + 1, cursor)
    return SimulationPage(items=seen[:limit], next_cursor=next_cursor(seen, limit, lambda row: row.id))


async def _changed(change: Change, version: RulebookVersion, request: Request) -> VersionSummary:
    """Answer with the version as it stands now; this process decides by it when the answer arrives."""
    change.afterwards.append((await registry(request)).refresh_if_reachable)
    [seen] = await versions_seen(change.session, [version], change.actor.unit, change.today)
    return as_summary(seen)
