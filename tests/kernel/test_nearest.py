"""The smallest moves that reach a tier: golden cases by hand, and what holds of every rulebook."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel import nearest
from app.kernel.classification import Bands, Choose, Classification, Fixed, Matrix, Options
from app.kernel.condition import OneOf, Within
from app.kernel.decision import Decision, Standing
from app.kernel.fact import Fact
from app.kernel.nearest import Move, nearest_moves
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.kernel.scorecard import Dimension, Indicator, LinearPoints, Scorecard, StepPoints
from app.kernel.tier import Bound, Ceiling, TierRule, Tiers
from tests.generated import clients, rulebooks

WHOLE = 10**12
Client = dict[str, int]
Moved = list[dict[str, tuple[str, str]]]

DEPOSITS = Fact("deposits", "count", 0, 1000, "zero", actionable=True)
OVERDUE = Fact("overdue", "count", 0, 90, "zero", "lower", actionable=True)
SHARE = Fact("share", "ratio", 0, 10**6, "zero", actionable=True)
SIGNED = Fact("signed", "flag", 0, 1, "zero", actionable=True)
RATING = Fact("rating", "grade", 0, 3, "worst", options=("C", "B", "A", "AAA"), actionable=True)
REVENUE = Fact("revenue", "count", 0, 1000, "zero")
FACTS = {fact.name: fact for fact in (DEPOSITS, OVERDUE, SHARE, SIGNED, RATING, REVENUE)}
AT_WORST = {"deposits": 0, "overdue": 90, "share": 0, "signed": 0, "rating": 0, "revenue": 0}


def line(fact: str, bounds: tuple[int, ...], points: tuple[int, ...], *, linear: bool = False) -> Indicator:
    scaled = tuple(each * 10_000 for each in points)
    return Indicator(fact, fact, 0, LinearPoints.through(bounds, scaled) if linear else StepPoints(bounds, scaled))


def book(*lines: Indicator, bound: int, **rest: Any) -> Rulebook:
    tiers = Tiers(("none", "key"), (TierRule(1, (Bound("score", bound * WHOLE),), ()),), 0, rest.pop("ceilings", ()))
    card = Scorecard("points", 0, (Dimension("all", 0, lines),))
    return Rulebook("made", FACTS, scorecard=card, tiers=tiers, **rest)


def found_by(*asked: Any) -> tuple[Move, ...]:
    return nearest_moves(*asked).moves


def moves(rulebook: Rulebook, **client: int) -> Moved:
    """What moves from what to what, in words."""
    found = found_by(Scorer(rulebook), AT_WORST | client, None, 1)
    return [
        {each.fact.name: (each.fact.render(each.before), each.fact.render(each.after)) for each in move.changes}
        for move in found
    ]


def rank(scorer: Scorer, client: Client, standing: Standing | None) -> int:
    decision = scorer.decide(client, standing)
    return decision.tier.rank if isinstance(decision, Decision) and decision.tier else -1


def moved(client: Client, move: Move) -> Client:
    return client | {each.fact.name: each.after for each in move.changes}


def alone(move: Move) -> Iterator[Move]:
    """Each change of a move by itself."""
    yield from (Move((each,), move.rank, 0) for each in move.changes)


def only_together() -> Scorer:
    """Points of two dimensions in which a share somewhere in the middle suffices alone, and neither of its ends."""
    rising, falling = line("share", (0, 10**6), (0, 100), linear=True), line("share", (0, 10**6), (100, 0), linear=True)
    helped = Dimension("falling", 0, (replace(falling, name="falling"), line("signed", (1,), (0, 100))))
    both = TierRule(1, (Bound("rising", 50 * WHOLE), Bound("falling", 30 * WHOLE)), ())
    card = Scorecard("points", 0, (Dimension("rising", 0, (rising,)), helped))
    return Scorer(Rulebook("made", FACTS, scorecard=card, tiers=Tiers(("none", "key"), (both,), 0)))


def test_a_fact_moves_up_to_the_bound_and_no_further() -> None:
    assert moves(book(line("deposits", (50, 200), (0, 40, 100)), bound=100), deposits=49) == [
        {"deposits": ("49", "200")}
    ]


def test_a_fact_that_is_better_lower_moves_down_to_just_below_the_bound() -> None:
    assert moves(book(line("overdue", (1, 30), (100, 40, 0)), bound=40)) == [{"overdue": ("90", "29")}]
    assert moves(book(line("overdue", (1, 30), (100, 40, 0)), bound=100)) == [{"overdue": ("90", "0")}]


def test_on_a_line_a_fact_moves_to_the_first_value_with_enough_points() -> None:
    rulebook = book(line("share", (0, 10**6), (0, 50), linear=True), bound=25)
    assert moves(rulebook, share=100_000) == [{"share": ("0.1", "0.499999")}]  # 24.99995 points, rounded half up


def test_on_a_falling_line_a_fact_moves_down() -> None:
    rulebook = book(line("overdue", (0, 90), (90, 0), linear=True), bound=33)
    assert moves(rulebook, overdue=60) == [{"overdue": ("60", "57")}]


def test_a_flag_is_set_and_a_grade_rises_as_far_as_needed() -> None:
    assert moves(book(line("signed", (1,), (0, 10)), bound=10)) == [{"signed": ("no", "yes")}]
    assert moves(book(line("rating", (1, 2, 3), (0, 10, 20, 30)), bound=20)) == [{"rating": ("C", "A")}]


@pytest.mark.parametrize(
    "rule", [Options("rating", (0, 0, 1, 1)), Matrix("rating", "signed", ((0, 0), (0, 0), (1, 1), (1, 1)))]
)
def test_a_grade_that_only_a_classification_reads_rises_as_far_as_needed(rule: Options | Matrix) -> None:
    good = Classification("standing", ("poor", "good"), rule)
    held = Ceiling(OneOf("standing", frozenset({0})), 0, "poor")
    rulebook = book(line("revenue", (), (0,)), bound=0, classifications=(good,), ceilings=(held,))
    assert moves(rulebook) == [{"rating": ("C", "A")}]


def test_where_no_single_move_reaches_two_together_may() -> None:
    rulebook = book(line("deposits", (50, 200), (0, 20, 40)), line("signed", (1,), (0, 30)), bound=50)
    assert moves(rulebook) == [{"signed": ("no", "yes"), "deposits": ("0", "50")}]


def test_what_one_fact_could_do_alone_is_no_pair() -> None:
    found = found_by(only_together(), AT_WORST, None, 1)
    assert [rank(only_together(), moved(AT_WORST, each), None) for move in found for each in alone(move)] == [0, 0]


def test_single_moves_stand_before_pairs_and_small_ones_before_large_ones() -> None:
    rulebook = book(
        line("deposits", (100, 200), (0, 10, 50)),
        line("signed", (1,), (0, 20)),
        line("rating", (3,), (0, 30)),
        bound=50,
    )
    assert moves(rulebook) == [{"deposits": ("0", "200")}, {"signed": ("no", "yes"), "rating": ("C", "AAA")}]


def test_what_one_fact_could_do_alone_leaves_it_smaller_moves_in_a_pair() -> None:
    rulebook = book(line("deposits", (10, 1000), (0, 50, 100)), line("signed", (1,), (0, 50)), bound=100)
    assert moves(rulebook) == [{"deposits": ("0", "1000")}, {"deposits": ("0", "10"), "signed": ("no", "yes")}]


def test_both_facts_of_a_pair_may_reach_alone_when_they_go_further() -> None:
    a, b = (Fact(name, "count", 0, 100, "zero", actionable=True) for name in ("a", "b"))
    card = Scorecard(
        "points", 0, (Dimension("all", 0, (line("a", (1, 100), (0, 25, 50)), line("b", (1, 99), (0, 25, 50)))),)
    )
    tiers = Tiers(("none", "key"), (TierRule(1, (Bound("score", 50 * WHOLE),), ()),), 0)
    found = found_by(Scorer(Rulebook("made", {"a": a, "b": b}, scorecard=card, tiers=tiers)), {"a": 0, "b": 0}, None, 1)
    assert [{each.fact.name: each.after for each in move.changes} for move in found] == [
        {"a": 100},
        {"b": 99},
        {"a": 1, "b": 1},
    ]


def test_a_change_is_measured_between_the_bounds_whatever_the_range() -> None:
    profit = Fact("profit", "money", -(10**17), 10**17, "zero", actionable=True)
    loss = Fact("loss", "money", -(10**17), 10**17, "zero", actionable=True)
    sizes = {}
    for fact, bounds in ((profit, (100, 500, 2100)), (loss, (-400,)), (DEPOSITS, (200,)), (profit, (0,))):
        points = tuple(range(0, 10 * len(bounds) + 1, 10))
        made = book(line(fact.name, bounds, points), bound=points[-1])
        scorer = Scorer(replace(made, facts={fact.name: fact}))
        sizes[fact.name, bounds] = found_by(scorer, {fact.name: -600 if fact.low else 0}, None, 1)[0].size
    assert sizes == {
        ("profit", (100, 500, 2100)): 1_350_000,  # 2700 by the 2000 between the first bound and the last
        ("loss", (-400,)): 500_000,  # 200 by the 400 of the only bound
        ("deposits", (200,)): 1_000_000,
        ("profit", (0,)): 1_000_000,  # nothing to measure by: crossing it is one whole
    }


def test_a_budget_that_ends_lets_no_pair_through_that_one_fact_could_do_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    complete = []
    for budget in range(200):
        monkeypatch.setattr(nearest, "MOST_DECISIONS", budget)
        found, is_complete = nearest_moves(only_together(), AT_WORST, None, 1)
        assert not any(rank(only_together(), moved(AT_WORST, each), None) for move in found for each in alone(move))
        complete.append(is_complete)
    assert complete == sorted(complete)
    assert set(complete) == {False, True}


def test_a_search_that_its_budget_ends_says_so_and_keeps_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    rulebook = book(line("deposits", (10, 1000), (0, 50, 100)), line("signed", (1,), (0, 50)), bound=100)
    whole = nearest_moves(Scorer(rulebook), AT_WORST, None, 1)
    assert (len(whole.moves), whole.complete) == (2, True)
    monkeypatch.setattr(nearest, "MOST_DECISIONS", 5)
    assert nearest_moves(Scorer(rulebook), AT_WORST, None, 1) == (whole.moves[:1], False)


def test_a_fact_that_nobody_can_move_is_not_moved() -> None:
    assert moves(book(line("revenue", (100,), (0, 100)), bound=100)) == []


def test_what_no_move_reaches_has_none() -> None:
    assert moves(book(line("deposits", (50,), (0, 40)), bound=90)) == []


def test_who_stands_higher_needs_less() -> None:
    tiers = Tiers(("none", "key"), (TierRule(1, (Bound("score", 80 * WHOLE),), (Bound("score", 40 * WHOLE),)),), 0)
    card = Scorecard("points", 0, (Dimension("all", 0, (line("deposits", (50, 200), (0, 40, 80)),)),))
    scorer = Scorer(Rulebook("made", FACTS, scorecard=card, tiers=tiers))
    reached = [found_by(scorer, AT_WORST, standing, 1)[0].changes[0].after for standing in (None, Standing(1))]
    assert reached == [200, 50]


def test_a_missing_fact_moves_from_what_it_counts_as() -> None:
    rulebook = book(line("deposits", (50,), (0, 40)), bound=40)
    (move,) = found_by(Scorer(rulebook), {}, None, 1)
    assert (move.changes[0].before, move.changes[0].after) == (0, 50)


def test_a_move_into_a_branch_with_an_unknown_fact_is_none() -> None:
    asked = Fact("asked", "count", 0, 9, "refuse", actionable=True)
    large = Within("deposits", 50, None, ())
    branch = Classification("by", ("a", "b"), Choose(((large, Bands("asked", (1,), (0, 1))),), Fixed(0)))
    made = book(line("deposits", (50,), (0, 40)), bound=40, classifications=(branch,))
    scorer = Scorer(replace(made, facts=FACTS | {"asked": asked}))
    assert found_by(scorer, AT_WORST, None, 1) == ()
    assert len(found_by(scorer, AT_WORST | {"asked": 0}, None, 1)) == 1


@st.composite
def questions(draw: Any) -> tuple[Scorer, Client, Standing | None, int]:
    """A rulebook, a client below its highest tier, and a tier above the client's."""
    scorer = Scorer(draw(rulebooks(tiered=True)))
    tiers = scorer.rulebook.tiers
    assert tiers is not None
    standing = draw(st.none() | st.integers(0, len(tiers.labels) - 1).map(Standing))
    client = draw(
        clients(scorer.rulebook).filter(lambda each: 0 <= rank(scorer, each, standing) < len(tiers.labels) - 1)
    )
    return scorer, client, standing, draw(st.integers(rank(scorer, client, standing) + 1, len(tiers.labels) - 1))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(questions())
