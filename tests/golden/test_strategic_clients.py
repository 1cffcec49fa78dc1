"""Strategic clients: six dimensions, four tiers with two ways in beside the score, ceilings, exits (domain.md A).

The figures are ours and marked so; the sums below are worked by hand.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.kernel.cadence import Period
from app.kernel.decision import Decision, Standing
from app.kernel.exit_process import ExitStep
from app.kernel.movement import Held, Movement, Plan, move, recognise
from app.kernel.recognition import RecognitionRules
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.kernel.tier import MovementRules, PlanTerms, Tiers

Decide = Callable[..., dict[str, Any]]
BOOK = "strategic-clients"

BEST = {
    "annual_revenue": "100亿",
    "revenue_growth": "30%",
    "total_assets": "100亿",
    "net_profit": "10亿",
    "bank_contribution": "2000万",
    "industry_position": "leader",
    "growth_potential": "high",
    "innovation": "high",
    "brand": "high",
    "products_used": 7,
    "cooperation_years": 10,
    "settlement_share": "50%",
    "deposit_balance": "2亿",
    "credit_rating": "AAA",
    "overdue_days": 0,
    "operating_stability": "high",
    "strategic_fit": "high",
    "transformation_help": "high",
    "strategic_agreement": "yes",
    "esg_rating": "AAA",
    "esg_disclosure": "yes",
    "chain_role": "none",
    "linked_clients": 0,
    "life_cycle_stage": "mature",
    "watch_list": "no",
    "strategic_misfit": "no",
}
# financial   growth 40 of 15 %:                       100 - 15 x 0.6                        = 91
# strategic   potential and innovation 60 of 25 % each: 100 - 25 x 0.4 - 25 x 0.4            = 80
# cooperation products 60 of 30 %, deposits 60 of 25 %, settlement 10 % = 20 points of 25 %:
#             100 - 30 x 0.4 - 25 x 0.4 - 25 x 0.8                                           = 58
# risk        AA is 85 of 60 %:                        100 - 60 x 0.15                       = 91
# synergy     help 60 of 30 %:                         100 - 30 x 0.4                        = 88
# esg         BBB is 60 of 70 %:                       100 - 70 x 0.4                        = 72
AT_CORE = {
    **BEST,
    "revenue_growth": "0",
    "growth_potential": "medium",
    "innovation": "medium",
    "products_used": 4,
    "deposit_balance": "5000万",
    "settlement_share": "10%",
    "credit_rating": "AA",
    "transformation_help": "medium",
    "esg_rating": "BBB",
}
BY_HAND = {"financial": "91", "strategic_value": "80", "cooperation": "58", "risk": "91", "synergy": "88", "esg": "72"}


def test_the_best_client_has_a_hundred_points(decide: Decide) -> None:
    outcome = decide(BOOK, BEST)
    assert (outcome["score"], outcome["tier"], outcome["complete"], outcome["missing"]) == ("100", "core", True, set())


def test_dimensions_worked_by_hand(decide: Decide) -> None:
    found = decide(BOOK, AT_CORE)["dimensions"]
    assert {name: found[name] for name in BY_HAND} == BY_HAND


@pytest.mark.parametrize(
    ("stage", "score"),
    [
        # 25 x 91 + 20 x 80 + 20 x 58 + 15 x 91 + 10 x 88 + 10 x 72 = 8000
        ("mature", "80"),
        ("unknown", "80"),
        # 15 x 91 + 30 x 80 + 15 x 58 + 15 x 91 + 15 x 88 + 10 x 72 = 8040
        ("startup", "80.4"),
        ("growth", "80.4"),
        # 20 x 91 + 20 x 80 + 15 x 58 + 25 x 91 + 10 x 88 + 10 x 72 = 8165
        ("transformation", "81.65"),
    ],
)
def test_weights_follow_the_life_cycle(decide: Decide, stage: str, score: str) -> None:
    assert decide(BOOK, {**AT_CORE, "life_cycle_stage": stage})["score"] == score


@pytest.mark.parametrize(
    ("changes", "standing", "tier"),
    [
        # each percent of settlement is 0.1 of the total: entry from 80
        ({}, None, "core"),
        ({"settlement_share": "9.9999%"}, None, "key"),
        ({"settlement_share": "9.9999%"}, "key", "key"),
        ({"settlement_share": "9.9999%"}, "core", "core"),
        # BB takes 1.4, two products for four take 1.8, so 2 % of settlement is 76: stay from 76
        ({"esg_rating": "BB", "products_used": 2, "settlement_share": "2%"}, "core", "core"),
        ({"esg_rating": "BB", "products_used": 2, "settlement_share": "1.9999%"}, "core", "key"),
        ({"esg_rating": "BB", "products_used": 2, "settlement_share": "2%"}, None, "key"),
    ],
)
def test_core_by_score(decide: Decide, changes: dict[str, Any], standing: str | None, tier: str) -> None:
    assert decide(BOOK, {**AT_CORE, **changes}, standing)["tier"] == tier


@pytest.mark.parametrize(
    ("rating", "stability", "risk", "entering", "staying"),
    [
        ("BBB", "high", "64", "core", "core"),  # 24 + 25 + 15
        ("BBB", "medium", "58", "key", "core"),  # 24 + 25 + 9
        ("BB", "high", "52", "key", "key"),  # 12 + 25 + 15
    ],
)
def test_core_by_risk(decide: Decide, rating: str, stability: str, risk: str, entering: str, staying: str) -> None:
    facts = {**BEST, "credit_rating": rating, "operating_stability": stability}
    assert decide(BOOK, facts)["dimensions"]["risk"] == risk
    assert (decide(BOOK, facts)["tier"], decide(BOOK, facts, "core")["tier"]) == (entering, staying)


# without synergy, ESG and ledgers of cooperation: 25 + 20 + 15 = 60, and cooperation fills up from 0
BARE = {name: BEST[name] for name in (*list(BEST)[:9], "credit_rating", "operating_stability")}


@pytest.mark.parametrize(
    ("share", "standing", "score", "tier"),
    [
        ("50%", None, "65", "key"),  # 25 % of 20 is 5
        ("49.9999%", None, "64.99999", "potential"),  # growth is the best there is
        ("10%", "key", "61", "key"),
        ("9.9999%", "key", "60.99999", "potential"),
        ("10%", "core", "61", "key"),
        ("10%", "potential", "61", "potential"),
    ],
)
def test_key_by_score(decide: Decide, share: str, standing: str | None, score: str, tier: str) -> None:
    outcome = decide(BOOK, {**BARE, "settlement_share": share}, standing)
    assert (outcome["score"], outcome["tier"]) == (score, tier)


@pytest.mark.parametrize(
    ("growth", "outlook", "standing", "tier"),
    [
        ("30%", "low", None, "potential"),  # 75
        ("29.9999%", "low", None, "none"),
        ("20%", "high", None, "potential"),  # 50 + 25
        ("19.9999%", "high", None, "none"),
        ("18%", "high", "potential", "potential"),  # 45 + 25
        ("17.9999%", "high", "potential", "none"),
        ("18%", "high", "ecosystem", "none"),
    ],
)
def test_potential_is_entered_through_growth(
    decide: Decide, growth: str, outlook: str, standing: str | None, tier: str
) -> None:
    assert decide(BOOK, {"revenue_growth": growth, "growth_potential": outlook}, standing)["tier"] == tier


@pytest.mark.parametrize(
    ("role", "linked", "standing", "tier"),
    [
        ("key_node", 75, None, "ecosystem"),  # 45 + 30
        ("key_node", 74, None, "none"),
        ("key_node", 63, "ecosystem", "ecosystem"),  # 45 + 25.2
        ("key_node", 62, "ecosystem", "none"),
        ("chain_leader", 38, None, "ecosystem"),  # 60 + 15.2
        ("chain_leader", 37, None, "none"),
        ("participant", 100, None, "none"),  # 18 + 40
    ],
)
def test_ecosystem_is_entered_through_position(
    decide: Decide, role: str, linked: int, standing: str | None, tier: str
) -> None:
    assert decide(BOOK, {"chain_role": role, "linked_clients": linked}, standing)["tier"] == tier


@pytest.mark.parametrize(
    ("days", "tier", "ceilings", "warnings", "exits"),
    [
        (0, "core", [], [], []),
        (1, "core", [], ["overdue"], []),
        (29, "core", [], ["overdue"], []),
        (30, "potential", ["overdue_30"], ["overdue"], []),
        (89, "potential", ["overdue_30"], ["overdue"], []),
        (90, "potential", ["overdue_30"], ["overdue"], ["overdue_90"]),
    ],
)
def test_days_overdue(
    decide: Decide, days: int, tier: str, ceilings: list[str], warnings: list[str], exits: list[str]
) -> None:
    outcome = decide(BOOK, {**BEST, "overdue_days": days}, "core")
    assert (outcome["tier"], outcome["ceilings"]) == (tier, ceilings)
    assert (outcome["warnings"], outcome["exits"]) == (warnings, exits)


def test_the_watch_list_holds_a_client_at_key(decide: Decide) -> None:
    outcome = decide(BOOK, {**BEST, "watch_list": "yes"}, "core")
    assert (outcome["tier"], outcome["ceilings"], outcome["warnings"]) == ("key", ["watch_list"], ["watch_list"])


def test_the_end_of_the_strategic_fit_is_an_exit(decide: Decide) -> None:
    assert decide(BOOK, {**BEST, "strategic_misfit": "yes"})["exits"] == ["no_strategic_fit"]


@pytest.mark.parametrize(
    ("share", "warnings"),
    [
        ("10%", {}),  # 80 is 4 above the stay bound
        ("0.0001%", {}),  # 79.00001
        ("0", {"score": "near_stay_bound"}),  # 79 is 3 above it, and within 3
    ],
)
def test_within_three_points_of_the_stay_bound_three_included_a_warning_stands(
    decide: Decide, share: str, warnings: dict[str, str]
) -> None:
    assert decide(BOOK, {**AT_CORE, "settlement_share": share}, "core")["stay_warnings"] == warnings


def test_near_the_stay_bound_a_warning_stands_before_it_is_missed(decide: Decide) -> None:
    weaker = {**AT_CORE, "esg_rating": "BB", "products_used": 2}  # 75.8 without settlement
    near, missed = (decide(BOOK, {**weaker, "settlement_share": share}, "core") for share in ("2%", "0"))
    assert near["stay_warnings"] == {"score": "near_stay_bound"}
    assert missed["stay_warnings"] == {"score": "below_stay_bound"}


@pytest.mark.parametrize(
    ("facts", "warnings"),
    [
        ({"watch_list": "yes"}, {"watch_list": "held_by_ceiling"}),
        ({"overdue_days": 30}, {"overdue_30": "held_by_ceiling"}),
        (
            {"watch_list": "yes", "overdue_days": 30},
            {"watch_list": "held_by_ceiling", "overdue_30": "held_by_ceiling"},
        ),
    ],
)
def test_a_ceiling_that_takes_the_standing_tier_warns(
    decide: Decide, facts: dict[str, Any], warnings: dict[str, str]
) -> None:
    assert decide(BOOK, {**BEST, **facts}, "core")["stay_warnings"] == warnings
    assert decide(BOOK, {**BEST, **facts}, "potential")["stay_warnings"] == {}
    assert decide(BOOK, {**BEST, **facts})["stay_warnings"] == {}


@pytest.mark.parametrize(
    ("facts", "review"),
    [
        (BEST, "P3M"),
        ({**AT_CORE, "settlement_share": "0"}, "P3M"),
        ({"revenue_growth": "30%"}, "P6M"),
        ({"chain_role": "chain_leader", "linked_clients": 100}, "P6M"),
        ({}, None),
    ],
)
def test_review_cadence(
    decide: Decide, shipped: Callable[[str], Any], facts: dict[str, Any], review: str | None
) -> None:
    assert decide(BOOK, facts)["review"] == review
    assert str(shipped(BOOK).rulebook.reviews.full_every) == "P1Y"


def test_public_figures_alone_are_decided_and_incomplete(decide: Decide) -> None:
    known = {"annual_revenue": "1000亿", "revenue_growth": "5%", "net_profit": "-5亿", "total_assets": "2000亿"}
    outcome = decide(BOOK, known)
    assert (outcome["tier"], outcome["complete"], outcome["refused"]) == ("none", False, set())
    assert outcome["missing"] == BEST.keys() - known.keys()
    assert (outcome["ceilings"], outcome["warnings"], outcome["exits"]) == ([], [], [])


def test_no_entry_in_the_ledgers_is_an_answer(decide: Decide) -> None:
    ledgers = {
        *("bank_contribution", "products_used", "cooperation_years", "settlement_share", "deposit_balance"),
        *("strategic_agreement", "linked_clients", "overdue_days", "watch_list", "strategic_misfit"),
    }
    outcome = decide(BOOK, {name: value for name, value in BEST.items() if name not in ledgers})
    assert (outcome["complete"], outcome["missing"]) == (True, ledgers)


def test_nothing_is_ever_refused(decide: Decide) -> None:
    assert decide(BOOK, {})["refused"] == set()


# movement: recognised as core, then three quarterly reviews at 75 points, one below core's stay bound

NONE, ECOSYSTEM, POTENTIAL, KEY, CORE = range(5)
BELOW_CORE = {**AT_CORE, "esg_rating": "BB", "products_used": 2, "settlement_share": "0"}


@pytest.fixture
def book(shipped: Callable[[str], Any]) -> Rulebook:
    found: Rulebook = shipped(BOOK).rulebook
    return found


@pytest.fixture
def tiers(book: Rulebook) -> Tiers:
    assert book.tiers
    return book.tiers


def reviewed(book: Rulebook, tiers: Tiers, held: Held | None, facts: dict[str, Any], day: date) -> Movement:
    encoded = {name: book.facts[name].encode(value) for name, value in facts.items()}
    decision = Scorer(book).decide(encoded, Standing(held.tier) if held else None)
    assert isinstance(decision, Decision)
    return move(tiers, tiers.movement, held, decision, day, counts=True)


def kinds(movement: Movement) -> list[str]:
    return [each.kind for each in movement.steps]


def test_a_promotion_needs_recognition_and_a_demotion_two_reviews_and_a_plan(tiers: Tiers) -> None:
    assert tiers.movement == MovementRules(True, 2, PlanTerms(Period(0, 30), Period(3, 0), 0))


def test_recognition_asks_two_experts_and_a_committee_of_three(book: Rulebook) -> None:
    assert book.recognition == RecognitionRules(
        experts=2,
        scores=("innovation", "brand"),
        quorum=3,
        majority="more_than_half",
        limits={
            "screening": Period(0, 5),
            "assessment": Period(0, 20),
            "vote": Period(0, 30),
            "filing": Period(0, 10),
        },
    )


def test_an_exit_notifies_hands_over_and_closes(book: Rulebook) -> None:
    assert book.exit_steps == (
        ExitStep("notify", "relationship_manager", Period(0, 10)),
        ExitStep("hand_over", "relationship_manager", Period(0, 20)),
        ExitStep("close_obligations", "corporate_director", Period(0, 60)),
    )


def test_the_best_client_is_not_strategic_before_it_is_recognised(book: Rulebook, tiers: Tiers) -> None:
    day = date(2026, 1, 5)
    found = reviewed(book, tiers, None, BEST, day)
    assert (found.held.tier, kinds(found)) == (NONE, ["placed", "promotion_awaits_recognition"])
    assert recognise(tiers, found.held, CORE, day).held == Held(CORE, day)


def test_a_core_client_is_warned_given_a_plan_and_then_demoted(book: Rulebook, tiers: Tiers) -> None:
    held = Held(CORE, date(2026, 1, 5))
    first = reviewed(book, tiers, held, BELOW_CORE, date(2026, 4, 5))
    second = reviewed(book, tiers, first.held, BELOW_CORE, date(2026, 7, 5))
    third = reviewed(book, tiers, second.held, BELOW_CORE, date(2026, 10, 5))
    assert kinds(first) == ["counted_below", "plan_due", "warning_raised"]
    assert first.held.plan == Plan(date(2026, 5, 5), None, date(2026, 8, 5))
    assert kinds(second) == ["counted_below"]  # two reviews, and the plan has a month to go
    assert kinds(third) == ["counted_below", "plan_failed", "demoted", "warning_cleared"]
    assert third.held == Held(KEY, date(2026, 10, 5))


def test_a_core_client_that_is_overdue_is_held_down_and_back_when_it_has_paid(book: Rulebook, tiers: Tiers) -> None:
    held = Held(CORE, date(2026, 1, 5))
    overdue = reviewed(book, tiers, held, {**BEST, "overdue_days": 30}, date(2026, 4, 5))
    paid = reviewed(book, tiers, overdue.held, BEST, date(2026, 7, 5))
    assert kinds(overdue) == ["held_down", "warning_raised"]
    assert (overdue.held.tier, overdue.held.effective) == (CORE, POTENTIAL)
    assert kinds(paid) == ["released", "warning_cleared"]
    assert paid.held == held
