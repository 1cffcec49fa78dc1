"""What the standard says of a client, without a database; what several experts' values come to."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clients.facts import KnownFact
from app.kernel.recognition import Opinion
from app.kernel.score import Scorer
from app.recognition.experts import medians
from app.recognition.standard import Judgement, judged
from app.rulebooks.check import load_sound
from app.rulebooks.published import Published
from app.standing.grounds import Grounds
from app.standing.held import Standing
from app.standing.verdict import Judge
from tests.recognition.at_work import BOOK, HIGH, LOW, STRONG, TODAY
from tests.rulebooks.seeded import Edit, edited
from tests.service import NOON

SCORES = ("brand", "innovation")


def judge_of(*edits: Edit) -> Judge:
    sound = load_sound(edited(BOOK, *edits))
    return Judge(Published("strategy", 1, sound, Scorer(sound.rulebook)))


JUDGE = judge_of()


def judgement(
    facts: dict[str, str],
    asked: str | None = "key",
    judge: Judge = JUDGE,
    standing: Standing | None = None,
    left_open: Sequence[str] = SCORES,
) -> Judgement:
    known = {name: KnownFact(text, TODAY, None, NOON, "test") for name, text in facts.items()}
    tiers = judge.book.tiers
    assert tiers is not None
    rank = tiers.labels.index(asked) if asked else None
    return judged(judge, left_open, Grounds(TODAY, known, standing, counts=False), rank, NOON)


CLIENT = {"segment": "corporate", **STRONG}


def test_what_is_assumed_is_not_among_the_facts_that_are_kept() -> None:
    found = judgement(CLIENT)
    assert found.assumed == {"brand": "high", "innovation": "high"}
    assert set(found.grounds.facts) == {"segment", "deposits", "revenue"}


def test_a_score_that_is_still_to_be_given_is_open_whatever_was_recorded_of_it_before() -> None:
    found = judgement({**CLIENT, "brand": "low", "innovation": "splendid"})
    assert found == judgement(CLIENT)
    assert (found.assumed, found.passed) == (HIGH, True)


@pytest.mark.parametrize(("better", "best"), [("lower", "low"), ("higher", "high")])
def test_the_best_value_is_the_end_that_favours_the_client(better: str, best: str) -> None:
    brand = "brand: {type: grade, options: [low, medium, high], missing: worst"
    points = {"lower": "points: {low: 100, medium: 50, high: 0}", "higher": "points: {low: 0, medium: 50, high: 100}"}
    weighed = "brand: {weight: 20, "
    edits = (Edit(brand, f"{brand}, better: {better}"), Edit(weighed + points["higher"], weighed + points[better]))
    assert judgement(CLIENT, judge=judge_of(*edits)).assumed["brand"] == best


def test_a_score_of_which_neither_end_is_better_counts_as_its_least() -> None:
    brand = "brand: {type: grade, options: [low, medium, high], missing: "
    judge = judge_of(Edit(f"{brand}worst", f"{brand}refuse, better: neither"))
    assert judgement(CLIENT, judge=judge).assumed["brand"] == "low"


def test_who_stands_in_a_tier_needs_only_what_staying_in_it_asks() -> None:
    facts = {**CLIENT, "brand": "low", "innovation": "low"}
    stands = Standing("key", date(2026, 1, 1))
    assert judgement(facts, left_open=()).reasons == ("below_bound:score",)
    assert judgement(facts, standing=stands, left_open=()).reasons == ()


def test_every_thing_that_lacks_is_said() -> None:
    found = judgement({"segment": "corporate", "deposits": "1亿", "overdue": "95", **LOW}, left_open=())
    assert found.reasons == (
        "facts_missing:revenue",
        "exit_trigger:overdue_90",
        "below_bound:score",
        "held_by_ceiling:overdue_30",
    )


grades = st.sampled_from(["low", "medium", "high"])
amounts = st.sampled_from(["0", "1亿", "5亿", "10亿"])
clients = st.fixed_dictionaries(
    {"segment": st.just("corporate"), "deposits": amounts, "revenue": amounts},
    optional={"brand": grades, "innovation": grades, "overdue": st.sampled_from(["0", "30", "90"])},
)


@given(clients, st.sampled_from(["potential", "key", "core"]), grades, grades)
def test_a_client_fails_for_the_time_being_only_where_no_experts_could_help_it(
    facts: dict[str, str], tier: str, brand: str, innovation: str
) -> None:
    whatever = {"brand": brand, "innovation": innovation, **facts}
    if judgement(whatever, tier, left_open=()).passed:
        assert judgement(facts, tier).passed


@given(clients)
def test_what_is_judged_without_a_tier_is_what_the_client_earns(facts: dict[str, str]) -> None:
    found, whole = judgement(facts, None), judgement({**facts, **HIGH}, None, left_open=())
    labels: Any = JUDGE.book.tiers
    assert found.outcome is not None
    assert labels.labels[found.tier] == found.outcome["earned"]
    assert found.tier == whole.tier
    assert found.passed or found.reasons


def opinion(expert: str, **scores: int) -> Opinion:
    return Opinion(expert, scores, TODAY, "")


def test_of_several_values_the_median_counts_and_of_two_middle_ones_the_lower() -> None:
    opinions = [opinion("a", brand=2, innovation=0), opinion("b", brand=1, innovation=3)]
    assert list(medians(opinions)) == [("brand", 1, "b"), ("innovation", 0, "a")]
    assert list(medians([*opinions, opinion("c", brand=1, innovation=1)])) == [
        ("brand", 1, "b"),
        ("innovation", 1, "c"),
    ]


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=9))
def test_the_median_is_a_value_that_somebody_gave_with_no_more_than_half_on_either_side(values: list[int]) -> None:
    [(_, median, expert)] = medians([opinion(str(at), brand=value) for at, value in enumerate(values)])
    assert values[int(expert)] == median
    assert 2 * sum(value < median for value in values) < len(values)
    assert 2 * sum(value > median for value in values) <= len(values)
