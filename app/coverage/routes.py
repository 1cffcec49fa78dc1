"""Coverage over HTTP: what is owed, what was done, as it was known at any moment (domain.md D2, G3)."""

from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from pydantic import StringConstraints

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.asked import CoverageQuery
from app.coverage.known_terms import Desk
from app.coverage.owed_list import owed_page
from app.coverage.reporting import report
from app.coverage.schemas import By, CoverageReport, ObligationPage
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit
from app.http.routing import Router
from app.http.transaction import Reads

router = Router(prefix="/v1", tags=["coverage"])

NOT_FOUND: Final = problem(404, "There is no such unit, officer or client, or none that this key may see.")
After = Annotated[Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")] | None, CURSOR]


async def desk(request: Request) -> Desk:
    """What questions of coverage are answered with."""
    state: Any = request.app.state
    return Desk(state.known_terms, state.rulebooks, state.settings.calendar)


AtDesk = Annotated[Desk, Depends(desk)]


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
