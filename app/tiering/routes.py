"""Scoring over HTTP: one client, or a batch."""

from datetime import date
from typing import Final

import orjson
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.status import HTTP_207_MULTI_STATUS

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.routing import Router
from app.http.strict_request import BATCH_BODY_LIMIT
from app.tiering.batch_schemas import BatchResults
from app.tiering.decider import Deciders
from app.tiering.decision_schemas import Decision, Decisions
from app.tiering.schemas import ScoreBatch, ScoreRequest
from app.tiering.service import score, score_batch

router = Router(prefix="/v1/score", tags=["scoring"], dependencies=[requires(Scope.SCORE)])

NO_SUCH: Final = problem(404, "There is no such rulebook or version, or none in force on that day.")


@router.post(
    "",
    operation_id="scoreClient",
    summary="Score and tier one client",
    response_model=Decision | Decisions,
    responses=NO_SUCH,
)
async def score_client(asked: ScoreRequest, request: Request) -> Response:
    """Decide a client by its facts, with every reason. Nothing is stored.

    With `rulebook`, one decision under the version in force on `as_of`, or the one that `version` pins.
    Without, a decision under every rulebook in force that applies.
    """
    state = request.app.state
    deciders: Deciders = state.deciders
    today: date = state.clock.today(state.settings.timezone)
    decided = await run_in_threadpool(score, deciders, asked, today) if asked.nearest else score(deciders, asked, today)
    return Response(orjson.dumps(decided), media_type="application/json")


@router.post(
    "/batch",
    operation_id="scoreClients",
    summary="Score up to 10,000 clients",
    status_code=HTTP_207_MULTI_STATUS,
    response_model=BatchResults,
    responses=NO_SUCH,
    max_body_size=BATCH_BODY_LIMIT,
)
async def score_clients(batch: ScoreBatch, request: Request) -> Response:
    """Decide many clients under one rulebook. Each result has its own status; a failed item fails alone."""
    state = request.app.state
    content = score_batch(state.deciders, batch, state.clock.today(state.settings.timezone))
    return StreamingResponse(content, status_code=HTTP_207_MULTI_STATUS, media_type="application/json")