def test_every_move_reaches_the_tier_with_actionable_facts_only_and_as_little_as_suffices(
    question: tuple[Scorer, Client, Standing | None, int],
) -> None:
    scorer, client, standing, goal = question
    for move in found_by(scorer, client, standing, goal):
        assert rank(scorer, moved(client, move), standing) == move.rank >= goal
        assert all(each.fact.actionable and each.before != each.after for each in move.changes)
        assert all(each.fact.low <= each.after <= each.fact.high for each in move.changes)
        last = move.changes[-1]  # of a pair the first stands at a bound, the second moves as little as then suffices
        less = last.after - (1 if last.after > last.before else -1)
        assert rank(scorer, moved(client, move) | {last.fact.name: less}, standing) < goal
        if len(move.changes) > 1:
            assert all(rank(scorer, moved(client, each), standing) < goal for each in alone(move))


STEPS = st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True).map(sorted)
POINTS = st.lists(st.integers(0, 40), min_size=4, max_size=4).map(sorted)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.tuples(STEPS, STEPS), st.tuples(POINTS, POINTS), st.integers(1, 70))
def test_moves_upward_are_those_that_trying_every_value_finds(
    bounds: tuple[list[int], list[int]], points: tuple[list[int], list[int]], goal: int
) -> None:
    facts = {name: Fact(name, "count", 0, 6, "zero", actionable=True) for name in ("a", "b")}
    lines = tuple(
        line(name, tuple(steps), tuple(each[: len(steps) + 1]))
        for name, steps, each in zip(facts, bounds, points, strict=True)
    )
    scorer = Scorer(replace(book(*lines, bound=goal), facts=facts))
    start = {"a": 0, "b": 0}
    if rank(scorer, start, None):
        return
    reaching = [pair for pair in product(range(7), repeat=2) if rank(scorer, dict(zip("ab", pair, strict=True)), None)]
    single = [min((pair[at] for pair in reaching if not pair[1 - at]), default=None) for at in (0, 1)]
    short = [
        (a, b) for a, b in reaching if (single[0] is None or a < single[0]) and (single[1] is None or b < single[1])
    ]
    found = found_by(scorer, start, None, 1)
    alone_found = {each.changes[0].fact.name: each.changes[0].after for each in found if len(each.changes) == 1}
    assert alone_found == {name: value for name, value in zip("ab", single, strict=True) if value is not None}
    pairs = [each for each in found if len(each.changes) == 2]
    assert bool(pairs) is bool(short)
    widths = [each[-1] - each[0] or each[-1] for each in bounds]
    if pairs:
        assert pairs[0].size == min(
            sum(v * 1_000_000 // w for v, w in zip(each, widths, strict=True)) for each in short
        )
