"""`POST /v1/score/batch`: each item has its own outcome, and equals the same client asked for alone."""

from typing import Any

import httpx2
import pytest

from app.tiering.batch_schemas import BatchResults

pytestmark = pytest.mark.anyio


async def posted(client: httpx2.AsyncClient, items: list[Any], rulebook: str = "corporate-classes") -> httpx2.Response:
    return await client.post("/v1/score/batch", json={"rulebook": rulebook, "items": items})


async def test_good_items_are_decided_and_bad_ones_have_problems(client: httpx2.AsyncClient) -> None:
    items = [
        {"client_id": "A", "facts": {"segment": "corporate", "deposit_balance": "2亿"}},
        {"client_id": "B", "facts": {"segment": "corporate", "deposit_balance": "-1"}},
        {"client_id": "C", "facts": {"segment": "retail"}},
        {"client_id": "D", "facts": {}},
    ]
    answer = await posted(client, items)
    assert answer.status_code == 207
    results = BatchResults.model_validate_json(answer.content).results
    assert [(each.index, each.client_id, each.status) for each in results] == [
        (0, "A", 200),
        (1, "B", 422),
        (2, "C", 422),
        (3, "D", 422),
    ]
    assert results[0].decision is not None
    assert results[0].decision.classifications["client_class"].value == "class_1"
    assert results[1].problem is not None
    assert results[1].problem.errors[0].pointer == "/facts/deposit_balance"


async def test_an_item_decides_as_it_would_alone(client: httpx2.AsyncClient) -> None:
    facts = {"annual_revenue": "35亿", "revenue_growth": "0.1"}
    alone = await client.post("/v1/score", json={"rulebook": "strategic-clients", "facts": facts})
    together = await posted(client, [{"facts": facts}], "strategic-clients")
    assert together.json()["results"][0]["decision"] == alone.json()


async def test_ten_thousand_items_are_taken_and_one_more_is_not(client: httpx2.AsyncClient) -> None:
    item = {"facts": {"segment": "corporate"}}
    assert len((await posted(client, [item] * 10_000)).json()["results"]) == 10_000
    assert (await posted(client, [item] * 10_001)).status_code == 422


@pytest.mark.parametrize("items", [[], None, {}])
async def test_a_batch_without_items_is_refused(client: httpx2.AsyncClient, items: Any) -> None:
    answer = await posted(client, items)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/items"]


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        (1, ""),
        ({}, "/facts"),
        ({"facts": []}, "/facts"),
        ({"facts": {}, "more": 1}, "/more"),
        ({"facts": {"deposit_balance": []}}, "/facts/deposit_balance"),
    ],
)
async def test_an_item_of_another_shape_fails_alone(client: httpx2.AsyncClient, item: Any, pointer: str) -> None:
    good = {"client_id": "good", "facts": {"segment": "corporate"}}
    marked = {**item, "client_id": "bad"} if isinstance(item, dict) else item
    bad, decided = BatchResults.model_validate_json((await posted(client, [marked, good])).content).results
    assert (bad.status, bad.client_id, decided.status) == (422, "bad" if isinstance(item, dict) else None, 200)
    assert bad.problem is not None
    assert [each.pointer for each in bad.problem.errors] == [pointer]


async def test_an_item_that_is_wrong_all_over_is_told_so_briefly(client: httpx2.AsyncClient) -> None:
    item: dict[str, Any] = {"facts": {f"fact_{number}": [] for number in range(500)}}
    [result] = (await posted(client, [item])).json()["results"]
    assert len(result["problem"]["errors"]) == 50
