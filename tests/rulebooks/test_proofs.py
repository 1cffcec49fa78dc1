# ruff: noqa: E501  one case, one line
"""What the checker proves: reached where a client exists, unreachable where none does, and never the other way round."""

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.condition import AllOf, Not, OneOf, Within
from app.kernel.decision import Decision
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.check import check
from app.rulebooks.problem import Code
from app.rulebooks.proof.prove import score_range
from app.rulebooks.proof.reach import goals
from app.rulebooks.proof.search import Nobody, Search, Witness
from app.rulebooks.proof.surprises import described, surprises
from tests.generated import clients, rulebooks
from tests.rulebooks.seeded import WEIGHTED, Edit, checked, codes, edited

PLAIN = """\
rulebook: plain
title: {{en: Plain, zh: 平}}
source: a test
facts:
{facts}
{rules}
examples:
  - {{given: {{}}, expect: {{}}}}
"""


def sound_book(text: str) -> Rulebook:
    report = check(text)
    assert report.sound is not None, report.problems
    return report.sound.rulebook


def plain(facts: str, rules: str) -> str:
    return PLAIN.format(facts=facts, rules=rules)


COUNT = "  age: {type: count, max: 150, missing: zero}"


def choose(*branches: str) -> str:
    lines = "\n".join(f"      - {branch}" for branch in branches)
    return f"classifications:\n  band:\n    order: [low, high]\n    choose:\n{lines}"


UNREACHABLE = {
    "a branch behind a wider one": (
        plain(COUNT, choose("{when: {age: {below: 60}}, then: low}", "{when: {age: {below: 50}}, then: high}", "{otherwise: high}")),
        (Code.BRANCH_UNREACHABLE,),
    ),
    "an otherwise for whom nobody is left": (
        plain(COUNT, choose("{when: {age: {below: 60}}, then: low}", "{when: {age: {at_least: 60}}, then: high}", "{otherwise: low}")),
        (Code.BRANCH_UNREACHABLE,),
    ),
    "a class that only a dead branch leads to": (
        plain(COUNT, choose("{when: {age: {below: 60}}, then: low}", "{when: {age: {below: 50}}, then: high}", "{otherwise: low}")),
        (Code.BRANCH_UNREACHABLE,),
    ),
    "a class that nothing leads to": (
        plain(COUNT, choose("{when: {age: {below: 60}}, then: low}", "{otherwise: low}")),
        (Code.CLASS_UNREACHABLE,),
    ),
    "what rests on such a class": (
        plain(COUNT, choose("{when: {age: {below: 60}}, then: low}", "{otherwise: low}") + "\nexits: [{when: {band: high}, reason: never}]"),
        (Code.CLASS_UNREACHABLE,),
    ),
    "a condition that contradicts another": (
        plain(COUNT, "exits:\n  - {when: {age: 9, any: [{age: 8}, {age: {at_least: 20}}]}, reason: never}"),
        (Code.CONDITION_NEVER,),
    ),
    "a condition that needs what the rulebook is not for": (
        plain(COUNT, "applies_to: {age: {at_least: 18}}\nexits: [{when: {age: {below: 18}}, reason: child}]").replace("given: {}, expect: {}", "given: {}, expect: {applies: no}"),
        (Code.CONDITION_NEVER,),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), UNREACHABLE.values(), ids=UNREACHABLE)
def test_what_nobody_can_reach_is_found_and_only_its_cause_is_told(text: str, expected: tuple[Code, ...]) -> None:
    assert codes(check(text)) == [str(code) for code in expected]


TORN = """\
scorecard:
  method: weighted
  dimensions:
    youth: {weight: 50, indicators: {young: {fact: age, weight: 100, points: {0: 100, 60: 0}, direction: any}}}
    wisdom: {weight: 50, indicators: {wise: {fact: age, weight: 100, points: {0: 0, 60: 100}}}}
tiers:
  order: [none, gold]
  rules:
    gold: {enter: {youth: 100, wisdom: 100}, stay: {youth: 100}}
    otherwise: none"""


def test_a_tier_is_reached_by_entering_and_not_by_an_example_that_stands_in_it() -> None:
    example = "  - {given: {age: 9}, standing: {tier: gold}, expect: {tier: gold}}"

    report = check(plain(COUNT, TORN) + example)

    assert codes(report) == ["TIER_UNREACHABLE"]


def test_a_tier_with_the_bounds_of_a_higher_one_is_unreachable() -> None:
    text = WEIGHTED.replace("at_most: silver", "at_most: none").replace(
        "enter: {score: 50}", "enter: {score: 85, conduct: 60}"
    )

    assert "TIER_UNREACHABLE" in codes(check(text))


def test_a_sound_rulebook_has_a_client_for_every_goal() -> None:
    book = sound_book(WEIGHTED)
    search = Search(book)

    for goal in goals(book):
        found = search.find(goal.condition)
        assert isinstance(found, Witness), goal
        decision = Scorer(book).decide(found.client)
        assert isinstance(decision, Decision)
        assert goal.condition.holds(decision.env)


