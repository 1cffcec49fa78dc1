"""A unit that closes while somebody puts a client under it: one waits for the other, and then finds out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.clients.documents import Document
from app.clients.putting import put_clients
from app.clients.schemas import ClientProfile
from app.clients.wire import as_profile
from app.organisation.unit_state import UnitOrder
from app.organisation.units import put_unit
from app.trail.change import Change
from tests.clients.sent import PATH, codes, company, problem, put
from tests.service import change_of

TODAY = date(2026, 11, 22)
LATER = TODAY + timedelta(days=9)
CLOSING = {"kind": "outlet", "name": "Unit B2-O1", "parent_id": "B2"}
PLACES = [{"unit": "B2-O1"}, {"assisting_units": ["B2-O1"]}]

Doing = Callable[[Change], Awaitable[object]]


async def while_open(app: FastAPI, doing: Doing, meanwhile: Awaitable[httpx2.Response]) -> httpx2.Response:
    """What is answered to a request that comes while a transaction has done something, and commits only then.

    It commits once the request waits for it, or was answered without waiting.
    """
    async with app.state.sessions.begin() as session:
        await doing(change_of(session))
        ours = await session.scalar(text("SELECT pg_backend_pid()"))
        request = asyncio.ensure_future(meanwhile)
        while not request.done() and not await waits_for(app, ours):
            pass
    return await request


async def waits_for(app: FastAPI, ours: int) -> bool:
    """Whether anybody waits for a lock that our connection holds."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND :ours = ANY (pg_blocking_pids(pid))")
    async with app.state.sessions() as session:
        return bool(await session.scalar(query, {"ours": ours}))


def closing(day: date) -> Doing:
    return lambda change: put_unit(change, UnitOrder("B2-O1", "outlet", "Unit B2-O1", "B2", closed_on=day))


def putting(profile: dict[str, Any]) -> Doing:
    return lambda change: put_clients(change, [Document("C-1", as_profile(ClientProfile.model_validate(profile)))])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("there", [False, True])
async def test_a_unit_does_not_close_over_a_client_that_comes_at_the_same_moment(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI, place: dict[str, Any], *, there: bool
) -> None:
    if there:
        await put(lasting_client, "C-1", company())
    closes = lasting_client.put("/v1/units/B2-O1", json=CLOSING | {"closed_on": LATER.isoformat()})
    answer = await while_open(lasting_app, putting(company(**place)), closes)
    assert problem(answer) == (409, "unit_occupied")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("day", "code"), [(TODAY, "no_such_unit"), (LATER, "unit_closes")])
async def test_a_client_does_not_come_under_a_unit_that_closes_at_the_same_moment(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI, place: dict[str, Any], day: date, code: str
) -> None:
    comes = lasting_client.put(f"{PATH}/C-1", json=company(**place))
    answer = await while_open(lasting_app, closing(day), comes)
    assert [each[1] for each in codes(answer)] == [code]


async def test_a_client_stays_under_its_unit_whatever_closes_at_the_same_moment(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    await put(lasting_client, "C-1", company())
    comes = lasting_client.put(f"{PATH}/C-1", json=company(name="北方集团"))
    assert (await while_open(lasting_app, closing(LATER), comes)).status_code == 200
