"""The same bank and rulebooks as standing's tests, with seven clients in two branches, and a worker that we step."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from app.db.engine import Sessions
from app.portfolio.job import Shop
from app.portfolio.runner import Runner
from app.standing.settled import Follower
from tests.clients.telling import open_client
from tests.service import SHANGHAI
from tests.standing.conftest import Know, app, client, founding, know, of

__all__ = ["app", "client", "founding", "know", "of"]

BALANCES = {"C-1": "10", "C-2": "57", "C-3": "60", "C-4": "78", "C-5": "80", "C-6": "95", "C-7": "99"}
"""By client; C-6 and C-7 are of the other branch."""

OTHERS = ("C-6", "C-7")
Begin = Callable[..., Awaitable[Any]]
Run = Callable[..., Awaitable[Any]]
MakeRunner = Callable[..., Runner]


@pytest.fixture
async def book(client: httpx2.AsyncClient, know: Know) -> None:
    """Every client is there with its balance."""
    for client_id, balance in BALANCES.items():
        if client_id != "C-1":
            unit = "B2-S1" if client_id in OTHERS else "B1-S1"
            await open_client(client, client_id, segment="corporate", unit=unit)
        await know(client_id, balance=balance)


@pytest.fixture
def make_runner(app: FastAPI, sessions: Sessions, clock: ManualClock) -> MakeRunner:
    """A worker as another process would have one; of two clients at a time."""

    def made(*followers: Follower, piece: int = 2) -> Runner:
        return Runner(sessions, clock, Shop(app.state.judges, followers, SHANGHAI), piece=piece)

    return made


@pytest.fixture
def begin(client: httpx2.AsyncClient) -> Begin:
    """Asks for a run."""

    async def begun(caller: httpx2.AsyncClient = client, status: int = 202, **order: Any) -> Any:
        body = {"kind": "assess", "rulebook": "watched-clients", **order}
        answer = await caller.post("/v1/runs", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    return begun


@pytest.fixture
def run(client: httpx2.AsyncClient, begin: Begin, make_runner: MakeRunner, book: None) -> Run:
    """Asks for a run, has it done, and reads it."""

    async def ran(caller: httpx2.AsyncClient = client, **order: Any) -> Any:
        asked = await begin(caller, **order)
        await make_runner().do_waiting()
        answer = await caller.get(f"/v1/runs/{asked['id']}")
        found = answer.json()
        assert found["state"] == "done", answer.text
        return found

    return ran


async def moves(client: httpx2.AsyncClient, run: Any, **asked: str) -> list[Any]:
    """Every move of a run."""
    found = []
    while True:
        page = (await client.get(f"/v1/runs/{run['id']}/moves", params={"limit": "2", **asked})).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


def cells(scenario: Any) -> dict[tuple[str | None, str | None], int]:
    """A matrix as pairs, those of nobody left out."""
    matrix = scenario["migration"]
    return {
        (before, after): count
        for before, row in zip(matrix["before"], matrix["cells"], strict=True)
        for after, count in zip(matrix["after"], row, strict=True)
        if count
    }
