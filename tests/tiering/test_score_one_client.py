"""`POST /v1/score`: the classes, tiers and obligations of the policies, over HTTP, with their reasons."""

from typing import Any

import httpx2
import pytest

from app.tiering.decision_schemas import Decision, Decisions

pytestmark = pytest.mark.anyio
CORPORATE = {"segment": "corporate"}


async def scored(
    client: httpx2.AsyncClient, rulebook: str | None, facts: dict[str, Any], **more: Any
) -> dict[str, Any]:
    asked = {"facts": facts, **({"rulebook": rulebook} if rulebook else {}), **more}
    answer = await client.post("/v1/score", json=asked)
    assert answer.status_code == 200, answer.text
    (Decision if rulebook else Decisions).model_validate_json(answer.content)
    decided: dict[str, Any] = answer.json()
    return decided


async def refused(client: httpx2.AsyncClient, asked: dict[str, Any], status: int) -> dict[str, Any]:
    answer = await client.post("/v1/score", json=asked)
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.json()
    return problem


@pytest.mark.parametrize(
    ("deposits", "credit", "expected"),
    [
        ("200000000.00", None, "class_1"),
        ("199999999.99", None, "class_2"),
        ("50000000.00", None, "class_2"),
        ("49999999.99", None, "class_3"),
        ("49999999.99", "200000000", "class_1"),
        ("49999999.99", "199999999.99", "class_3"),
    ],
)
async def test_d1_at_its_boundaries(
    client: httpx2.AsyncClient, deposits: str, credit: str | None, expected: str
) -> None:
    facts = {**CORPORATE, "deposit_balance": deposits, "credit_target": credit}
    decided = await scored(client, "corporate-classes", facts)
    assert decided["classifications"]["client_class"]["value"] == expected


async def test_a_number_in_the_body_never_passes_through_a_float(client: httpx2.AsyncClient) -> None:
    body = b'{"rulebook": "corporate-classes", "facts": {"segment": "corporate", "deposit_balance": 199999999.99}}'
    answer = await client.post("/v1/score", content=body, headers={"content-type": "application/json"})
    assert answer.json()["classifications"]["client_class"]["because"][0]["value"] == "199999999.99"


async def test_a_co_managed_class_1_client_is_owed_visits_by_three_roles(client: httpx2.AsyncClient) -> None:
    decided = await scored(client, "corporate-classes", {**CORPORATE, "deposit_balance": "2亿", "co_managed": True})
    owed = {(each["role"], each["at_least"], each["per"]) for each in decided["obligations"]}
    assert owed == {
        ("branch_president", 1, "month"),
        ("corporate_director", 2, "month"),
        ("relationship_manager", 3, "month"),
    }


async def test_every_band_that_was_hit_is_a_reason(client: httpx2.AsyncClient) -> None:
    decided = await scored(client, "corporate-classes", {**CORPORATE, "deposit_balance": "6000万", "credit_target": 0})
    assert decided["classifications"]["client_class"]["because"] == [
        {
            "fact": "deposit_balance",
            "value": "60000000.00",
            "at_least": "50000000.00",
            "below": "200000000.00",
            "gives": "class_2",
        },
        {"fact": "credit_target", "value": "0.00", "below": "200000000.00", "gives": "class_3"},
    ]


async def test_what_was_missing_and_how_it_counted_is_said(client: httpx2.AsyncClient) -> None:
    decided = await scored(client, "national-size", {"industry": "industry", "employees": 1000})
    assert decided["missing"] == [{"fact": "annual_revenue", "counted_as": "0.00", "rule": "worst"}]
    assert decided["complete"] is False
    assert decided["classifications"]["size"]["value"] == "micro"


@pytest.mark.parametrize(
    ("employees", "revenue", "expected"), [(1000, "4亿", "large"), (999, "4亿", "medium"), (1000, "299万", "micro")]
)
async def test_national_size_takes_every_indicator_or_one_band_down(
    client: httpx2.AsyncClient, employees: int, revenue: str, expected: str
) -> None:
    facts = {"industry": "industry", "employees": employees, "annual_revenue": revenue}
    decided = await scored(client, "national-size", facts)
    assert decided["classifications"]["size"]["value"] == expected
    assert decided["complete"] is True


async def test_a_scorecard_shows_each_indicators_points_and_contribution(client: httpx2.AsyncClient) -> None:
    facts = {"leadership_points": "45.5", "performance_points": 44}
    decided = await scored(client, "staff-appraisal", facts)
    assert decided["score"]["total"] == "89.5000"
    lines = [line for each in decided["score"]["dimensions"].values() for line in each["indicators"]]
    assert [(line["indicator"], line["points"], line["contribution"]) for line in lines] == [
        ("leadership_points", "45.5", "45.5000"),
        ("performance_points", "44", "44.0000"),
    ]
    assert decided["classifications"]["grade"]["value"] == "good"


async def test_a_weighted_score_is_the_sum_of_its_contributions(client: httpx2.AsyncClient) -> None:
    from decimal import Decimal

    decided = await scored(client, "strategic-clients", {"annual_revenue": "35亿", "revenue_growth": "12.5%"})
    lines = [line for each in decided["score"]["dimensions"].values() for line in each["indicators"]]
    assert sum(Decimal(line["contribution"]) for line in lines) == Decimal(decided["score"]["total"])


