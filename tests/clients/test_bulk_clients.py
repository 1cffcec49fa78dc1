"""Many clients at once: each succeeds or fails alone."""

from typing import Any

import httpx2
import pytest

from tests.clients.sent import PATH, codes, company, got, problem


async def sent(caller: httpx2.AsyncClient, *items: Any) -> list[dict[str, Any]]:
    answer = await caller.post(f"{PATH}/bulk", json={"items": list(items)})
    assert answer.status_code == 207, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [each["index"] for each in results] == list(range(len(items)))
    return results


def related(client_id: str, *others: str, **more: Any) -> dict[str, Any]:
    return company(client_id=client_id, relations=[{"kind": "group", "client_id": each} for each in others], **more)


async def test_each_item_has_its_own_result(client: httpx2.AsyncClient) -> None:
    await sent(client, company(client_id="C-1"), company(client_id="C-2"))
    results = await sent(
        client,
        company(client_id="C-1"),
        company(client_id="C-2", name="南方"),
        company(client_id="C-3"),
        company(client_id="C-4", unit="B9"),
        {"client_id": "C-5"},
        {"client_id": 6},
        "C-7",
        None,
    )
    assert [(each["client_id"], each["status"], each["result"], each["revision"]) for each in results] == [
        ("C-1", 200, "unchanged", 1),
        ("C-2", 200, "changed", 2),
        ("C-3", 201, "created", 1),
        ("C-4", 422, "refused", None),
        ("C-5", 422, "refused", None),
        (None, 422, "refused", None),
        (None, 422, "refused", None),
        (None, 422, "refused", None),
    ]
    assert [each["problem"]["errors"][0]["pointer"] for each in results[3:6]] == ["/unit", "/kind", "/kind"]
    listed = (await got(client, PATH))["items"]
    assert [(each["client_id"], each["name"]) for each in listed] == [
        ("C-1", "北方重工"),
        ("C-2", "南方"),
        ("C-3", "北方重工"),
    ]


async def test_of_a_client_that_comes_twice_the_first_counts(client: httpx2.AsyncClient) -> None:
    results = await sent(client, company(client_id="C-1", name="first"), company(client_id="C-1", name="second"))
    assert [(each["status"], each["result"]) for each in results] == [(201, "created"), (422, "refused")]
    assert results[1]["problem"]["type"].endswith(":client_repeated")
    assert (await got(client, f"{PATH}/C-1"))["name"] == "first"


async def test_items_may_name_each_other_in_any_order(client: httpx2.AsyncClient) -> None:
    results = await sent(client, related("C-1", "C-2"), related("C-2", "C-3", "C-1"), company(client_id="C-3"))
    assert {each["status"] for each in results} == {201}


async def test_who_is_related_to_an_item_that_fails_fails_with_it(client: httpx2.AsyncClient) -> None:
    results = await sent(
        client,
        related("C-1", "C-2"),
        related("C-2", "C-3"),
        related("C-3", unit="B9"),
        company(client_id="C-4"),
        related("C-5", "C-4"),
    )
    assert [each["status"] for each in results] == [422, 422, 422, 201, 201]
    assert results[0]["problem"]["errors"][0]["code"] == "no_such_client"


@pytest.mark.parametrize("items", [[], [company(client_id="C-1")] * 1001, "none", None])
async def test_a_request_holds_one_to_a_thousand(client: httpx2.AsyncClient, items: Any) -> None:
    answer = await client.post(f"{PATH}/bulk", json={"items": items})
    assert problem(answer) == (422, "invalid")
    assert codes(answer)[0][0] == "/items"


async def test_a_thousand_are_put_at_once_and_again(client: httpx2.AsyncClient) -> None:
    items = [company(client_id=f"C-{index:04}", assisting_units=["B1-S2"]) for index in range(1000)]
    assert {each["result"] for each in await sent(client, *items)} == {"created"}
    assert {each["result"] for each in await sent(client, *items)} == {"unchanged"}
    moved = [each | {"unit": "B2-S1", "name": "moved"} for each in items]
    assert {(each["result"], each["revision"]) for each in await sent(client, *moved)} == {("changed", 2)}
