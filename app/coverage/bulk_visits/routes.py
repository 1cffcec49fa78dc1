"""Visits by the thousand over HTTP."""

from typing import Any, Final

from fastapi import Request, Response
from starlette.status import HTTP_207_MULTI_STATUS

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.bulk_visits.loading import load
from app.coverage.parameters import AtDesk
from app.coverage.visits.schemas import VisitLineResult, VisitLoadEnd, VisitOrder
from app.http.lines import Lines, content_of, lines_of
from app.http.ndjson import NdjsonAnswer
from app.http.openapi import problem
from app.http.routing import Router
from app.http.strict_request import STREAM_BODY_LIMIT

router = Router(prefix="/v1/visits", tags=["coverage"])

_RESULTS: Final[dict[int | str, dict[str, Any]]] = {
    HTTP_207_MULTI_STATUS: {
        "description": "A line of result for each line, then one with the summary.",
        "content": content_of(VisitLineResult | VisitLoadEnd),
    }
}


@router.post(
    "/bulk",
    operation_id="recordVisitsInBulk",
    summary="Record many visits",
    status_code=HTTP_207_MULTI_STATUS,
    response_class=NdjsonAnswer,
    dependencies=[requires(Scope.COVERAGE_WRITE)],
    responses=_RESULTS | problem(415, "The body is not declared as NDJSON."),
    openapi_extra=lines_of(VisitOrder),
    max_body_size=STREAM_BODY_LIMIT,
)
async def record_in_bulk(lines: Lines, desk: AtDesk, request: Request) -> Response:
    """Record a visit a line, up to 1 GiB of them; a bad line fails alone. Results stream back: a line each, a summary.

    Lines are committed by the thousand, in their order. Whoever is cut off sends the same again: what was recorded is
    then unchanged. An answer that does not end with the `summary` was broken off; its last line may be a `problem`.
    """
    return NdjsonAnswer(load(request, lines, desk), HTTP_207_MULTI_STATUS)
