"""`POST /v1/score`: the classes, tiers and obligations of the policies, over HTTP, with their reasons."""

from typing import Any

import httpx2
import orjson
import pytest

from app.kernel import decision as kernel
from app.kernel.decision import Standing
from app.kernel.score import Scorer
from app.rulebooks.check import load_sound
from app.rulebooks.published import Published
from app.tiering.decision_schemas import Decision, Decisions
from app.tiering.presentation import Presenter
from tests.tiering.scoring import LIBRARY

pytestmark = pytest.mark.anyio
CORPORATE = {"segment": "corporate"}
NEAR_KEY = {
    "annual_revenue": "10亿",
    "revenue_growth": "0",
    "total_assets": "10亿",
    "net_profit": "10亿",
    "bank_contribution": "2000万",
    "industry_position": "regional",
    "growth_potential": "medium",
    "innovation": "medium",
    "brand": "high",
    "products_used": 2,
    "cooperation_years": 10,
    "settlement_share": "0.9999%",
    "deposit_balance": "5000万",
    "credit_rating": "AA",
    "operating_stability": "medium",
    "strategic_fit": "medium",
    "transformation_help": "medium",
    "strategic_agreement": True,
    "esg_rating": "BB",
    "esg_disclosure": True,
    "life_cycle_stage": "mature",
}
"""A client of 64.99999 points, 0.00001 short of key."""
HIGH = {
    "annual_revenue": "100亿",
    "total_assets": "100亿",
    "industry_position": "leader",
    "innovation": "high",
    "products_used": 7,
    "settlement_share": "50%",
    "strategic_fit": "high",
    "esg_rating": "AAA",
}


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
    facts = {"revenue_growth": "18%", "growth_potential": "high"}  # 45 + 25 = 70: stays in potential, enters from 75
    entering = await scored(client, "strategic-clients", facts)
    staying = await scored(client, "strategic-clients", facts, standing={"tier": "potential", "since": "2026-01-01"})
    assert (entering["tier"]["value"], staying["tier"]["value"]) == ("none", "potential")
    assert staying["tier"]["bounds"] == "stay"
    assert staying["tier"]["because"] == [{"measure": "growth", "value": "70.0000", "at_least": "70"}]


async def test_the_next_tier_says_what_is_lacking_and_on_request_what_it_would_take(client: httpx2.AsyncClient) -> None:
    following = (await scored(client, "strategic-clients", NEAR_KEY, nearest=True))["tier"]["next"]
    assert following["tier"] == "ecosystem"
    assert following["lacking"]
    assert following["search_complete"] is True
    assert [each["fact"] for each in following["moves"][0]["changes"]] == ["settlement_share"]
    for move in following["moves"]:
        moved = NEAR_KEY | {each["fact"]: each["after"] for each in move["changes"]}
        assert (await scored(client, "strategic-clients", moved))["tier"]["value"] == move["reaches"] != "none"


async def test_without_the_request_there_are_no_moves(client: httpx2.AsyncClient) -> None:
    following = (await scored(client, "strategic-clients", NEAR_KEY))["tier"]["next"]
    assert (following["moves"], following["search_complete"]) == (None, None)


