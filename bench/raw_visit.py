"""The yardsticks for `POST /v1/visits`: the same body, the same answer, and between them one raw insert.

`route` is the same route of the same application: key, checks of the request, log and headers, all but the work on a
visit. `bare` is a FastAPI with nothing about it. Both insert one row by psycopg, in a transaction of its own, on one of
as many connections as there are callers: nobody is looked up, no role, no second row for who took part, no trail.

    python -m bench.raw_visit route|bare PORT DATABASE_URL HOME
"""

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
import uvicorn
import uvloop
from fastapi import FastAPI, Request, Response
from pydantic import SecretStr

from app.access.guard import requires
from app.access.scopes import Scope
from app.coverage.visits.schemas import VisitDetail, VisitOrder
from app.http import operations
from app.http.routing import Router
from app.logs import configure_logs
from app.main import create_app
from app.serve.slow_clients import BoundedProtocol
from app.settings import Settings
from bench.load import CONNECTIONS

_INSERT: Final = (
    "INSERT INTO raw_visit (id, client_id, at, day, kind, purpose, summary, recorded_at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_PARTICIPANT: Final = {"role": "relationship_manager", "leads": True, "acting_for": None}
_UNSAID: Final = ("next_step", "place", "external_id", "planned_id", "reason", "ended_at", "ended_by", "ended_why")
idle: asyncio.Queue[psycopg.AsyncConnection[Any]] = asyncio.Queue()


async def insert(order: VisitOrder) -> VisitDetail:
    """Insert a row."""
    visit_id, day = uuid4(), order.at.date()
    connection = await idle.get()
    try:
        row = (visit_id, order.client_id, order.at, day, order.kind, order.purpose, order.summary, order.at)
        await connection.execute(_INSERT, row)
    finally:
        idle.put_nowait(connection)
    told = {name: getattr(order, name) for name in ("client_id", "at", "kind", "purpose", "summary")}
    people = [{**_PARTICIPANT, "officer_id": each.officer_id} for each in order.participants]
    own = {"visit_id": visit_id, "revision": 1, "state": "live", "day": day, "recorded_at": order.at}
    rest = {"participants": people, "outside": [], "evidence": [], "recorded_by": "bench"}
    return VisitDetail.model_validate({**dict.fromkeys(_UNSAID), **told, **own, **rest})


def bare(_: Settings) -> FastAPI:
    """A FastAPI with nothing about it."""
    app = FastAPI()
    app.post("/v1/visits", status_code=201)(insert)
    app.get("/livez")(operations.livez)
    return app


def route(settings: Settings) -> FastAPI:
    """Our application, with that route and `/livez`."""
    configure_logs(settings)
    router = Router(prefix="/v1/visits")

    @router.post("", status_code=201, response_model=VisitDetail, dependencies=[requires(Scope.COVERAGE_WRITE)])
    async def record_visit(order: VisitOrder, _: Request) -> Response:
        visit = await insert(order)
        headers = {"Location": f"/v1/visits/{visit.visit_id}", "ETag": '"1"'}
        return Response(visit.model_dump_json(), 201, headers, "application/json")

    return create_app(settings, routers=[router, operations.router])


KINDS: Final[Mapping[str, Callable[[Settings], FastAPI]]] = {"route": route, "bare": bare}


async def main(kind: str, port: str, database: str, home: str) -> None:
    """Open as many connections as there are callers, and serve; what runs beside the requests is not started."""
    for _ in range(CONNECTIONS):
        opened = await psycopg.AsyncConnection.connect(database.replace("+psycopg", ""), autocommit=True)
        idle.put_nowait(opened)
    app = KINDS[kind](Settings(database_url=SecretStr(database), home=Path(home)))
    http: Any = BoundedProtocol if kind == "route" else "httptools"
    config = uvicorn.Config(app, port=int(port), http=http, access_log=False, log_config=None, lifespan="off")
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
