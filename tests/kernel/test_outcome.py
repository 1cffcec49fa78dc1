"""The record of a decision: one text, whichever path decided."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.kernel.cadence import Period
from app.kernel.classification import Bands, Classification
from app.kernel.condition import AllOf, Condition, Within
from app.kernel.decision import Decision, Standing
from app.kernel.fact import Fact
from app.kernel.obligation import ObligationRule
from app.kernel.outcome import Outcomes
from app.kernel.rulebook import ReviewCadence, Rulebook, Trigger
from app.kernel.score import Scorer
from app.kernel.scorecard import Dimension, Indicator, Scorecard, StepPoints
from app.kernel.tier import Bound, Ceiling, TierRule, Tiers
from tests.kernel.expected_rows import Client, Drawn, as_frame, batches, decided, records, records_of_rows

ALWAYS = AllOf(())
POINT = 10**12


def above(name: str, least: int) -> Condition:
    return Within(name, least, None, (("at_least", least),))


def visits(role: str, per: str, at_least: int, when: Condition = ALWAYS) -> ObligationRule:
    return ObligationRule(role, when, at_least, per, ("visit",))


FACTS = {name: Fact(name, "count", 0, 1000, "zero") for name in ("size", "overdue")} | {
    "rating": Fact("rating", "grade", 0, 2, "worst", options=("C", "B", "A"))
}
LINES = (
    Indicator("size", "size", 7_500, StepPoints((10,), (0, 1_000_000))),
    Indicator("rating", "rating", 2_500, StepPoints((1, 2), (0, 333_333, 1_000_000))),
)
BOOK = Rulebook(
    "whole",
    FACTS,
    classifications=(
        Classification("late", ("calm", "busy"), Bands("score", (50 * POINT,), (0, 1)), after_score=True),
        Classification("scale", ("small", "large"), Bands("size", (10,), (0, 1))),
    ),
    scorecard=Scorecard("weighted", 0, (Dimension("strength", 10_000, LINES),)),
    tiers=Tiers(
        ("none", "key", "core"),
        (TierRule(2, (Bound("score", 80 * POINT),), (Bound("score", 75 * POINT),)),),
        otherwise=0,
        ceilings=(
            Ceiling(above("overdue", 60), 0, "overdue"),
            Ceiling(above("size", 100), 1, "too_large"),
            Ceiling(above("overdue", 30), 1, "overdue"),
        ),
        warn_within=10 * POINT,
    ),
    obligations=(
        visits("manager", "month", 2, above("size", 10)),
        visits("director", "quarter", 1),
        visits("manager", "month", 1),
        visits("manager", "year", 3, above("overdue", 1)),
    ),
    reviews=ReviewCadence("tier", (None, Period(6, 0), Period(3, 0))),
    warnings=(Trigger(above("overdue", 60), "late"), Trigger(above("overdue", 1), "late")),
    exits=(Trigger(above("overdue", 90), "late"),),
)


def record(book: Rulebook, client: Client, standing: int | None = None) -> dict[str, Any]:
    decision = Scorer(book).decide(client, None if standing is None else Standing(standing))
    assert isinstance(decision, Decision)
    return Outcomes(book).of_decision(decision)


def test_a_record_says_everything_that_was_decided() -> None:
    assert record(BOOK, {"size": 200, "overdue": 60, "rating": 1}, standing=2) == {
        "complete": True,
        "missing": [],
        "classes": {"late": "busy", "scale": "large"},
        "weights": "default",
        "score": "83.333325",
        "dimensions": {"strength": "83.333325"},
        "tier": "none",
        "earned": "core",
        "ceilings": ["overdue", "too_large"],
        "stay": ["near_stay_bound", "held_by_ceiling"],
        "obligations": {"manager per month": 2, "director per quarter": 1, "manager per year": 3},
        "review": None,
        "warnings": ["late"],
        "exits": [],
    }


def test_keys_and_lists_stand_in_one_order_whatever_was_decided_first() -> None:
    # the manager's second rule is the first that holds, and `late` is decided after `scale`
    found = record(BOOK, {"overdue": 1})
    assert list(found) == [
        *("complete", "missing", "classes", "weights", "score", "dimensions", "tier", "earned", "ceilings", "stay"),
        *("obligations", "review", "warnings", "exits"),
    ]
    assert list(found["classes"]) == ["late", "scale"]
    assert list(found["obligations"]) == ["manager per month", "director per quarter", "manager per year"]
    assert found["missing"] == ["size", "rating"]
    assert found["complete"] is False


def test_what_a_rulebook_has_not_is_null() -> None:
    nothing = dict.fromkeys(("weights", "score", "dimensions", "tier", "earned", "ceilings", "stay", "review"))
    empty: dict[str, Any] = {"missing": [], "classes": {}, "obligations": {}, "warnings": [], "exits": []}
    assert record(Rulebook("bare", FACTS), {}) == {"complete": True} | nothing | empty


def test_without_a_standing_nothing_threatens_to_be_lost() -> None:
    assert record(BOOK, {"size": 10, "overdue": 90})["stay"] == []


@pytest.mark.parametrize("standing", [None, 0, 1, 2])
@pytest.mark.parametrize("overdue", [None, 0, 30, 60, 90])
def test_a_row_gives_the_record_that_the_client_alone_gives(overdue: int | None, standing: int | None) -> None:
    given_facts = {} if overdue is None else {"overdue": overdue}
    batch = [{**given_facts, "size": size, "rating": rating} for size in (0, 10, 100) for rating in (0, 1, 2)]
    standings = [standing] * len(batch)
    rows = decided(BOOK, as_frame(BOOK, batch, standings)).to_dicts()
    assert records_of_rows(BOOK, rows) == records(BOOK, batch, standings)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(batches(most=12))
def test_rows_and_clients_give_the_same_text_under_any_rulebook(drawn: Drawn) -> None:
    book, batch, standings = drawn
    rows = decided(book, as_frame(book, batch, standings)).to_dicts()
    assert records_of_rows(book, rows) == records(book, batch, standings)


def test_one_client_is_recorded_without_loading_an_engine() -> None:
    code = "import sys, app.kernel.outcome; sys.exit(bool({'narwhals', 'polars'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)
