"""What every answer carries, whatever the route."""

import httpx2
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from app.access.guard import public
from app.errors import PROBLEM_JSON
from app.http.routing import Router

SECRET = "a client's name"


@pytest.fixture
def failing(app: FastAPI) -> FastAPI:
    router = Router()

    @router.get("/fails", operation_id="fails", dependencies=[public()])
    async def fails() -> None:
        raise RuntimeError(SECRET)

    app.router.routes.extend(router.routes)
    return app


@pytest.mark.parametrize("path", ["/livez", "/docs", "/nope", "/metrics"])
async def test_every_answer_has_security_headers_and_an_id(stranger: httpx2.AsyncClient, path: str) -> None:
    headers = (await stranger.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 32


async def test_a_sane_request_id_is_kept(stranger: httpx2.AsyncClient) -> None:
    answer = await stranger.get("/nope", headers={"X-Request-Id": "crm-2026:00042"})
    assert answer.headers["x-request-id"] == "crm-2026:00042"
    assert answer.json()["instance"] == "urn:tierbook:request:crm-2026:00042"


@pytest.mark.parametrize(
    "sent",
    [
        "short",
        "x" * 65,
        "with blank",
        "a\tb c d e f",
        'in"jection',
        "tb_abcdefgh_key",
        "key:tb_abcdefgh_key",
        "0123456789abcdef" * 3,
    ],
)
async def test_any_other_request_id_is_replaced(stranger: httpx2.AsyncClient, sent: str) -> None:
    assert (await stranger.get("/livez", headers={"X-Request-Id": sent})).headers["x-request-id"] != sent


async def test_an_unforeseen_failure_is_a_problem_and_tells_nothing(
    failing: FastAPI, stranger: httpx2.AsyncClient
) -> None:
    with capture_logs() as logs:
        answer = await stranger.get("/fails")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert answer.json()["type"] == "urn:tierbook:problem:internal"
    assert SECRET not in answer.text
    assert SECRET not in repr(logs)
    failure, request = logs
    assert (failure["error"], failure["request_id"]) == ("RuntimeError", request["request_id"])
    assert "test_shell.py" in failure["at"][-1]


async def test_the_log_line_holds_codes_only(stranger: httpx2.AsyncClient) -> None:
    with capture_logs() as logs:
        await stranger.get("/clients/Ms%20Wang?name=Wang", headers={"X-Name": "Wang"})
    assert "Wang" not in repr(logs)
    (line,) = logs
    assert (line["route"], line["status"], line["problem"], line["key"]) == ("unmatched", 404, "not_found", None)


async def test_requests_are_counted_by_template(client: httpx2.AsyncClient) -> None:
    await client.get("/livez")
    await client.get("/nope/1")
    await client.get("/nope/2")
    text = (await client.get("/metrics")).text
    assert 'tierbook_http_requests_total{method="GET",route="/livez",status="200"} 1.0' in text
    assert 'tierbook_http_requests_total{method="GET",route="unmatched",status="404"} 2.0' in text
    assert 'tierbook_http_request_seconds_count{method="GET",route="/livez"} 1.0' in text


async def test_an_invented_method_makes_no_new_label(client: httpx2.AsyncClient) -> None:
    await client.request("BREW", "/livez")
    assert 'method="OTHER"' in (await client.get("/metrics")).text


@pytest.mark.parametrize("address", ["/livez?a=%00", "/v1%00", "/%00"])
async def test_nul_in_the_address_is_refused(stranger: httpx2.AsyncClient, address: str) -> None:
    answer = await stranger.get(address)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:tierbook:problem:nul_in_address"