async def test_a_client_that_stands_in_a_tier_needs_only_its_stay_bounds(client: httpx2.AsyncClient) -> None:
    facts = {"revenue_growth": "30%"}
    standing = {"tier": "potential", "since": "2026-01-01", "reviews_below": 1}
    decided = await scored(client, "strategic-clients", facts, standing=standing)
    assert decided["tier"]["bounds"] == ("stay" if decided["tier"]["value"] == "potential" else "enter")


async def test_the_next_tier_says_what_is_lacking_and_on_request_what_it_would_take(client: httpx2.AsyncClient) -> None:
    facts = {"annual_revenue": "200亿", "credit_rating": "AA"}
    decided = await scored(client, "strategic-clients", facts, nearest=True)
    following = decided["tier"]["next"]
    assert following["lacking"]
    for move in following["moves"]:
        moved = facts | {each["fact"]: each["after"] for each in move["changes"]}
        again = await scored(client, "strategic-clients", moved)
        assert again["tier"]["value"] == move["reaches"]


async def test_illustrative_figures_are_named_in_the_answer(client: httpx2.AsyncClient) -> None:
    assert "tiers" in (await scored(client, "strategic-clients", {}))["illustrative"]
    assert (await scored(client, "corporate-classes", CORPORATE))["illustrative"] == []


async def test_without_a_rulebook_every_one_that_applies_decides(client: httpx2.AsyncClient) -> None:
    facts = {**CORPORATE, "deposit_balance": "2亿", "industry": "software", "employees": 300, "annual_revenue": "1亿"}
    answer = await scored(client, None, facts)
    decided = {each["rulebook"]["name"]: each for each in answer["decisions"]}
    assert decided["corporate-classes"]["classifications"]["client_class"]["value"] == "class_1"
    assert decided["national-size"]["classifications"]["size"]["value"] == "large"
    asked = {each["rulebook"]: each for each in answer["not_decided"]}
    assert asked["staff-appraisal"]["reason"] == "facts_required"
    assert asked["staff-appraisal"]["facts"] == ["leadership_points", "performance_points"]


async def test_a_rulebook_that_is_not_for_the_client_says_so(client: httpx2.AsyncClient) -> None:
    problem = await refused(client, {"rulebook": "corporate-classes", "facts": {"segment": "retail"}}, 422)
    assert problem["type"] == "urn:tierbook:problem:rulebook_not_applicable"
    assert problem["errors"][0]["pointer"] == "/facts/segment"


async def test_a_fact_that_may_not_be_missing_is_asked_for(client: httpx2.AsyncClient) -> None:
    problem = await refused(client, {"rulebook": "national-size", "facts": {}}, 422)
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/facts/industry", "fact_required")]


async def test_a_value_older_than_allowed_is_pointed_at(client: httpx2.AsyncClient) -> None:
    dated = {"value": "2亿", "as_of": "2026-10-17", "source": "core banking"}
    decided = await scored(client, "corporate-classes", {**CORPORATE, "deposit_balance": dated}, as_of="2026-11-22")
    assert decided["stale"] == [{"fact": "deposit_balance", "as_of": "2026-10-17", "max_age": "P35D"}]
    fresh = dated | {"as_of": "2026-10-18"}
    decided = await scored(client, "corporate-classes", {**CORPORATE, "deposit_balance": fresh}, as_of="2026-11-22")
    assert decided["stale"] == []


BAD_VALUES = [
    "NaN",
    "Infinity",
    "1e999",
    "-1",
    "9223372036854775808",
    "1" + "0" * 60,
    "0.001",
    "",
    " ",
    "\uff11",
    True,
    2.5e-9,
]


@pytest.mark.parametrize("value", BAD_VALUES)
async def test_a_value_that_is_no_amount_is_refused_by_name(client: httpx2.AsyncClient, value: object) -> None:
    asked = {"rulebook": "corporate-classes", "facts": {**CORPORATE, "deposit_balance": value}}
    problem = await refused(client, asked, 422)
    assert [each["pointer"] for each in problem["errors"]] == ["/facts/deposit_balance"]


async def test_every_bad_fact_is_named_at_once(client: httpx2.AsyncClient) -> None:
    facts = {"segment": "nobody", "deposit_balance": "much", "unheard_of": 1}
    problem = await refused(client, {"rulebook": "corporate-classes", "facts": facts}, 422)
    found = {(each["pointer"], each["code"]) for each in problem["errors"]}
    assert found == {
        ("/facts/segment", "invalid_value"),
        ("/facts/deposit_balance", "invalid_value"),
        ("/facts/unheard_of", "unknown_fact"),
    }


async def test_an_unknown_rulebook_version_or_tier_is_a_problem(client: httpx2.AsyncClient) -> None:
    assert (await refused(client, {"rulebook": "no-such", "facts": {}}, 404))["type"].endswith(":rulebook_not_found")
    asked = {"rulebook": "national-size", "version": 9, "facts": {}}
    assert (await refused(client, asked, 404))["type"].endswith(":rulebook_version_not_found")
    asked = {"rulebook": "national-size", "as_of": "2016-12-31", "facts": {}}
    assert (await refused(client, asked, 404))["type"].endswith(":rulebook_not_in_force")
    assert (await refused(client, {"version": 1, "facts": {}}, 422))["errors"][0]["pointer"] == "/version"
    asked = {"rulebook": "strategic-clients", "facts": {}, "standing": {"tier": "platinum"}}
    assert (await refused(client, asked, 422))["errors"][0]["pointer"] == "/standing/tier"