async def test_a_search_that_was_cut_short_says_so(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.kernel.nearest.MOST_DECISIONS", 10)
    following = (await scored(client, "strategic-clients", NEAR_KEY, nearest=True))["tier"]["next"]
    assert following["search_complete"] is False


async def test_a_higher_tier_with_a_way_in_of_its_own_is_told_beside_the_next(client: httpx2.AsyncClient) -> None:
    decided = await scored(client, "strategic-clients", NEAR_KEY)
    assert (decided["tier"]["value"], decided["score"]["total"]) == ("none", "64.99999")
    higher = {each["tier"]: each for each in decided["tier"]["next"]["higher"]}
    assert list(higher) == ["potential", "key", "core"]
    assert higher["key"] == {
        "tier": "key",
        "bounds": "enter",
        "lacking": [{"measure": "score", "value": "64.99999", "at_least": "65", "short_by": "0.00001"}],
        "unmet": [],
        "held_by": [],
    }


async def test_who_fell_out_of_a_tier_lacks_its_stay_bound_as_the_moves_have_it(client: httpx2.AsyncClient) -> None:
    fallen = NEAR_KEY | {"settlement_share": "2.9999%", "innovation": "low", "brand": "medium"}
    decided = await scored(client, "strategic-clients", fallen, standing={"tier": "key"}, nearest=True)
    assert (decided["tier"]["value"], decided["score"]["total"]) == ("none", "60.99999")
    key = decided["tier"]["next"]["higher"][1]
    assert (key["tier"], key["bounds"]) == ("key", "stay")
    assert key["lacking"] == [{"measure": "score", "value": "60.99999", "at_least": "61", "short_by": "0.00001"}]
    assert decided["tier"]["next"]["moves"][0] == {
        "changes": [{"fact": "settlement_share", "before": "0.029999", "after": "0.03"}],
        "reaches": "key",
    }


WATCHED = {"fact": "watch_list", "value": "yes", "is": "yes"}


async def test_a_ceiling_is_told_as_what_keeps_a_client_out_of_the_next_tier(client: httpx2.AsyncClient) -> None:
    tier = (await scored(client, "strategic-clients", NEAR_KEY | HIGH | {"watch_list": True}))["tier"]
    assert (tier["value"], tier["earned"]) == ("key", "core")
    assert tier["next"] == {
        "tier": "core",
        "bounds": "enter",
        "lacking": [],
        "unmet": [],
        "held_by": [{"at_most": "key", "reason": "watch_list", "because": [WATCHED]}],
        "higher": [],
        "moves": None,
        "search_complete": None,
    }


async def test_a_ceiling_that_takes_the_standing_tier_warns(client: httpx2.AsyncClient) -> None:
    facts = NEAR_KEY | HIGH | {"watch_list": True}
    decided = await scored(client, "strategic-clients", facts, standing={"tier": "core"})
    assert decided["warnings"] == [
        {"reason": "held_by_ceiling", "ceiling": "watch_list", "because": [WATCHED]},
        {"reason": "watch_list", "because": [WATCHED]},
    ]


def presented(text: str, facts: dict[str, Any], standing: int | None) -> dict[str, Any]:
    """A client decided under a rulebook's text, and presented."""
    sound = load_sound(text)
    published = Published("strategic-clients", 1, sound, Scorer(sound.rulebook))
    encoded = {name: sound.rulebook.facts[name].encode(value) for name, value in facts.items()}
    outcome = published.scorer.decide(encoded, None if standing is None else Standing(standing))
    assert isinstance(outcome, kernel.Decision)
    decided = Presenter(published).decision(outcome, "2026-11-22")
    Decision.model_validate_json(orjson.dumps(decided))
    return decided


async def test_a_condition_that_a_tier_asks_is_told_where_it_is_not_met() -> None:
    text = (LIBRARY / "strategic-clients.yaml").read_text(encoding="utf-8")
    head, bounds, tail = text.partition("      stay:  {growth: 70}\n")
    text = f"{head}{bounds}      when: {{products_used: {{at_least: 1}}, watch_list: no}}\n{tail}"
    text = text.partition("\nexamples:")[0]
    unmet = [{"fact": "products_used", "value": "0", "at_least": "1", "held": False}]
    decided = presented(text, {"revenue_growth": "30%"}, standing=2)
    assert decided["tier"]["value"] == "none"
    potential = decided["tier"]["next"]["higher"][0]
    assert (potential["tier"], potential["lacking"], potential["unmet"]) == ("potential", [], unmet)
    assert {"reason": "stay_condition_unmet", "because": unmet} in decided["warnings"]
    assert presented(text, {"revenue_growth": "30%", "products_used": 1}, standing=2)["tier"]["value"] == "potential"


async def test_only_a_tier_that_is_reviewed_has_reviews(client: httpx2.AsyncClient) -> None:
    assert (await scored(client, "strategic-clients", {}))["review"] is None
    potential = await scored(client, "strategic-clients", {"revenue_growth": "30%"})
    assert potential["review"] == {"every": "P6M", "full_every": "P1Y"}


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
    assert decided["stale"] == [
        {"fact": "deposit_balance", "as_of": "2026-10-17", "max_age": "P35D", "source": "core banking"}
    ]
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


async def test_a_value_of_a_day_to_come_is_refused(client: httpx2.AsyncClient) -> None:
    dated = {"value": "2亿", "as_of": "2026-11-23"}
    body = {"rulebook": "corporate-classes", "as_of": "2026-11-22", "facts": {**CORPORATE, "deposit_balance": dated}}
    answer = await client.post("/v1/score", json=body)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/facts/deposit_balance/as_of", "after_decision")
    ]


async def test_a_standing_tier_under_a_rulebook_without_tiers_is_refused(client: httpx2.AsyncClient) -> None:
    body = {"rulebook": "corporate-classes", "facts": CORPORATE, "standing": {"tier": "key"}}
    answer = await client.post("/v1/score", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/standing/tier")


@pytest.mark.parametrize(
    ("field", "value"),
    [("version", True), ("version", "1"), ("version", 1.5), ("nearest", "on"), ("nearest", 1)],
)
async def test_a_number_is_a_number_and_a_flag_a_flag(client: httpx2.AsyncClient, field: str, value: object) -> None:
    body = {"rulebook": "corporate-classes", "facts": CORPORATE, field: value}
    answer = await client.post("/v1/score", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
