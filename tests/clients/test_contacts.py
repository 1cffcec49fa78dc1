"""Contacts of a client, and the red list of clients whom nobody can reach."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from app.db.engine import Sessions
from app.http.idempotency import HEADER
from app.trail.tables import AuditEntry
from tests.clients.sent import PATH, codes, company, got, person, problem, put

CONTACTS = f"{PATH}/C-1/contacts"


def contact(**more: Any) -> dict[str, Any]:
    return {"name": "王芳", "phone": "+86 24 2345 6789", **more}


@pytest.fixture(autouse=True)
async def _company(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company())


async def added(client: httpx2.AsyncClient, **more: Any) -> str:
    answer = await client.post(CONTACTS, json=contact(**more))
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{CONTACTS}/{answer.json()['contact_id']}"
    return answer.headers["location"]


async def test_a_contact_is_added_read_replaced_and_removed(client: httpx2.AsyncClient) -> None:
    path = await added(client, position="财务总监")
    read = await client.get(path)
    assert (read.json()["name"], read.json()["state"], read.headers["etag"]) == ("王芳", "unchecked", '"1"')
    replaced = await client.put(path, json=contact(email="wang@example.com", state="working"))
    assert (replaced.json()["position"], replaced.json()["checked_on"]) == (None, "2026-11-22")
    assert [each["email"] for each in (await got(client, CONTACTS))["items"]] == ["wang@example.com"]
    assert (await client.delete(path)).status_code == 204
    assert problem(await client.get(path)) == (404, "contact_not_found")
    assert problem(await client.delete(path)) == (404, "contact_not_found")


async def test_the_same_contact_again_changes_nothing(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    path = await added(client, state="working")
    for _ in range(2):
        assert (await client.put(path, json=contact(state="working"))).headers["etag"] == '"1"'
    async with sessions() as session:
        actions = (await session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "contact"))).all()
    assert actions == ["contact.added"]


async def test_a_stale_contact_is_not_overwritten_nor_removed(client: httpx2.AsyncClient) -> None:
    path = await added(client)
    await client.put(path, json=contact(state="broken"))
    stale = {"If-Match": '"1"'}
    assert problem(await client.put(path, json=contact(), headers=stale)) == (412, "precondition_failed")
    assert problem(await client.delete(path, headers=stale)) == (412, "precondition_failed")


async def test_the_answer_to_a_repeated_request_holds_nothing_personal(client: httpx2.AsyncClient) -> None:
    first = await client.post(CONTACTS, json=contact(), headers={HEADER: "once"})
    again = await client.post(CONTACTS, json=contact(), headers={HEADER: "once"})
    assert first.json() == again.json()
    assert len((await got(client, CONTACTS))["items"]) == 1
    assert not {"name", "phone", "email", "position"} & set(first.json())


async def test_a_contact_belongs_to_its_client(client: httpx2.AsyncClient) -> None:
    path = await added(client)
    await put(client, "C-2", company())
    elsewhere = path.replace("C-1", "C-2")
    for method in ("GET", "DELETE", "PUT"):
        answer = await client.request(method, elsewhere, json=contact() if method == "PUT" else None)
        assert problem(answer) == (404, "contact_not_found")


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (contact(phone=None), [("", "unreachable")]),
        (contact(state="working", checked_on="2026-11-23"), [("/checked_on", "day_to_come")]),
        (contact(checked_on="2026-11-21"), [("/checked_on", "never_checked")]),
        (contact(state="dead"), [("/state", "literal_error")]),
        (contact(name=""), [("/name", "string_too_short")]),
        (contact(phone="1" * 51), [("/phone", "string_too_long")]),
        (contact(fax="1"), [("/fax", "extra_forbidden")]),
        ({}, [("/name", "missing")]),
    ],
)
async def test_what_no_contact_can_be_is_refused_by_its_place(
    client: httpx2.AsyncClient, sent: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    path = await added(client)
    for answer in (await client.post(CONTACTS, json=sent), await client.put(path, json=sent)):
        assert answer.status_code == 422
        assert codes(answer) == wrong


async def test_contacts_come_in_pages(client: httpx2.AsyncClient) -> None:
    paths = {await added(client) for _ in range(5)}
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 2}
    while asked.get("cursor", "") is not None:
        page = await got(client, CONTACTS, **asked)
        seen += [f"{CONTACTS}/{each['contact_id']}" for each in page["items"]]
        asked["cursor"] = page["next_cursor"]
    assert (set(seen), len(seen)) == (paths, 5)


async def test_the_red_list_holds_clients_without_a_working_contact_and_who_is_to_repair_it(
    client: httpx2.AsyncClient,
) -> None:
    await put(client, "C-2", company(unit="B2-S1"))
    await put(client, "P-3", person(unit="B1-S1-O1"))
    await added(client, state="broken")
    await added(client)
    owner = {"officer_id": "b1-s1-rm", "role": "relationship_manager", "owner": True}
    await client.post(f"{PATH}/C-1/assignments", json=owner)
    reached = await client.post(f"{PATH}/C-2/contacts", json=contact(state="working"))
    listed = (await got(client, f"{PATH}/red-list"))["items"]
    assert listed == [
        {
            "client_id": "C-1",
            "kind": "company",
            "name": "北方重工",
            "unit": "B1-S1",
            "owner": "b1-s1-rm",
            "broken": 1,
            "unchecked": 1,
        },
        {
            "client_id": "P-3",
            "kind": "person",
            "name": "张伟民",
            "unit": "B1-S1-O1",
            "owner": None,
            "broken": 0,
            "unchecked": 0,
        },
    ]
    assert (await got(client, f"{PATH}/red-list", unit="B2"))["items"] == []
    below = (await got(client, f"{PATH}/red-list", unit="B1-S1-O1"))["items"]
    assert [each["client_id"] for each in below] == ["P-3"]
    await client.put(reached.headers["location"], json=contact(state="broken"))
    assert [each["broken"] for each in (await got(client, f"{PATH}/red-list", unit="B2"))["items"]] == [1]