def test_a_search_without_budget_claims_nothing() -> None:
    search = Search(sound_book(WEIGHTED))

    assert search.find(Within("score", 10**18, None, ()), budget=0) == Nobody(proved=False)


def test_a_rulebook_can_use_up_what_may_be_spent_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.rulebooks.proof.search.WHOLE_BUDGET", 60)

    report = check(WEIGHTED)

    assert codes(report) == ["UNPROVED"]
    assert "nor anything after it" in report.problems[0].message


SCORED = """\
scorecard:
  method: {method}
  dimensions:
    only:
{weight}      indicators:
{lines}"""


def scored(method: str, lines: str) -> str:
    return SCORED.format(method=method, weight="      weight: 100\n" if method == "weighted" else "", lines=lines)


RANGES = {
    "no fact twice": (
        scored("points", "        age: {points: {0: 5, 60: 40}}"),
        "score: from 5 to 40 attainable",
    ),
    "two lines that pull against each other": (
        scored("weighted", "        up: {fact: age, weight: 50, points: {0: 0, 60: 100}}\n        down: {fact: age, weight: 50, points: {0: 100, 60: 0}, direction: any}"),
        "score: from 50 to 50 attainable",
    ),
    "steps of one fact that never peak together": (
        scored("points", "        up: {fact: age, points: {0: 0, 60: 10}}\n        hump: {fact: age, points: {0: 0, 20: 7, 40: 1}, direction: any}"),
        "score: from 0 to 11 attainable",
    ),
    "lines of one fact that never peak together": (
        scored("points", "        up: {fact: age, points: {0: 0, 100: 10}, between: linear}\n        down: {fact: age, points: {0: 30, 100: 0}, between: linear, direction: any}"),
        "score: from 10 to 30 attainable",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rules", "said"), RANGES.values(), ids=RANGES)
def test_the_score_range_is_what_clients_really_have(rules: str, said: str) -> None:
    book = sound_book(plain(COUNT, rules))

    assert book.scorecard is not None
    assert score_range(book.scorecard, Search(book)) == said


def test_a_score_range_that_is_not_settled_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    book = sound_book(plain(COUNT, RANGES["two lines that pull against each other"][0]))
    monkeypatch.setattr("app.rulebooks.proof.search.WHOLE_BUDGET", 0)

    assert book.scorecard is not None
    assert score_range(book.scorecard, Search(book)) == "score: from 0 to 100 at the widest"


def test_a_class_that_owes_no_visit_is_noted() -> None:
    always = "    - {role: manager, at_least: 1, per: month}\n"

    assert "owe" not in " ".join(check(WEIGHTED).notes)
    notes = [note for note in checked(WEIGHTED, Edit(always, "")).notes if "owe" in note]
    assert notes[0] == "tier none: a client may owe no visit, for example segment corporate"
    assert notes[1].startswith("tier silver: a client may owe no visit, for example ")
    assert not any(note.startswith("tier gold") for note in notes)


FALLING = """\
rulebook: falling
title: {en: Falling, zh: 降}
source: a test
facts:
  revenue: {type: money, missing: zero}
  cooperation: {type: grade, options: [weak, strong], missing: worst}
scorecard:
  method: weighted
  dimensions:
    financial: {weight: 50, indicators: {revenue: {weight: 100, points: {0: 0, 100亿: 100}}}}
    relation: {weight: 50, indicators: {cooperation: {weight: 100, points: {weak: 0, strong: 100}}}}
  weights:
    - {name: large, when: {revenue: {at_least: 1亿}}, financial: 80, relation: 20}
    - {otherwise: default}
examples:
  - {given: {revenue: 9999万, cooperation: strong}, expect: {score: 50}}
  - {given: {revenue: 1亿, cooperation: strong}, expect: {score: 20}}
"""


def test_weights_under_which_a_growing_client_scores_less_are_noted() -> None:
    (note,) = check(FALLING).notes

    assert note == (
        "weights: a client whose revenue improves to 1亿 can lose 30 points because other weights apply, "
        "for example revenue 1亿, cooperation strong"
    )


def test_a_class_that_is_scored_is_no_fact_to_be_noted() -> None:
    scored_class = Edit(
        "cooperation: {weight: 100, points: {weak: 0, strong: 100}}",
        "bond: {weight: 100, points: {weak: 0, strong: 100}}",
    )
    bond = Edit(
        "scorecard:\n",
        "classifications:\n  bond: {order: [weak, strong], options: {cooperation: {weak: weak, strong: strong}}}\nscorecard:\n",
    )

    assert check(edited(FALLING, scored_class, bond)).sound


def test_weights_that_change_with_what_does_not_grow_are_no_surprise() -> None:
    assert not any(note.startswith("weights") for note in check(WEIGHTED).notes)


def test_a_described_client_shows_the_few_facts_that_tell_it() -> None:
    flags = "\n".join(f"  f{at}: {{type: flag, missing: zero}}" for at in range(9))
    exits = "\n".join(f"  - {{when: {{f{at}: yes}}, reason: r}}" for at in range(9))
    book = sound_book(plain(flags, f"exits:\n{exits}"))

    said = described(book, {f"f{at}": 1 for at in range(1, 9)}, frozenset({"f8"}))

    assert said == "f8 yes, f1 yes, f2 yes, f3 yes, f4 yes, f5 yes, …"


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_what_is_proved_unreachable_no_client_reaches(data: st.DataObject) -> None:
    book = data.draw(rulebooks())
    batch = data.draw(st.lists(clients(book), min_size=1, max_size=8))
    decisions = [each for each in map(Scorer(book).decide, batch) if isinstance(each, Decision)]
    search = Search(book)
    for goal in goals(book):
        found = search.find(goal.condition, budget=100)
        if isinstance(found, Nobody) and found.proved:
            assert not any(goal.condition.holds(each.env) for each in decisions)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_rulebook_can_be_searched_for_surprises(data: st.DataObject) -> None:
    book = data.draw(rulebooks())

    for note in surprises(book, Search(book)):
        assert len(note) < 600


def test_the_plainest_client_differs_only_where_it_must() -> None:
    book = sound_book(WEIGHTED)
    search = Search(book)
    condition = AllOf((OneOf("size", frozenset({1})), Not(OneOf("listed", frozenset({1})))))
    found = search.find(condition)

    assert isinstance(found, Witness)
    plainest = search.plainest(partial(search.holds, condition), found.client)
    assert plainest == {"segment": 0, "deposits": 20_000_000_000}


def test_a_client_in_a_note_is_one_that_is_decided() -> None:
    facts = "  deposits: {type: money, missing: refuse}"
    bands = "classifications:\n  size: {order: [small, large], bands: {deposits: {small: 0, large: 2亿}}}\n"
    owed = "coverage: {obligations: [{role: president, when: {size: large, deposits: {below: 3亿}}, at_least: 1, per: year}]}"

    notes = check(plain(facts, bands + owed).replace("expect: {}", "expect: {refused: [deposits]}")).notes

    assert notes == (
        "size small: a client may owe no visit, for example deposits 0",
        "size large: a client may owe no visit, for example deposits 3亿",
    )


NOTED = {
    "a ratio that is not written as percents": (Edit("{-20%: 0, 0: 40, 30%: 100}", "{-20%: 0, 0: 40, 30: 100}"), "growth: 30 is 3000%; write 30% if you mean that"),
    "an option without points of its own": (Edit("{low: 0, medium: 50, high: 100}", "{low: 0, high: 100}"), "rating: medium gets the points of the option before, as no points are written for it"),
    "full points for what is not known": (Edit("reason: late}", "reason: lates}"), "overdue: where it is unknown it counts as 0, and gets full points"),
    "a guard on what may be unknown": (Edit("reason: late}", "reason: lates}"), "rating: where it is unknown it counts as low, which need not be the worst for standing"),
    "tiers without a move": (Edit(", actionable: yes}", "}"), "tiers: no fact is actionable, so that nearest moves to a higher tier are never found"),
    "an obligation that adds nothing": (Edit("    - {role: president,", "    - {role: manager, when: {tier: gold}, at_least: 1, per: month}\n    - {role: president,"), "coverage: obligation 2 (manager, 1 per month) never adds anything: obligation 1 asks 1 of the same clients"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "note"), NOTED.values(), ids=NOTED)
def test_what_is_sound_and_may_surprise_is_noted(edit: Edit, note: str) -> None:
    text = edited(WEIGHTED, edit, Edit("score: 100, review", "review"))

    assert note in check(text).notes


def test_an_obligation_that_asks_more_of_some_is_not_noted() -> None:
    more = Edit(
        "    - {role: president,",
        "    - {role: manager, when: {tier: gold}, at_least: 2, per: month}\n    - {role: president,",
    )

    assert not any(note.startswith("coverage") for note in checked(WEIGHTED, more).notes)


def test_what_is_proved_is_counted_by_its_kind() -> None:
    assert "7 classes, 3 tiers, 4 branches, 5 conditions reachable" in check(WEIGHTED).proved


def test_a_client_at_the_top_in_all_but_one_is_tried_before_giving_up() -> None:
    book = sound_book(WEIGHTED)
    condition = AllOf(
        (OneOf("listed", frozenset({1})), Within("score", 80 * 10**12, None, ()), OneOf("rating", frozenset({1})))
    )

    assert isinstance(Search(book).find(condition, budget=1), Witness)


def test_a_tier_that_nobody_leaves_is_noted() -> None:
    edits = Edit("      stay: {score: 70}", "      stay: {}"), Edit("expect: {tier: silver}", "expect: {tier: gold}")

    assert "tiers: gold asks nothing to stay: whoever is in never leaves" in checked(WEIGHTED, *edits).notes
