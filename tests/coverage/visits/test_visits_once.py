"""The same visit sent twice is one visit, also where two are sent at once."""

import asyncio
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.scopes import Scope
from tests.coverage.visits.conftest import CallerOf, Visit
from tests.coverage.visits.visited import refusal, told


async def _second_client(client: httpx2.AsyncClient, unit: str = "B2-S1") -> None:
    profile = {"kind": "company", "name": "Southern", "unit": unit, "segment": "corporate"}
    assert (await client.put("/v1/clients/C-2", json=profile)).status_code == 201


async def test_the_same_external_id_is_the_same_visit(visit: Visit) -> None:
    first = await visit(external_id="crm-1", summary="as it was")
    again = await visit("b1-president", external_id="crm-1", at="2026-11-19T08:00:00Z", status=200)
    assert again == first


@pytest.mark.parametrize("at", ["2026-11-20T10:30:59+08:00", "2026-11-20T02:30:00Z"])
async def test_the_same_client_officers_and_minute_are_the_same_visit(visit: Visit, at: str) -> None:
    first = await visit("b1-s1-rm", "b1-president")
    assert await visit("b1-president", "b1-s1-rm", at=at, kind="contact", external_id="crm-9", status=200) == first


@pytest.mark.parametrize(
    "more", [{"at": "2026-11-20T10:31:00+08:00"}, {"participants": [{"officer_id": "b1-s1-rm-2"}]}]
)
async def test_another_minute_or_officer_is_another_visit(visit: Visit, more: dict[str, Any]) -> None:
    first = await visit()
    assert (await visit(**more))["visit_id"] != first["visit_id"]


async def test_an_external_id_of_another_client_is_refused_the_same_whoever_sees_it(
    client: httpx2.AsyncClient, of: CallerOf, visit: Visit
) -> None:
    await _second_client(client)
    await visit("b2-s1-rm", client_id="C-2", external_id="crm-1")
    branch = await of("B1", Scope.COVERAGE_WRITE)
    answers = [await each.post("/v1/visits", json=told(external_id="crm-1")) for each in (branch, client)]
    assert [refusal(each) for each in answers] == [(409, "external_id_taken", ["/external_id"])] * 2
    assert "C-2" not in answers[0].text


async def test_several_at_once_are_one_visit_with_one_answer(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    body = told("b1-s1-rm", "b1-president", external_id="crm-1")
    answers = await asyncio.gather(*(lasting_client.post("/v1/visits", json=body) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200] * 5 + [201]
    assert len({each.text for each in answers}) == 1
    async with lasting_app.state.sessions() as session:
        people = await session.scalars(text("SELECT officer_id FROM visit JOIN visit_participant ON visit_id = id"))
        noted = await session.scalars(text("SELECT id FROM audit_entry WHERE action = 'visit.recorded'"))
        assert (sorted(people), len(noted.all())) == (["b1-president", "b1-s1-rm"], 1)


async def test_one_external_id_for_two_clients_at_once_is_given_once(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    await _second_client(lasting_client)
    bodies = [told(external_id="crm-1"), told("b2-s1-rm", client_id="C-2", external_id="crm-1")]
    answers = await asyncio.gather(*(lasting_client.post("/v1/visits", json=each) for each in bodies))
    assert sorted(each.status_code for each in answers) == [201, 409]


async def test_the_same_minute_with_different_external_ids_at_once_is_one_visit(
    lasting_client: httpx2.AsyncClient,
) -> None:
    bodies = [told(external_id=f"crm-{number}") for number in range(4)]
    answers = await asyncio.gather(*(lasting_client.post("/v1/visits", json=each) for each in bodies))
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 201]
    assert len({each.text for each in answers}) == 1
