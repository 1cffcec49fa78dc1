# ruff: noqa: E501  one case, one line
"""Every change is said, in the words of policy staff; and where nothing changed, nothing is."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.rulebooks.check import check
from app.rulebooks.diff import diff
from app.rulebooks.document import RulebookDocument
from app.rulebooks.shipped import shipped_texts
from tests.generated import documents
from tests.rulebooks.processes import processed
from tests.rulebooks.seeded import SUMMED, WEIGHTED, Edit, edited


def document(text: str) -> RulebookDocument:
    found = check(text).document
    assert found is not None
    return found


def lines(old: str, new: str, base: str = WEIGHTED) -> list[str]:
    return diff(document(base), document(edited(base, Edit(old, new))))


SAID = {
    "a bound": ("large: 2亿}", "large: 3亿}", ["size: large by deposits starts at 3亿 (was 2亿)"]),
    "its writing": ("large: 2亿}", "large: 200000000}", ["size: large by deposits starts at 200000000 (written as 2亿 before)"]),
    "an option": ("listed: {no: small", "listed: {no: large", ["size: listed no leads to large (was small)"]),
    "a way in": ("      listed: {no: small, yes: large}\n", "", ["size: no longer by listed (no small, yes large)"]),
    "a guard": ("rating: {at_least: medium}}", "rating: high}", ["standing, where size large and rating high (was where size large and rating at least medium): good"]),
    "an outcome": ("- otherwise: poor", "- otherwise: fair", ["standing, otherwise: fair (was poor)"]),
    "a bound in a branch": ("fair: 10%}", "fair: 15%}", ["standing, where (overdue at most 5 or growth more than 0 and growth below 50%): fair by growth starts at 15% (was 10%)"]),
    "a cell": ("medium: front", "medium: back", ["desk: matrix.cells.large.medium back (was front)"]),
    "a dimension's weight": ("weight: 60", "weight: 55", ["strength weighs 55 (was 60)"]),
    "an indicator's weight": ("weight: 70", "weight: 65", ["deposits weighs 65 (was 70)"]),
    "points": ("30: 0}", "30: 5}", ["overdue: 30 gets 5 (was 0) points"]),
    "where points start": ("1亿: 50", "2亿: 50", ["deposits: 50 points start at 2亿 (was 1亿)"]),
    "a profile": ("strength: 50, conduct: 50}", "strength: 45, conduct: 55}", ["weights public: strength 45 (was 50)", "weights public: conduct 55 (was 50)"]),
    "whom a profile is for": ("when: {listed: yes}", "when: {listed: no}", ["weights public: where listed no (was where listed yes)"]),
    "a stay bound": ("stay: {score: 70}", "stay: {score: 68}", ["tier gold: stays at 68 (was 70) on score"]),
    "an entry bound": ("score: 80, conduct: 50}", "score: 80}", ["tier gold: enters whatever the conduct (was at 50)"]),
    "a new bound": ("enter: {score: 50}", "enter: {score: 50, conduct: 20}", ["tier silver: enters at 20 on conduct (asked nothing of it)"]),
    "a ceiling": ("at_most: silver", "at_most: none", ["ceiling overdue: no tier above none (was silver)"]),
    "movement": ("within: 3}", "within: 5}", ["tiers: movement.warning.within 5 (was 3)"]),
    "a demotion": ("after_reviews: 2", "after_reviews: 3", ["tiers: movement.demotion.after_reviews 3 (was 2)"]),
    "how many experts": ("experts: 2", "experts: 3", ["recognition: experts 3 (was 2)"]),
    "what experts judge": ("scores: [rating, growth]", "scores: [rating]", ["recognition: scores rating (was rating, growth)"]),
    "a majority": ("majority: more_than_half", "majority: two_thirds", ["recognition: committee.majority two_thirds (was more_than_half)"]),
    "a time limit": ("vote: P30D", "vote: P45D", ["recognition: limits.vote P45D (was P30D)"]),
    "a step's time": ("within: P10D, label", "within: P5D, label", ["exit step notify: within P5D (was P10D)"]),
    "a step's owner": ("role: manager, within: P1M", "role: president, within: P1M", ["exit step hand_over: role president (was manager)"]),
    "a step gone": ("    - {step: hand_over, role: manager, within: P1M}\n", "", ["exit step hand_over removed"]),
    "a quota": ("{tier: gold}, at_least: 2", "{tier: gold}, at_least: 3", ["president owes 3 a quarter (was 2) where tier gold"]),
    "whom a quota is for": ("{tier: gold}, at_least: 2", "{tier: silver}, at_least: 2", ["president owes 2 a quarter where tier silver (was where tier gold)"]),
    "a quota of another period": ("{role: manager, at_least: 1, per: month}", "{role: manager, at_least: 1, per: year}", ["obligation removed: manager owes 1 a month for every client", "new obligation: manager owes 1 a year for every client"]),
    "a quota gone": ("    - {role: manager, at_least: 1, per: month}\n", "", ["obligation removed: manager owes 1 a month for every client"]),
    "a cadence": ("silver: P6M}", "silver: P3M}", ["reviews: silver every P3M (was P6M)"]),
    "a warning": ("{overdue: {at_least: 1}}", "{overdue: {at_least: 5}}", ["late: where overdue at least 5 (was where overdue at least 1)"]),
    "a fact": ("max_age: P35D", "max_age: P60D", ["fact deposits: max_age P60D (was P35D)"]),
    "a default": ("max_age: P35D, ", "", ["fact deposits: max_age removed (was P35D)"]),
    "scope": ("{segment: {in: [corporate]}}", "{segment: {in: [corporate, retail]}}", ["applies where segment in corporate, retail (was where segment in corporate)"]),
    "a source": ("source: a test", "source: another", ["source another (was a test)"]),
    "a new fact": ("roles:\n", "  x: {type: flag, missing: zero}\nroles:\n", ["new fact x"]),
    "an example": ("expect: {tier: silver}", "expect: {tier: none}", ["example segment corporate, deposits 10亿, growth -20%, rating low: expect.tier none (was silver)"]),
    "an order": ("options: [corporate, retail]", "options: [retail, corporate]", ["fact segment: options retail, corporate (was corporate, retail)"]),
    "the order of fields": ("{role: manager, at_least: 1,", "{at_least: 1, role: manager,", None),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), SAID.values(), ids=SAID)
def test_a_change_is_said_in_its_own_words(old: str, new: str, expected: list[str] | None) -> None:
    assert lines(old, new) == (expected or [])


def test_an_example_that_goes_is_named() -> None:
    gone = WEIGHTED[
        WEIGHTED.index("  - given: {segment: corporate}\n") : WEIGHTED.index(
            "  - given: {segment: corporate, deposits: 10亿, growth: -20%"
        )
    ]

    (line,) = lines(gone, "")

    assert line.startswith("example removed: given (segment corporate), expect (tier none,")


def test_an_example_may_give_nothing() -> None:
    before, after = "{given: {leadership: 50}, expect: {grade: fail, score: 55}}", "{expect: {refused: [leadership]}}"

    assert lines(before, after, SUMMED) == [
        "example removed: given (leadership 50), expect (score 55, grade fail)",
        "new example: expect (refused (leadership))",
    ]


def test_obligations_in_another_order_are_the_same_obligations() -> None:
    first, second = (
        "    - {role: manager, at_least: 1, per: month}\n",
        "    - {role: president, when: {tier: gold}, at_least: 2, per: quarter}\n",
    )

    assert lines(first + second, second + first) == ["every obligation stays, written in another order"]


def test_steps_of_an_exit_in_another_order_are_said() -> None:
    first = "    - {step: notify, role: manager, within: P10D, label: {en: Notify, zh: 告知}}\n"
    second = "    - {step: hand_over, role: manager, within: P1M}\n"

    assert lines(first + second, second + first) == ["every exit step stays, written in another order"]


def test_recognition_that_goes_is_said() -> None:
    section = WEIGHTED[WEIGHTED.index("recognition:\n") : WEIGHTED.index("coverage:")]

    (line,) = lines(section, "")

    assert line.startswith("recognition removed (was experts 2, scores (rating, growth), committee (quorum 3,")


def test_a_section_that_comes_or_goes_is_said() -> None:
    section = SUMMED[SUMMED.index("reviews:") : SUMMED.index("examples:")]

    assert lines(section, "", SUMMED) == ["reviews removed (was by grade, every (fail P6M, pass P1Y))"]


@pytest.mark.parametrize("text", [*shipped_texts(), WEIGHTED, SUMMED])
def test_the_same_document_says_nothing(text: str) -> None:
    assert diff(document(text), document(text)) == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(processed(documents()))
def test_equal_documents_say_nothing(content: dict[str, Any]) -> None:
    left, right = (RulebookDocument.model_validate(copy.deepcopy(content)) for _ in range(2))

    assert diff(left, right) == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(processed(documents()), processed(documents()))
def test_no_change_between_two_documents_goes_unsaid(left: dict[str, Any], right: dict[str, Any]) -> None:
    before, after = RulebookDocument.model_validate(left), RulebookDocument.model_validate(right)

    assert bool(diff(before, after)) == (said_by(before) != said_by(after))


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_single_change_goes_unsaid(data: st.DataObject) -> None:
    """Any one text of a document becomes another that can be read as well."""
    before = document(data.draw(st.sampled_from([WEIGHTED, SUMMED])))
    content = said_by(before)
    places = list(texts(content))
    place = data.draw(st.sampled_from(places))
    replace(content, place, data.draw(st.sampled_from(["other", "7", "2亿", "P9D", "month", "visit", "flag"])))
    try:
        after = RulebookDocument.model_validate(content)
    except ValueError:
        return
    assert bool(diff(before, after)) == (said_by(before) != said_by(after))


def said_by(read: RulebookDocument) -> dict[str, Any]:
    return read.model_dump(mode="json", by_alias=True, exclude_unset=True)


def texts(data: Any, path: tuple[Any, ...] = ()) -> Any:
    """The places of all texts in a document's data."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        if isinstance(value, str):
            yield (*path, step)
        else:
            yield from texts(value, (*path, step))


def replace(data: Any, path: tuple[Any, ...], value: str) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value
