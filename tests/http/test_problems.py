"""How refusals look."""

from typing import Annotated, Any, Literal

import httpx2
import psycopg
import pytest
from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.access.guard import public
from app.errors import PROBLEM_JSON, Conflict
from app.http.routing import Router


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["a", "b"] = "a"
    amount: int = Field(ge=0, le=100)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    inner: list[Inner]
    either: int | bool | None = None


@pytest.fixture(autouse=True)
def routes(app: FastAPI) -> None:
    router = Router()

    @router.post("/probe/{number}", operation_id="probe", dependencies=[public()])
    async def probe(number: int, body: Outer, limit: Annotated[int, Query(le=10)] = 1) -> Outer:
        return body

    @router.delete("/probe/{number}", operation_id="unprobe", dependencies=[public()])
    async def unprobe(number: int) -> None:
        raise Conflict(f"number {number}")

    @router.get("/sql", operation_id="sql", dependencies=[public()])
    async def sql(error: str) -> None:
        raise DBAPIError.instance("SELECT 1", {}, _ERRORS[error], psycopg.Error)

    @router.get("/nul", operation_id="nul", dependencies=[public()])
    async def nul(request: Request) -> None:
        async with request.app.state.sessions() as session:
            await session.execute(text("SELECT :given"), {"given": "a\x00"})

    app.router.routes.extend(router.routes)


_ERRORS = {
    "away": psycopg.OperationalError("connection refused"),
    "stopping": psycopg.errors.AdminShutdown("terminating"),
    "busy": psycopg.errors.TooManyConnections("too many"),
    "deadlock": psycopg.errors.DeadlockDetected("deadlock detected"),
    "serialization": psycopg.errors.SerializationFailure("could not serialize"),
    "locked": psycopg.errors.LockNotAvailable("lock timeout"),
    "slow": psycopg.errors.QueryCanceled("statement timeout"),
    "idle": psycopg.errors.IdleInTransactionSessionTimeout("nothing was asked"),
    "bug": psycopg.errors.UndefinedTable("no such table"),
}


async def _probe(client: httpx2.AsyncClient, body: Any, path: str = "/probe/1") -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM_JSON
    found: dict[str, Any] = answer.json()
    return found


async def test_each_part_is_named_and_no_value_is_repeated(stranger: httpx2.AsyncClient) -> None:
    body = {"inner": [{"amount": 1}, {"amount": "secret-1", "kind": "secret-2", "extra": "secret-3"}], "x/y~z": "s"}
    problem = await _probe(stranger, body)
    assert problem["type"] == "urn:tierbook:problem:invalid"
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == {
        ("/inner/1/amount", "int_parsing"),
        ("/inner/1/kind", "literal_error"),
        ("/inner/1/extra", "extra_forbidden"),
        ("/x~1y~0z", "extra_forbidden"),
    }
    assert "secret" not in repr(problem)


async def test_the_members_of_a_union_are_no_part_of_the_pointer(stranger: httpx2.AsyncClient) -> None:
    problem = await _probe(stranger, {"inner": [], "either": "x"})
    assert {error["pointer"] for error in problem["errors"]} == {"/either"}


async def test_what_is_missing_is_named_where_it_belongs(stranger: httpx2.AsyncClient) -> None:
    problem = await _probe(stranger, {"inner": [{}]})
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/inner/0/amount", "missing")]


async def test_path_and_query_are_named(stranger: httpx2.AsyncClient) -> None:
    problem = await _probe(stranger, {"inner": []}, "/probe/one?limit=11")
    assert {error["pointer"] for error in problem["errors"]} == {"path/number", "query/limit"}


async def test_a_misspelt_parameter_is_refused(stranger: httpx2.AsyncClient) -> None:
    problem = await _probe(stranger, {"inner": []}, "/probe/1?limitt=1&limit=1")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("query/limitt", "unknown_parameter")]
    assert "limit" in problem["errors"][0]["detail"]


async def test_a_parameter_that_is_given_twice_is_refused(stranger: httpx2.AsyncClient) -> None:
    problem = await _probe(stranger, {"inner": []}, "/probe/1?limit=1&limit=2")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("query/limit", "repeated_parameter")]


async def test_an_encoded_body_is_refused(stranger: httpx2.AsyncClient) -> None:
    answer = await stranger.post("/probe/1", json={"inner": []}, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


async def test_an_empty_body_is_missing(stranger: httpx2.AsyncClient) -> None:
    answer = await stranger.post("/probe/1", headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "missing"


async def test_findings_are_bounded(stranger: httpx2.AsyncClient) -> None:
    problem = await _probe(stranger, {"inner": [{}] * 1000})
    assert len(problem["errors"]) == 50


async def test_405_names_every_method_of_the_path(stranger: httpx2.AsyncClient) -> None:
    answer = await stranger.put("/probe/1")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, POST"
    assert answer.headers["content-type"] == PROBLEM_JSON


async def test_a_feature_s_problem(stranger: httpx2.AsyncClient) -> None:
    answer = await stranger.delete("/probe/7")
    assert (answer.status_code, answer.json()["detail"]) == (409, "number 7")


@pytest.mark.parametrize("error", ["away", "stopping", "busy"])
async def test_a_database_that_is_away_is_503(stranger: httpx2.AsyncClient, error: str) -> None:
    answer = await stranger.get("/sql", params={"error": error})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["type"] == "urn:tierbook:problem:database_away"


@pytest.mark.parametrize("error", ["slow", "idle"])
async def test_what_takes_too_long_is_503_and_says_so(stranger: httpx2.AsyncClient, error: str) -> None:
    answer = await stranger.get("/sql", params={"error": error})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["type"] == "urn:tierbook:problem:took_too_long"


@pytest.mark.parametrize("error", ["deadlock", "serialization", "locked"])
async def test_what_others_are_in_the_way_of_is_503(stranger: httpx2.AsyncClient, error: str) -> None:
    answer = await stranger.get("/sql", params={"error": error})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "urn:tierbook:problem:collided"


async def test_a_bug_in_sql_is_500(stranger: httpx2.AsyncClient) -> None:
    answer = await stranger.get("/sql", params={"error": "bug"})
    assert answer.status_code == 500
    assert "table" not in answer.text


async def test_a_value_the_database_refuses_is_the_caller_s(stranger: httpx2.AsyncClient) -> None:
    assert (await stranger.get("/nul")).status_code == 422
