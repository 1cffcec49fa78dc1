"""Keys over HTTP: who is let in, who is not, and for how long."""

import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from structlog.testing import capture_logs

from app.access import keys, service
from app.access.cache import GRACE, KeyCache
from app.access.principal import Principal
from app.access.scopes import Scope
from app.access.service import KeyOrder, NewKey
from app.clock import ManualClock
from app.db.engine import Sessions
from app.errors import PROBLEM_JSON
from app.settings import Settings
from tests.service import NOON, client_of, new_key, secret_of

SECOND = timedelta(seconds=1)


@pytest.fixture
async def key(settings: Settings, sessions: Sessions) -> NewKey:
    async with sessions.begin() as session:
        return new_key(session, settings, Scope.METRICS_READ)


async def _status(app: FastAPI, token: str | None) -> int:
    async with client_of(app, token) as caller:
        return (await caller.get("/metrics")).status_code


def _away(app: FastAPI) -> None:
    """Take the database away from the running application."""
    nowhere = create_async_engine("postgresql+psycopg:///x?host=/nonexistent")
    app.state.keys._sessions = async_sessionmaker(nowhere)


def _back(app: FastAPI, sessions: Sessions) -> None:
    app.state.keys._sessions = sessions


@pytest.mark.parametrize(
    "header", [None, "", "Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "bearer", "Token abc", "Bearerabc"]
)
async def test_no_key_is_401_with_a_challenge(stranger: httpx2.AsyncClient, header: str | None) -> None:
    answer = await stranger.get("/metrics", headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="tierbook"'
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert answer.json()["type"] == "urn:tierbook:problem:key_missing"


@pytest.mark.parametrize(
    "token",
    [keys.mint(), keys.mint()[:-1], "x" * 30, "x", "x" * 5000, "a b", "\xff" * 30, "tb_", "'; DROP TABLE --"],
    ids=["unknown", "mistyped", "preset", "short", "long", "blank", "latin", "brand", "SQL"],
)
async def test_a_key_that_does_not_work_is_401(stranger: httpx2.AsyncClient, token: str) -> None:
    answer = await stranger.get("/metrics", headers={b"Authorization": f"Bearer {token}".encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="tierbook", error="invalid_token"'
    assert token not in answer.text or token == "x"


async def test_a_key_without_the_scope_is_403(app: FastAPI, settings: Settings, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        token = new_key(session, settings, Scope.SCORE).token
    async with client_of(app, token) as caller:
        answer = await caller.get("/metrics")
    assert answer.status_code == 403
    assert answer.headers["www-authenticate"].endswith('error="insufficient_scope", scope="metrics:read"')
    assert answer.json()["type"] == "urn:tierbook:problem:insufficient_scope"


async def test_the_scope_or_admin_is_enough(app: FastAPI, key: NewKey, client: httpx2.AsyncClient) -> None:
    assert await _status(app, key.token) == 200
    assert (await client.get("/metrics")).status_code == 200
    assert (await client.get("/metrics", headers={"Authorization": f"bEARER  {key.token} "})).status_code == 200


async def test_a_caller_is_admitted_before_the_body_is_read(stranger: httpx2.AsyncClient) -> None:
    read = 0

    async def body() -> Any:
        nonlocal read
        read += 1
        yield b"not even JSON"

    answer = await stranger.post("/v1/score", content=body(), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 401
    assert read <= 1


async def test_a_known_key_needs_no_database(app: FastAPI, key: NewKey, clock: ManualClock) -> None:
    assert await _status(app, key.token) == 200
    _away(app)
    for _ in range(11):
        clock.advance(5 * 60 * SECOND)
        assert await _status(app, key.token) == 200


async def test_an_unknown_key_gets_503_while_the_database_is_away(app: FastAPI, key: NewKey) -> None:
    _away(app)
    assert await _status(app, key.token) == 503


async def test_the_grace_ends_and_begins_again(
    app: FastAPI, key: NewKey, clock: ManualClock, sessions: Sessions
) -> None:
    assert await _status(app, key.token) == 200
    _away(app)
    clock.advance(GRACE + SECOND)
    async with client_of(app, key.token) as caller:
        answer = await caller.get("/metrics")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    _back(app, sessions)
    clock.advance(60 * SECOND)
    assert await _status(app, key.token) == 200


async def test_even_without_grace_a_confirmed_key_works(
    app: FastAPI, key: NewKey, settings: Settings, sessions: Sessions, clock: ManualClock
) -> None:
    app.state.keys = KeyCache(sessions, (secret_of(settings),), clock, timedelta(0))
    assert await _status(app, key.token) == 200
    clock.advance(15 * SECOND)
    assert await _status(app, key.token) == 200
    _away(app)
    clock.advance(20 * SECOND)
    assert await _status(app, key.token) == 503


async def test_an_expired_key_never_works_even_while_the_database_is_away(
    app: FastAPI, settings: Settings, sessions: Sessions, clock: ManualClock
) -> None:
    async with sessions.begin() as session:
        order = KeyOrder("short", frozenset({Scope.METRICS_READ}), NOON + 600 * SECOND, "test")
        token = service.create(session, secret_of(settings), NOON, order).token
    assert await _status(app, token) == 200
    _away(app)
    clock.advance(599 * SECOND)
    assert await _status(app, token) == 200
    clock.advance(SECOND)
    assert await _status(app, token) == 401


async def test_a_revoked_key_stops_within_a_minute(
    app: FastAPI, key: NewKey, clock: ManualClock, sessions: Sessions
) -> None:
    assert await _status(app, key.token) == 200
    async with sessions.begin() as session:
        await service.revoke(session, key.key.prefix, NOON, by="staff")
    clock.advance(60 * SECOND)
    assert await _status(app, key.token) == 401


async def test_a_revoked_key_stops_at_the_next_confirmation(app: FastAPI, key: NewKey, sessions: Sessions) -> None:
    assert await _status(app, key.token) == 200
    async with sessions.begin() as session:
        await service.revoke(session, key.key.prefix, NOON, by="staff")
    await app.state.keys.refresh()
    assert await _status(app, key.token) == 401


async def test_a_rotated_key_ends_with_its_overlap(
    app: FastAPI, key: NewKey, settings: Settings, sessions: Sessions, clock: ManualClock
) -> None:
    assert await _status(app, key.token) == 200
    async with sessions.begin() as session:
        new = await service.rotate(session, secret_of(settings), "test", NOON, 3600 * SECOND, by="staff")
    await app.state.keys.refresh()
    clock.advance(3599 * SECOND)
    assert (await _status(app, key.token), await _status(app, new.token)) == (200, 200)
    clock.advance(SECOND)
    assert (await _status(app, key.token), await _status(app, new.token)) == (401, 200)


async def test_a_key_that_was_refused_works_soon_after_it_is_made(
    app: FastAPI, settings: Settings, sessions: Sessions, clock: ManualClock
) -> None:
    token = keys.mint()
    assert await _status(app, token) == 401
    async with sessions.begin() as session:
        order = KeyOrder("late", frozenset({Scope.METRICS_READ}), None, "test")
        service.create(session, secret_of(settings), NOON, order, token)
    assert await _status(app, token) == 401
    clock.advance(11 * SECOND)
    assert await _status(app, token) == 200


async def test_a_known_key_asks_the_database_nothing(
    app: FastAPI, key: NewKey, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _status(app, key.token) == 200
    monkeypatch.setattr(app.state.keys, "_sessions", None)
    assert await _status(app, key.token) == 200


async def test_unknown_keys_are_remembered_but_not_without_end(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.access.cache._MOST_UNKNOWN", 3)
    for _ in range(10):
        assert await _status(app, keys.mint()) == 401
    assert len(app.state.keys._unknown) == 3


async def test_when_a_key_was_used_is_written_later(
    app: FastAPI, key: NewKey, sessions: Sessions, clock: ManualClock
) -> None:
    await _status(app, key.token)
    clock.advance(5 * SECOND)
    await _status(app, key.token)
    await app.state.keys.flush_uses()
    async with sessions() as session:
        assert (await service.find(session, key.key.prefix)).last_used_at == NOON + 5 * SECOND


async def test_a_use_is_not_lost_while_the_database_is_away(app: FastAPI, key: NewKey, sessions: Sessions) -> None:
    await _status(app, key.token)
    _away(app)
    await app.state.keys.flush_uses()
    _back(app, sessions)
    await app.state.keys.flush_uses()
    async with sessions() as session:
        assert (await service.find(session, key.key.prefix)).last_used_at == NOON


async def test_a_fault_that_is_not_the_database_s_absence_is_not_hidden(app: FastAPI, key: NewKey) -> None:
    await _status(app, key.token)
    app.state.keys._sessions = None
    with pytest.raises(AttributeError):
        await app.state.keys.refresh()


async def test_no_key_is_in_memory_in_the_clear(app: FastAPI, key: NewKey) -> None:
    await _status(app, key.token)
    cache: KeyCache = app.state.keys
    assert key.token not in repr(vars(cache))


async def test_no_secret_reaches_a_log(
    app: FastAPI, key: NewKey, settings: Settings, sessions: Sessions, clock: ManualClock
) -> None:
    unknown, mistyped = keys.mint(), keys.mint()[:-1]
    with capture_logs() as logs:
        async with sessions.begin() as session:
            made = new_key(session, settings, name="logged")
            rotated = await service.rotate(session, secret_of(settings), "logged", NOON, by="staff")
        for token in (key.token, made.token, rotated.token, unknown, mistyped):
            await _status(app, token)
            async with client_of(app) as caller:
                await caller.get("/livez", headers={"X-Request-Id": token})
        _away(app)
        clock.advance(60 * SECOND)
        await app.state.keys.refresh()
        await _status(app, keys.mint())
    written = json.dumps(logs, default=repr)
    assert "keys_not_confirmed" in written
    for token in (key.token, made.token, rotated.token, unknown, mistyped):
        assert token.split("_")[2] not in written
    assert settings.pepper.decode() not in written


async def test_the_caller_is_handed_to_the_route(app: FastAPI, key: NewKey) -> None:
    principal = await app.state.keys.principal(key.token)
    assert principal == Principal(key.key.id, "test", frozenset({Scope.METRICS_READ}))
    assert not principal.may(Scope.SCORE)


async def test_the_database_s_error_is_what_an_unknown_key_meets(app: FastAPI) -> None:
    _away(app)
    with pytest.raises(OperationalError):
        await app.state.keys.principal(keys.mint())
