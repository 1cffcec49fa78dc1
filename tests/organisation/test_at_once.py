"""The organisation under callers that come at the same moment: one after the other, none raced."""

import asyncio
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.db.engine import Sessions
from tests.organisation.test_units import LATER, TODAY, document

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sessions(lasting_app: FastAPI) -> Sessions:
    made: Sessions = lasting_app.state.sessions
    return made


@pytest.fixture
async def caller(sessions: Sessions, lasting_client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A caller of an application that commits."""
    return lasting_client


async def all_at_once(*requests: Any) -> list[int]:
    answers: list[httpx2.Response] = await asyncio.gather(*requests)
    return sorted(answer.status_code for answer in answers)


async def test_of_two_moves_that_saw_the_same_unit_one_is_done(caller: httpx2.AsyncClient, sessions: Sessions) -> None:
    moves = [
        caller.put("/v1/units/B1-S2-O1", json=document("B1-S2-O1", parent_id=to), headers={"If-Match": '"1"'})
        for to in ("B1-S1", "B2-S1")
    ]
    assert await all_at_once(*moves) == [200, 412]
    async with sessions() as session:
        above = await session.scalars(
            text("SELECT ancestor FROM unit_tree WHERE descendant = 'B1-S2-O1' AND until_day IS NULL ORDER BY distance")
        )
        path = list(above)
    assert path in (["B1-S2-O1", "B1-S1", "B1", "HO"], ["B1-S2-O1", "B2-S1", "B2", "HO"])


async def test_a_new_unit_that_comes_five_times_is_opened_once(caller: httpx2.AsyncClient) -> None:
    assert await all_at_once(*(caller.put("/v1/units/N1", json=document("N1")) for _ in range(5))) == [200] * 4 + [201]


async def test_create_only_is_done_once(caller: httpx2.AsyncClient) -> None:
    new = (caller.put("/v1/units/N1", json=document("N1"), headers={"If-None-Match": "*"}) for _ in range(4))
    assert await all_at_once(*new) == [201, 412, 412, 412]


async def test_nobody_is_posted_to_a_unit_that_closes_at_the_same_moment(caller: httpx2.AsyncClient) -> None:
    closing = caller.put("/v1/units/B2-O1", json=document("B2-O1", closed_on=LATER))
    posting = caller.post("/v1/officers/b1-s1-rm/postings", json={"unit_id": "B2-O1", "role": "outlet_staff"})
    assert await all_at_once(closing, posting) in ([200, 422], [201, 409])


async def test_a_unit_does_not_open_under_one_that_closes_at_the_same_moment(caller: httpx2.AsyncClient) -> None:
    await caller.put("/v1/units/N0", json={"kind": "sub_branch", "name": "N0", "parent_id": "B1"})
    closing = caller.put(
        "/v1/units/N0", json={"kind": "sub_branch", "name": "N0", "parent_id": "B1", "closed_on": LATER}
    )
    opening = caller.put("/v1/units/N1", json=document("N1", parent_id="N0"))
    assert await all_at_once(closing, opening) in ([200, 422], [201, 409])


async def test_an_officer_who_is_moved_twice_at_once_serves_one_unit(caller: httpx2.AsyncClient) -> None:
    moves = (
        caller.post("/v1/officers/b1-s1-rm/moves", json={"unit_id": to, "role": "relationship_manager"})
        for to in ("B1-S2", "B2-S1")
    )
    assert await all_at_once(*moves) == [200, 200]
    postings = (await caller.get("/v1/officers/b1-s1-rm")).json()["postings"]
    assert [each["until"] for each in postings] == [TODAY, None]
