"""Every route says who may call it. The table here is the review: a new route must be written into it."""

from typing import Final

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.access.scopes import Scope
from app.http.routing import StrictRoute, gates_of
from tests.samples import path_of
from tests.service import client_of

PUBLIC: Final = None

TABLE: Final[dict[str, Scope | None]] = {
    "POST /v1/score": Scope.SCORE,
    "POST /v1/score/batch": Scope.SCORE,
    "GET /v1/rulebooks": Scope.RULEBOOKS_READ,
    "GET /v1/rulebooks/schema": Scope.RULEBOOKS_READ,
    "POST /v1/rulebooks/check": Scope.RULEBOOKS_WRITE,
    "GET /v1/rulebooks/{name}": Scope.RULEBOOKS_READ,
    "GET /v1/rulebooks/{name}/versions": Scope.RULEBOOKS_READ,
    "POST /v1/rulebooks/{name}/versions": Scope.RULEBOOKS_WRITE,
    "GET /v1/rulebooks/{name}/versions/{version}": Scope.RULEBOOKS_READ,
    "POST /v1/rulebooks/{name}/versions/{version}/check": Scope.RULEBOOKS_WRITE,
    "POST /v1/rulebooks/{name}/versions/{version}/publish": Scope.RULEBOOKS_PUBLISH,
    "GET /livez": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": Scope.METRICS_READ,
    "GET /openapi.json": PUBLIC,
    "GET /docs": PUBLIC,
    "GET /redoc": PUBLIC,
    "GET /docs/assets/{name}": PUBLIC,
}


def _routes(app: FastAPI) -> dict[str, APIRoute]:
    found: dict[str, APIRoute] = {}
    for route in app.routes:
        assert isinstance(route, StrictRoute), f"{route} bypasses app.http.routing.Router"
        found |= {f"{method} {route.path_format}": route for method in route.methods or ()}
    return found


def test_every_route_declares_its_scope_and_it_is_the_reviewed_one(contract_app: FastAPI) -> None:
    declared = {}
    for name, route in _routes(contract_app).items():
        gates = list(gates_of(route))
        assert len(gates) == 1, f"{name} must say requires(Scope.…) or public(), once"
        declared[name] = gates[0].scope
    assert declared == TABLE


@pytest.mark.parametrize("name", [name for name, scope in TABLE.items() if scope is not PUBLIC])
async def test_no_key_no_answer(contract_app: FastAPI, name: str) -> None:
    method, _ = name.split()
    async with client_of(contract_app) as stranger:
        answer: httpx2.Response = await stranger.request(method, path_of(_routes(contract_app)[name]))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
