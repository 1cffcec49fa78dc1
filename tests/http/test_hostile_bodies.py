"""Every route that reads a body, against every hostile body: refused by name, never a failure of ours.

The routes come from the application, so a new one joins by itself.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute
from pydantic import SecretStr
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from app.api import ROUTERS
from app.db.engine import open_sessions, require_url
from app.errors import PROBLEM_JSON
from app.main import create_app
from app.rulebooks.registry import Registry
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings
from app.tiering.decider import Deciders
from tests.http.hostile import HOSTILE_BODIES, HOSTILE_VALUES
from tests.postgres import Databases
from tests.samples import SAMPLES, path_of
from tests.service import NOON, client_of, new_key

BODY_ROUTES = {
    f"{method} {route.path_format}": (method, route)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and route.body_field is not None
    for method in route.methods or ()
}


@pytest.fixture(scope="module")
def installed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Registry, str]:
    """A database with the shipped rulebooks, what a service loads of it, and an administrator's key."""
    home = tmp_path_factory.mktemp("hostile")
    settings = Settings(home=home, key_secret=SecretStr("a pepper for tests only")).with_database(databases.copy())
    sessions = open_sessions(create_async_engine(require_url(settings), poolclass=NullPool))
    registry = Registry(sessions)

    async def install() -> str:
        async with sessions.begin() as session:
            await publish_shipped(session, NOON, settings.timezone)
            key = new_key(session, settings)
        await registry.refresh()
        return key.token

    return settings, registry, asyncio.run(install())


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for them all, and so one application: making one takes longer than most of these requests."""
    return "asyncio"


@pytest.fixture(scope="module")
async def client(installed: tuple[Settings, Registry, str]) -> AsyncIterator[httpx2.AsyncClient]:
    settings, registry, token = installed
    app = create_app(settings)
    app.state.rulebooks, app.state.deciders = registry, Deciders(registry)
    async with client_of(app, token) as caller:
        yield caller
    await app.state.engine.dispose()


def _refused(answer: httpx2.Response) -> dict[str, Any]:
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == PROBLEM_JSON
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert "Traceback" not in answer.text
    return problem


@pytest.mark.parametrize("name", HOSTILE_BODIES)
@pytest.mark.parametrize("target", BODY_ROUTES)
async def test_a_hostile_body_is_refused(client: httpx2.AsyncClient, target: str, name: str) -> None:
    method, route = BODY_ROUTES[target]
    answer = await client.request(
        method, path_of(route), content=HOSTILE_BODIES[name], headers={"Content-Type": "application/json"}
    )
    assert _refused(answer)["errors"]


@pytest.mark.parametrize("target", BODY_ROUTES)
async def test_a_hostile_value_anywhere_is_no_failure_of_ours(client: httpx2.AsyncClient, target: str) -> None:
    """Put each hostile value in each place of a sound body; where it is refused, the place must be named."""
    method, route = BODY_ROUTES[target]
    for place, text in _spoilt(SAMPLES[target]):
        answer = await client.request(
            method, path_of(route), content=text.encode(), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code < 500, (place, text[:200], answer.text)
        if answer.status_code >= 400:
            problem = _refused(answer)
            assert problem["errors"] or answer.status_code in {404, 409}, (place, text[:200], answer.text)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "json", "*/*"])
@pytest.mark.parametrize("target", BODY_ROUTES)
async def test_what_is_not_declared_as_json_is_refused(
    client: httpx2.AsyncClient, target: str, media_type: str
) -> None:
    method, route = BODY_ROUTES[target]
    answer = await client.request(method, path_of(route), content=b"{}", headers={"Content-Type": media_type})
    assert answer.status_code == 415
    _refused(answer)


@pytest.mark.parametrize("target", BODY_ROUTES)
async def test_fifty_megabytes_are_refused_before_they_are_read(client: httpx2.AsyncClient, target: str) -> None:
    method, route = BODY_ROUTES[target]
    sent = 0

    async def flood() -> Any:
        nonlocal sent
        for _ in range(50):
            sent += 1
            yield b"[" + b" " * (1024 * 1024 - 1)

    for headers in ({}, {"Content-Length": str(50 * 1024 * 1024)}, {"Content-Length": "9" * 5000}):
        sent = 0
        answer = await client.request(
            method, path_of(route), content=flood(), headers={"Content-Type": "application/json", **headers}
        )
        assert answer.status_code == 413
        _refused(answer)


def _spoilt(sample: Any) -> Iterator[tuple[str, str]]:
    text = json.dumps(sample)
    for place in _places(sample):
        marked = json.loads(text)
        _put(marked, place, "@@")
        for name, value in HOSTILE_VALUES.items():
            yield f"{place} {name}", json.dumps(marked).replace('"@@"', value)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield (*path, key)
        yield from _places(part, (*path, key))


def _put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


def test_every_body_route_has_a_sample() -> None:
    assert set(BODY_ROUTES) <= set(SAMPLES), "add a sound body to tests/samples.py"
