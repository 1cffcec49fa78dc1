# ruff: noqa: E501  one case, one line
"""Examples: decided at check, compared with what their author expects, and told apart in words."""

import pytest

from app.rulebooks.check import check
from tests.rulebooks.seeded import SUMMED, WEIGHTED, Edit, checked, edited, place_of

GIVEN = "given: {segment: corporate}\n    expect: {size: small, standing: poor, tier: none, complete: no, review: none}"


def with_example(given: str, expect: str) -> str:
    return edited(WEIGHTED, Edit(GIVEN, f"given: {{{given}}}\n    expect: {{{expect}}}"))


AGREES = {
    "a class": ("segment: corporate", "desk: back"),
    "no more than applies": ("segment: corporate", ""),
    "a client that is not meant": ("segment: retail", "applies: no"),
    "a client of whom that is not known": ("", "applies: no"),
    "what is missing, in any order": (
        "segment: corporate, listed: yes",
        "missing: [rating, growth, overdue, deposits]",
    ),
    "what is owed, all of it": ("segment: corporate", "obligations: {manager: 1}"),
    "a warning and an exit": ("segment: corporate, overdue: 90", "warnings: [late], exits: [default]"),
    "none of them": ("segment: corporate", "warnings: [], exits: []"),
    "a period written otherwise": ("segment: corporate, deposits: 10亿, growth: 30%, rating: high", "review: P3M"),
    "flags in Chinese": ("segment: corporate, listed: 是", "size: large"),
    "a score of many decimals": ("segment: corporate, growth: -19.9999%", "score: 20.000040"),
}


@pytest.mark.parametrize(("given", "expect"), AGREES.values(), ids=AGREES)
def test_an_example_agrees(given: str, expect: str) -> None:
    assert check(with_example(given, expect)).problems == ()


def test_what_a_role_owes_in_two_periods_is_expected_by_period() -> None:
    yearly = Edit("    - {role: president,", "    - {role: manager, at_least: 3, per: year}\n    - {role: president,")
    both = "{manager per month: 1, manager per year: 3}"

    assert checked(WEIGHTED, yearly, Edit("review: none}", f"review: none, obligations: {both}}}")).problems == ()
    (problem,) = checked(WEIGHTED, yearly, Edit("review: none}", "review: none, obligations: {manager: 3}}")).problems
    assert problem.message.startswith("obligations are manager per month 1, manager per year 3, expected manager 3")


DIFFERS = {
    "class": ("segment: corporate", "desk: ⟦front", "desk is back, expected front, because size small, rating low"),
    "band": ("segment: corporate, deposits: 1.9亿", "size: ⟦large", "size is small, expected large, because deposits 1.9亿 below 2亿, listed no"),
    "guard": ("segment: corporate, deposits: 3亿, rating: high", "standing: ⟦fair", "standing is good, expected fair, because size large, rating high"),
    "tier": ("segment: corporate", "tier: ⟦gold", "tier is none, expected gold, because score 20 below 80"),
    "score": ("segment: corporate", "score: ⟦12.5", "score is 20, expected 12.5"),
    "complete": ("segment: corporate", "complete: ⟦yes", "complete is no, expected yes"),
    "missing": ("segment: corporate, listed: no", "missing: ⟦[]", "missing is deposits, growth, overdue, rating, expected nothing"),
    "review": ("segment: corporate", "review: ⟦P1Y", "review is none, expected P1Y"),
    "obligations": ("segment: corporate", "obligations: ⟦{}", "obligations are manager 1, expected nothing"),
    "warnings": ("segment: corporate", "warnings: ⟦[late]", "warnings are nothing, expected late"),
    "applies": ("segment: retail", "⟦size: small", "the rulebook does not apply to this client"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expect", "said"), DIFFERS.values(), ids=DIFFERS)
def test_a_difference_is_told_in_words_at_its_place(given: str, expect: str, said: str) -> None:
    text = with_example(given, expect.replace("⟦", ""))

    (problem,) = check(text).problems

    assert problem.message == said
    before, _, after = expect.rpartition("⟦")
    opening = "expect: ⟦{" if said.startswith("the rulebook") else f"expect: {{{before}⟦"
    assert (problem.line, problem.column) == place_of(text, f"given: {{{given}}}\n    {opening}{after}}}")


def test_a_refusal_is_expected_by_the_facts_it_asks_for() -> None:
    asks = Edit("expect: {grade: fail, score: 55}", "expect: {refused: [leadership]}")
    without = Edit("{given: {leadership: 50}, ", "{given: {on_time: no}, ")

    assert checked(SUMMED, asks, without).problems == ()


def test_a_refusal_that_nobody_expects_differs() -> None:
    (problem,) = checked(SUMMED, Edit("{given: {leadership: 50}, ", "{given: {on_time: no}, ")).problems

    assert problem.message == "refused for want of leadership"


def test_an_example_is_checked_beside_faults_elsewhere_but_not_decided() -> None:
    report = checked(WEIGHTED, Edit("weight: 70", "weight: 60"), Edit("tier: gold, score: 100", "tier: gold, score: 1"))

    assert [str(each.code) for each in report.problems] == ["WEIGHTS_SUM"]


def test_every_failing_example_is_told() -> None:
    report = checked(WEIGHTED, Edit("points: {0: 0, 1亿: 50, 10亿: 100}", "points: {0: 1, 1亿: 50, 10亿: 99}"))

    assert [each.message for each in report.problems] == ["score is 99.58, expected 100"]
