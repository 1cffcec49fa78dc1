"""The yardstick for `POST /v1/visits`: a bare FastAPI with the same body and the same answer, and one raw insert.

The body is read by the same model and the answer written by the same model; between them one row is inserted by
psycopg, in a transaction of its own, on one of as many connections as there are callers. No key, no fence, nobody
looked up, no role, no second row for who took part, no trail.

    python -m bench.raw_visit PORT DATABASE_URL
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import psycopg
import uvicorn
from fastapi import FastAPI

from app.coverage.visits.schemas import VisitDetail, VisitOrder
from bench.load import CONNECTIONS

_INSERT: Final = (
    "INSERT INTO raw_visit (id, client_id, at, day, kind, purpose, summary, recorded_at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
idle: asyncio.Queue[psycopg.AsyncConnection[Any]] = asyncio.Queue()


@asynccontextmanager
async def connected(_: FastAPI) -> AsyncIterator[None]:
    """Open as many connections as there are callers."""
    for _ in range(CONNECTIONS):
        idle.put_nowait(await psycopg.AsyncConnection.connect(sys.argv[2], autocommit=True))
    yield


app = FastAPI(lifespan=connected)


@app.post("/v1/visits", status_code=201)
async def record(order: VisitOrder) -> VisitDetail:
    """Insert a row."""
    visit_id, day = uuid4(), order.at.date()
    connection = await idle.get()
    try:
        row = (visit_id, order.client_id, order.at, day, order.kind, order.purpose, order.summary, order.at)
        await connection.execute(_INSERT, row)
    finally:
        idle.put_nowait(connection)
    officers = [each.officer_id for each in order.participants]
    return VisitDetail.model_validate(
        {
            "visit_id": visit_id,
            "revision": 1,
            "state": "live",
            "client_id": order.client_id,
            "at": order.at,
            "day": day,
            "kind": order.kind,
            "participants": [
                {"officer_id": each, "role": "relationship_manager", "leads": True, "acting_for": None}
                for each in officers
            ],
            "outside": [],
            "purpose": order.purpose,
            "summary": order.summary,
            "next_step": None,
            "place": None,
            "evidence": [],
            "external_id": None,
            "planned_id": None,
            "reason": None,
            "recorded_at": order.at,
            "recorded_by": "bench",
            "ended_at": None,
            "ended_by": None,
            "ended_why": None,
        }
    )


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="warning")
