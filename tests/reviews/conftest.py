"""The application on a small bank whose clients are reviewed, and what tests ask of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from typing import Any, Final

import httpx2
import pytest
from fastapi import FastAPI

from app.access.scopes import Scope
from app.clock import ManualClock
from app.db.engine import Sessions
from app.kernel.coverage.span import Span
from app.organisation.calendar_days import CalendarDays
from app.organisation.calendar_keeping import store_told
from app.rulebooks.reign import Term
from tests.organisation.bank import open_bank
from tests.reviews.reviewed import REVIEWED
from tests.rulebooks.publishing import published
from tests.service import SHANGHAI, change_of, client_of, new_key

CLIENT: Final = "C-1"
Now = Callable[[str], None]
Assessed = Callable[..., Awaitable[Any]]
CallerOf = Callable[..., Awaitable[httpx2.AsyncClient]]


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions) -> FastAPI:
    """The 4th and 5th of May 2027 are days of rest."""
    rest = frozenset({date(2027, 5, 4), date(2027, 5, 5)})
    async with sessions.begin() as session:
        await open_bank(session)
        await store_told(change_of(session), "CN", CalendarDays(Span(date(2016, 1, 1), date(2030, 1, 1)), rest), "test")
        await published(session, REVIEWED, Term((), date(2026, 1, 1)))
    await app.state.rulebooks.refresh()
    return app


@pytest.fixture
async def client(client: httpx2.AsyncClient, app: FastAPI) -> httpx2.AsyncClient:
    """An administrator of the whole bank; the client C-1 of the sub-branch B1-S1 is there."""
    await led(client, CLIENT, "B1-S1")
    return client


@pytest.fixture
def now(clock: ManualClock) -> Now:
    """Has it be a moment, as the clocks of Shanghai show it: `now("2027-01-31T09:00")`."""

    def moved(text: str) -> None:
        clock.advance(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC) - clock.now())

    return moved


@pytest.fixture
def assessed(client: httpx2.AsyncClient) -> Assessed:
    """Tells a client's balance and assesses it: `await assessed("90")`."""

    async def done(balance: str, client_id: str = CLIENT, **order: Any) -> Any:
        path = f"/v1/clients/{client_id}"
        answer = await client.post(f"{path}/facts", json={"facts": {"balance": balance}})
        assert answer.status_code == 207, answer.text
        answer = await client.post(f"{path}/assessments", json={"rulebook": "reviewed-clients", **order})
        assert answer.status_code == 201, answer.text
        return answer.json()["assessments"][0]

    return done


@pytest.fixture
async def of(app: FastAPI) -> AsyncIterator[CallerOf]:
    """Makes a caller with a key of a unit."""
    async with AsyncExitStack() as callers:

        async def made(unit: str | None, *scopes: Scope) -> httpx2.AsyncClient:
            async with app.state.sessions.begin() as session:
                key = new_key(session, app.state.settings, *scopes, name=f"key of {unit}", unit=unit)
            return await callers.enter_async_context(client_of(app, key.token))

        yield made


async def led(client: httpx2.AsyncClient, client_id: str, unit: str) -> None:
    profile = {"kind": "company", "name": f"Name of {client_id}", "unit": unit, "segment": "corporate"}
    answer = await client.put(f"/v1/clients/{client_id}", json=profile)
    assert answer.status_code in {200, 201}, answer.text
