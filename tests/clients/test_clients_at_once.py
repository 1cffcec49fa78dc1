"""Two who change one client at once: one after the other, and nothing lost."""

import asyncio
from collections import Counter
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import func, select

from app.clients.tables import Client, ClientKey, ClientRevision, ClientUnit
from tests.clients.sent import PATH, company, got, person, put

AT_ONCE = 6


async def at_once(*sent: Any) -> Counter[int]:
    return Counter(answer.status_code for answer in await asyncio.gather(*sent))


async def counted(app: FastAPI, table: type[Client | ClientRevision | ClientKey | ClientUnit]) -> int:
    async with app.state.sessions() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def test_a_client_put_by_several_at_once_is_created_once(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    statuses = await at_once(*(lasting_client.put(f"{PATH}/P-1", json=person()) for _ in range(AT_ONCE)))
    assert statuses == {201: 1, 200: AT_ONCE - 1}
    assert [await counted(lasting_app, each) for each in (Client, ClientRevision, ClientKey, ClientUnit)] == [
        1,
        1,
        1,
        1,
    ]


async def test_different_profiles_at_once_are_put_one_after_the_other(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    sent = (lasting_client.put(f"{PATH}/C-1", json=company(name=f"name {number}")) for number in range(AT_ONCE))
    assert await at_once(*sent) == {201: 1, 200: AT_ONCE - 1}
    assert (
        (await got(lasting_client, f"{PATH}/C-1"))["revision"] == await counted(lasting_app, ClientRevision) == AT_ONCE
    )


async def test_of_several_who_saw_the_same_revision_one_changes_it(lasting_client: httpx2.AsyncClient) -> None:
    await put(lasting_client, "C-1", company())
    seen = {"If-Match": '"1"'}
    sent = (
        lasting_client.put(f"{PATH}/C-1", json=company(name=f"name {number}"), headers=seen)
        for number in range(AT_ONCE)
    )
    assert await at_once(*sent) == {200: 1, 412: AT_ONCE - 1}


async def test_of_several_who_would_create_it_one_does(lasting_client: httpx2.AsyncClient) -> None:
    only_new = {"If-None-Match": "*"}
    sent = (lasting_client.put(f"{PATH}/C-1", json=company(), headers=only_new) for _ in range(AT_ONCE))
    assert await at_once(*sent) == {201: 1, 412: AT_ONCE - 1}


async def test_the_same_many_in_other_orders_at_once_meet_without_harm(lasting_client: httpx2.AsyncClient) -> None:
    items = [company(client_id=f"C-{number:02}") for number in range(50)]
    ring = [
        each | {"relations": [{"kind": "group", "client_id": items[number - 1]["client_id"]}]}
        for number, each in enumerate(items)
    ]
    sent = (
        lasting_client.post(f"{PATH}/bulk", json={"items": some})
        for some in (ring, ring[::-1], items, items[::-1], ring[25:] + ring[:25])
    )
    answers = await asyncio.gather(*sent)
    assert {result["status"] for answer in answers for result in answer.json()["results"]} <= {200, 201}
    created = Counter(each["result"] for answer in answers for each in answer.json()["results"])["created"]
    assert created == 50


async def test_one_owner_of_several_at_once(lasting_client: httpx2.AsyncClient) -> None:
    await put(lasting_client, "C-1", company())
    officers = ("b1-s1-rm", "b1-s1-rm-2", "b1-s2-rm", "b1-director")
    sent = (
        lasting_client.post(
            f"{PATH}/C-1/assignments", json={"officer_id": each, "role": "relationship_manager", "owner": True}
        )
        for each in officers
    )
    assert await at_once(*sent) == {201: 1, 409: len(officers) - 1}


async def test_an_erasure_and_a_contact_at_once_leave_no_contact_without_its_key(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI
) -> None:
    await put(lasting_client, "C-1", company())
    contact = {"name": "王芳", "phone": "1"}
    sent = [lasting_client.post(f"{PATH}/C-1/contacts", json=contact) for _ in range(3)]
    sent += [lasting_client.post(f"{PATH}/C-1/erasure", json={"reason": "asked"}) for _ in range(3)]
    assert await at_once(*sent) == {201: 3, 200: 3}
    left = len((await got(lasting_client, f"{PATH}/C-1/contacts"))["items"])
    assert (left > 0) == (await counted(lasting_app, ClientKey) == 1)
