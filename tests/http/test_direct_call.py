"""Endpoints called without FastAPI's machinery answer as with it."""

from collections.abc import Iterator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import BackgroundTasks, Body, FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from structlog.testing import capture_logs

from app.access.guard import public
from app.http.direct_call import direct_call
from app.http.routing import Router, StrictRoute


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    amount: int = Field(ge=0, le=100)
    names: list[str] = []


@pytest.fixture(autouse=True)
def router(app: FastAPI) -> Router:
    router = Router()

    @router.post("/direct", operation_id="direct", dependencies=[public()])
    async def direct(asked: Asked, request: Request) -> Response:
        return Response(asked.model_dump_json(), media_type="application/json")

    @router.post("/sync", operation_id="sync", dependencies=[public()])
    def sync(asked: Asked, request: Request) -> Response:
        return Response()

    @router.post("/response", operation_id="response", dependencies=[public()])
    async def with_response(asked: Asked, request: Request, response: Response) -> Response:
        return response

    @router.post("/background", operation_id="background", dependencies=[public()])
    async def with_background(asked: Asked, request: Request, background: BackgroundTasks) -> Response:
        return Response()

    @router.post("/embedded", operation_id="embedded", dependencies=[public()])
    async def embedded(asked: Annotated[Asked, Body(embed=True)], request: Request) -> Response:
        return Response()

    @router.post("/optional", operation_id="optional", dependencies=[public()])
    async def optional(request: Request, asked: Asked | None = None) -> Response:
        return Response()

    @router.post("/by-fastapi", operation_id="byFastapi", dependencies=[public()])
    async def by_fastapi(asked: Asked, request: Request, unused: int = 0) -> Response:
        return Response(asked.model_dump_json(), media_type="application/json")

    app.router.routes.extend(router.routes)
    return router


async def test_only_an_endpoint_of_body_and_request_is_called_directly(router: Router) -> None:
    direct = [route for route in router.routes if isinstance(route, StrictRoute) and direct_call(route.dependant)]
    assert [route.path for route in direct] == ["/direct"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"amount": 7, "names": ["a"]}',
        b'{"amount": 101, "more": 1}',
        b'{"names": ["a", 1, {}]}',
        b'{"amount": "x", "names": 3}',
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"amount": NaN}',
        b'{"amount": 1, "amount": 2}',
        b"\xff",
    ],
)
async def test_the_answer_is_the_one_that_fastapi_gives(stranger: httpx2.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "X-Request-Id": "the-same-for-both"}
    ours, theirs = [await stranger.post(path, content=body, headers=headers) for path in ("/direct", "/by-fastapi")]
    assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())
    assert ours.headers == theirs.headers


async def test_a_caller_that_hangs_up_within_its_body_is_no_failure_of_ours(app: FastAPI) -> None:
    messages: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": b'{"am', "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: Any) -> None:
        pass

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/direct", "query_string": b"", "headers": headers}
    with capture_logs() as logs:
        await app(scope, receive, send)
    assert [(line["event"], line["problem"]) for line in logs] == [("request", "client_gone")]
