"""For those who run Tierbook: is it alive, may it have traffic, how is it doing."""

from typing import Final, Literal

import structlog
from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.access.guard import public, requires
from app.access.scopes import Scope
from app.db.migrate import schema_is_current
from app.db.patience import answered_within
from app.errors import Unavailable
from app.http.openapi import problem
from app.http.routing import Router

_PATIENCE_S: Final = 0.8
_log = structlog.get_logger("tierbook.http")

router = Router(tags=["operations"])


class Health(BaseModel):
    """A good answer to a health check; a bad one is a problem."""

    status: Literal["ok"] = Field(default="ok", description="Always `ok`.")


class NotReady(Unavailable):
    """No traffic, please: the database is away, its schema another build's, we shut down, or stopped ticking."""

    code = "not_ready"
    title = "Not ready for traffic"

    def __init__(self, reason: str) -> None:
        """Say which."""
        super().__init__(reason, headers={"Retry-After": "2"})


@router.get("/livez", operation_id="isAlive", summary="Is the process alive?", dependencies=[public()])
async def livez() -> Health:
    """Touches nothing: a process whose database is away must not be restarted for it."""
    return Health()


@router.get(
    "/readyz",
    operation_id="isReady",
    summary="May it have traffic?",
    dependencies=[public()],
    responses=problem(503, "Not now."),
)
async def readyz(request: Request) -> Health:
    """Ask the database, compare its schema with this build's, and look whether we are shutting down.

    Where this process is to look at what falls due, it must have done so within the last 90 seconds. Answers
    within a second, 503 where anything is amiss. Scoring by known keys goes on meanwhile.
    """
    if request.app.state.draining:
        raise NotReady("Shutting down.")
    try:
        current = await answered_within(_PATIENCE_S, _schema_is_current(request.app.state.engine))
    except (SQLAlchemyError, OSError, TimeoutError):
        raise NotReady("The database does not answer.") from None
    if not current:
        raise NotReady("The database's schema is not the one this build needs.")
    if not request.app.state.rulebooks.loaded:
        raise NotReady("The rulebooks are not loaded yet.")
    if request.app.state.watch.is_stale():
        raise NotReady("Nothing looks at what falls due any more.")
    return Health()


@router.get(
    "/metrics",
    operation_id="readMetrics",
    summary="Metrics for Prometheus",
    dependencies=[requires(Scope.METRICS_READ)],
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    """In Prometheus' text format. Give the scraper a key with `metrics:read` by `authorization: credentials_file`."""
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _schema_is_current(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        return await schema_is_current(connection)
