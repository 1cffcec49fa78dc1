"""Coverage over HTTP: what is owed, what was done, as it was known at any moment (domain.md D2, G3)."""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import StringConstraints

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.attainment.crediting import credits_to
from app.coverage.attainment.grouping import By
from app.coverage.parameters import AtDesk
from app.coverage.reports.asked import CoverageQuery
from app.coverage.reports.exporting import MEDIA, Form, Language, exported
from app.coverage.reports.owed_list import owed_page
from app.coverage.reports.reporting import report
from app.coverage.reports.revision_list import revisions
from app.coverage.reports.schemas import CoverageReport, CoverageRevisionPage, ObligationPage, VisitCredits
from app.coverage.reports.wire import as_credits
from app.coverage.visits.queries import visit_of
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, MomentCursor, read_moment
from app.http.routing import Router
from app.http.transaction import Reads, in_own_transaction
from app.organisation.telling import shown_to

router = Router(prefix="/v1", tags=["coverage"])

NOT_FOUND: Final = problem(404, "There is no such unit, officer or client, or none that this key may see.")
After = Annotated[Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")] | None, CURSOR]


@router.get(
    "/coverage",
    operation_id="readCoverage",
    summary="What was owed and what was done",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NOT_FOUND,
)
async def read_coverage(
    reads: Reads,
    desk: AtDesk,
    query: Annotated[CoverageQuery, Depends()],
    by: Annotated[By, Query(description="What obligations are put together by.")] = "role",
    limit: Limit = 50,
    cursor: After = None,
) -> CoverageReport:
    """Required, done and credited visits, pace and attainment, computed anew from what is recorded.

    By unit: the unit that is asked for with those straight below it, each with all that lies below. Of a period that
    has closed, the figures are those of its close, with what corrections made of them since.
    """
    asked = await query.asked(reads, names_clients=by == "client")
    return await report(reads, desk, asked.page(cursor, limit), by)


@router.get(
    "/obligations",
    operation_id="listObligations",
    summary="Who owes which client how many visits",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NOT_FOUND,
)
async def list_obligations(
    reads: Reads,
    desk: AtDesk,
    query: Annotated[CoverageQuery, Depends()],
    limit: Limit = 50,
    cursor: After = None,
) -> ObligationPage:
    """By client, `limit` of them a page: each role's part in the period, pro rata of its days, term by term."""
    asked = await query.asked(reads, names_clients=True)
    return await owed_page(reads, desk, asked.page(cursor, limit))


@router.get(
    "/coverage/export",
    operation_id="exportCoverage",
    summary="What was owed and what was done, as a file",
    response_class=StreamingResponse,
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NOT_FOUND | {200: {"description": "The file.", "content": {"text/csv": {}, "application/json": {}}}},
)
async def export_coverage(
    request: Request,
    desk: AtDesk,
    query: Annotated[CoverageQuery, Depends()],
    form: Annotated[Form, Query(alias="format", description="CSV, or a JSON array with an obligation a line.")] = "csv",
    language: Annotated[Language, Query(description="The headings of a CSV: names as the API has them, or labels.")] = (
        "keys"
    ),
) -> Response:
    """Every obligation of the clients that the key sees, as of one moment, however many there are."""
    asked = await in_own_transaction(request, partial(query.asked, names_clients=True))
    name = f'attachment; filename="coverage-{asked.period.name}.{form}"'
    pieces = await exported(request, desk, asked, form, language)
    return StreamingResponse(pieces, media_type=MEDIA[form], headers={"Content-Disposition": name})


@router.get(
    "/coverage/revisions",
    operation_id="listCoverageRevisions",
    summary="What corrections made of closed periods",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=NOT_FOUND,
)
async def list_revisions(
    reads: Reads, query: Annotated[CoverageQuery, Depends()], limit: Limit = 50, cursor: MomentCursor = None
) -> CoverageRevisionPage:
    """Each with the figure before and after, who made it and why; the latest first."""
    asked = await query.asked(reads, names_clients=True)
    found = await revisions(reads, asked, read_moment(cursor), limit, of_period=query.period is not None)
    return await shown_to(reads, found)


@router.get(
    "/visits/{visit_id}/credits",
    operation_id="readVisitCredits",
    summary="What a visit counts for",
    dependencies=[requires(Scope.COVERAGE_READ)],
    responses=problem(404, "There is no such visit, or none of a client that this key may see."),
)
async def read_credits(
    visit_id: Annotated[UUID, Path(description="The visit.")], reads: Reads, desk: AtDesk
) -> VisitCredits:
    """To which obligations it is credited, and why not to the others of its client."""
    visit = await visit_of(reads, visit_id)
    return as_credits(visit, await credits_to(reads, desk, visit))
