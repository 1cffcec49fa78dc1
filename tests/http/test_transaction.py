"""A request is one transaction: committed before it is answered, done once per Idempotency-Key, denials kept."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from app import housekeeping
from app.access.guard import requires
from app.access.scopes import Scope
from app.clock import ManualClock
from app.errors import Conflict
from app.http import idempotency
from app.http.idempotency import Asked
from app.http.routing import Router
from app.http.tables import IdempotentAnswer
from app.http.transaction import Changing, Reads
from app.http.types import Wire
from app.trail.entry import Entry
from tests.service import client_of, new_key

_DEFERRED: Final = (
    "CREATE TABLE parent (id int PRIMARY KEY)",
    "CREATE TABLE child (id int REFERENCES parent INITIALLY DEFERRED)",
)
Count = Callable[[str], Awaitable[int]]


class Number(Wire):
    number: int


router = Router(dependencies=[requires(Scope.ADMIN)])


@router.post("/children")
async def add_child(number: Number, change: Changing) -> Number:
    await change.session.execute(text("INSERT INTO child VALUES (:number)"), {"number": number.number})
    return number


@router.post("/parents", status_code=201)
async def add_parent(number: Number, change: Changing) -> Number:
    await change.session.execute(text("INSERT INTO parent VALUES (:number)"), {"number": number.number})
    await change.note(Entry("parent.added", "parent", str(number.number)))
    if number.number < 0:
        change.deny(Entry("parent.refused", "parent", str(number.number), outcome="denied"))
        raise Conflict("after the insert")
    if number.number == 0:
        raise RuntimeError("after the insert")
    return number


@router.get("/parents")
async def count_parents(reads: Reads) -> Number:
    return Number(number=await reads.session.scalar(text("SELECT count(*) FROM parent")))


@pytest.fixture
async def app(lasting_app: FastAPI) -> FastAPI:
    """An application with these three routes, which commits."""
    async with lasting_app.state.engine.begin() as connection:
        await connection.execute(text("SET ROLE NONE"))
        for statement in _DEFERRED:
            await connection.execute(text(statement))
    lasting_app.router.routes.extend(router.routes)
    return lasting_app


@pytest.fixture
async def client(app: FastAPI, lasting_client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    return lasting_client


@pytest.fixture
def count(app: FastAPI) -> Count:
    async def counted(table: str) -> int:
        async with app.state.sessions() as session:
            found: int = await session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - ours
            return found

    return counted


def keyed(key: str) -> dict[str, str]:
    return {idempotency.HEADER: key}


async def test_what_was_answered_is_committed(client: httpx2.AsyncClient, count: Count) -> None:
    assert (await client.post("/parents", json={"number": 1})).status_code == 201
    assert await count("parent") == 1
    assert (await client.get("/parents")).json() == {"number": 1}


async def test_a_commit_that_fails_is_not_answered_with_success(client: httpx2.AsyncClient, count: Count) -> None:
    assert (await client.post("/children", json={"number": 99})).status_code == 500
    assert await count("child") == 0


@pytest.mark.parametrize(("number", "status"), [(0, 500), (-1, 409)])
async def test_a_route_that_raises_leaves_nothing(
    client: httpx2.AsyncClient, count: Count, number: int, status: int
) -> None:
    assert (await client.post("/parents", json={"number": number})).status_code == status
    assert await count("parent") == 0
    assert await count("audit_entry WHERE action = 'parent.added'") == 0


async def test_a_denial_is_kept_though_its_transaction_is_undone(client: httpx2.AsyncClient, count: Count) -> None:
    await client.post("/parents", json={"number": -1})
    assert await count("audit_entry WHERE action = 'parent.refused' AND outcome = 'denied'") == 1


async def test_a_key_without_the_scope_leaves_a_denial(app: FastAPI, count: Count) -> None:
    async with app.state.sessions.begin() as session:
        key = new_key(session, app.state.settings, Scope.SCORE, name="lacking")
    async with client_of(app, key.token) as caller:
        assert (await caller.post("/parents", json={"number": 1})).status_code == 403
    assert await count("audit_entry WHERE action = 'operation.refused' AND key_name = 'lacking'") == 1


async def test_a_request_sent_twice_is_done_once_and_answered_the_same(
    client: httpx2.AsyncClient, count: Count
) -> None:
    first = await client.post("/parents", json={"number": 1}, headers=keyed("once"))
    again = await client.post("/parents", json={"number": 1}, headers=keyed("once"))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"number": 1})
    assert (idempotency.REPLAYED in first.headers, again.headers[idempotency.REPLAYED]) == (False, "true")
    assert await count("parent") == 1


async def test_of_the_same_request_at_once_one_is_done(client: httpx2.AsyncClient, count: Count) -> None:
    sent = (client.post("/parents", json={"number": 1}, headers=keyed("at-once")) for _ in range(6))
    answers: list[Any] = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {201}
    assert await count("parent") == 1


async def test_another_request_under_the_same_key_is_refused(client: httpx2.AsyncClient, count: Count) -> None:
    await client.post("/parents", json={"number": 1}, headers=keyed("mine"))
    other = await client.post("/parents", json={"number": 2}, headers=keyed("mine"))
    assert (other.status_code, other.json()["type"]) == (422, "urn:tierbook:problem:idempotency_key_reused")
    assert await count("parent") == 1


async def test_what_failed_may_be_tried_again_under_its_key(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/parents", json={"number": -1}, headers=keyed("again"))).status_code == 409
    assert (await client.post("/parents", json={"number": 5}, headers=keyed("again"))).status_code == 201


@pytest.mark.parametrize("key", ["", "with blank", "x" * 201])
async def test_a_key_that_cannot_be_read_is_refused(client: httpx2.AsyncClient, key: str) -> None:
    answer = await client.post("/parents", json={"number": 1}, headers=keyed(key))
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:tierbook:problem:idempotency_key_malformed")


async def test_an_answer_counts_for_a_day_though_nobody_has_forgotten_it_yet(
    client: httpx2.AsyncClient, count: Count, clock: ManualClock
) -> None:
    await client.post("/parents", json={"number": 1}, headers=keyed("old"))
    clock.advance(idempotency.KEPT_FOR)
    again = await client.post("/parents", json={"number": 1}, headers=keyed("old"))
    assert (again.status_code, again.headers[idempotency.REPLAYED]) == (201, "true")
    clock.advance(timedelta(seconds=1))
    other = await client.post("/parents", json={"number": 2}, headers=keyed("old"))
    assert (other.status_code, idempotency.REPLAYED in other.headers) == (201, False)
    replayed = await client.post("/parents", json={"number": 2}, headers=keyed("old"))
    assert (replayed.status_code, replayed.headers[idempotency.REPLAYED]) == (201, "true")
    assert await count("parent") == 2


async def test_an_answer_is_not_forgotten_while_it_is_given_again(
    app: FastAPI, client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    await client.post("/parents", json={"number": 1}, headers=keyed("old"))
    async with app.state.sessions.begin() as session, app.state.sessions.begin() as other:
        row = (await session.scalars(select(IdempotentAnswer))).one()
        clock.advance(idempotency.KEPT_FOR)
        given = await idempotency.claim(session, Asked(row.key_id, row.key, row.request_hash), clock.now())
        clock.advance(timedelta(seconds=1))
        await other.execute(text("SET LOCAL lock_timeout = '100ms'"))
        assert await idempotency.forget_old(other, clock.now()) == 0
    assert given is not None


async def test_answers_are_forgotten_after_a_day(
    app: FastAPI, client: httpx2.AsyncClient, count: Count, clock: ManualClock
) -> None:
    await client.post("/parents", json={"number": 1}, headers=keyed("old"))
    clock.advance(2 * idempotency.KEPT_FOR)
    async with app.state.sessions.begin() as session:
        assert await idempotency.forget_old(session, clock.now()) == 1
    assert await count("idempotent_answer") == 0


async def test_old_answers_are_forgotten_some_at_a_time(
    app: FastAPI, client: httpx2.AsyncClient, count: Count, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "FORGOTTEN_AT_ONCE", 2)
    monkeypatch.setattr(housekeeping, "FORGOTTEN_AT_ONCE", 2)
    for number in range(1, 6):
        await client.post("/parents", json={"number": number}, headers=keyed(f"old-{number}"))
    clock.advance(2 * idempotency.KEPT_FOR)
    async with app.state.sessions.begin() as session:
        assert await idempotency.forget_old(session, clock.now()) == 2
    assert await count("idempotent_answer") == 3
    await housekeeping.Housekeeping(app.state.sessions, clock, app.state.settings).tidy()
    assert await count("idempotent_answer") == 0
