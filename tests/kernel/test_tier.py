"""Tiers: where a client enters, where it stays, what holds it down, what warns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.condition import Within
from app.kernel.tier import Bound, Ceiling, TierRule, Tiers, decide_tier, near_stay_bounds

NONE, POTENTIAL, KEY, CORE = range(4)
OVERDUE = Ceiling(Within("overdue", 30, None, (("at_least", 30),)), POTENTIAL, "overdue_30")
LISTED = Ceiling(Within("listed", 1, None, (("at_least", 1),)), KEY, "watch_list")
TIERS = Tiers(
    ("none", "potential", "key", "core"),
    (
        TierRule(CORE, (Bound("score", 80), Bound("risk", 60)), (Bound("score", 76), Bound("risk", 55))),
        TierRule(KEY, (Bound("score", 65),), (Bound("score", 61),)),
        TierRule(POTENTIAL, (Bound("growth", 75),), (Bound("growth", 70),)),
    ),
    otherwise=NONE,
    ceilings=(OVERDUE, LISTED),
    warn_within=3,
)


def client(score: int, risk: int = 100, growth: int = 0, overdue: int = 0, listed: int = 0) -> dict[str, int]:
    return {"score": score, "risk": risk, "growth": growth, "overdue": overdue, "listed": listed}


@pytest.mark.parametrize(
    ("score", "risk", "growth", "standing", "tier"),
    [
        # without a standing every tier is entered
        (80, 60, 0, None, CORE),
        (79, 60, 0, None, KEY),
        (80, 59, 0, None, KEY),
        (65, 0, 0, None, KEY),
        (64, 0, 0, None, NONE),
        (64, 0, 75, None, POTENTIAL),
        (64, 0, 74, None, NONE),
        (100, 100, 0, NONE, CORE),
        # who stands in core needs its stay bounds only, of each measure
        (76, 55, 0, CORE, CORE),
        (75, 55, 0, CORE, KEY),
        (76, 54, 0, CORE, KEY),
        # who falls out of core meets key from above: key's stay bound suffices
        (61, 100, 0, CORE, KEY),
        (60, 100, 0, CORE, NONE),
        (60, 100, 70, CORE, POTENTIAL),
        (60, 100, 69, CORE, NONE),
        # who stands in key stays there, and enters core
        (61, 100, 0, KEY, KEY),
        (79, 100, 0, KEY, KEY),
        (80, 60, 0, KEY, CORE),
        (61, 100, 0, POTENTIAL, NONE),
        (61, 100, 70, POTENTIAL, POTENTIAL),
    ],
)
def test_a_client_at_or_above_a_tier_needs_only_its_stay_bounds(
    score: int, risk: int, growth: int, standing: int | None, tier: int
) -> None:
    assert decide_tier(TIERS, client(score, risk, growth), standing).rank == tier


@pytest.mark.parametrize(
    ("score", "standing", "bounds", "stayed"),
    [
        (80, None, TIERS.rules[0].enter, False),
        (80, KEY, TIERS.rules[0].enter, False),
        (80, CORE, TIERS.rules[0].stay, True),
        (61, CORE, TIERS.rules[1].stay, True),
        (0, CORE, (), False),
    ],
)
def test_a_decision_names_the_bounds_that_made_it(
    score: int,
    standing: int | None,
    bounds: tuple[Bound, ...],
    stayed: bool,  # noqa: FBT001  the case
) -> None:
    decided = decide_tier(TIERS, client(score), standing)
    assert (decided.bounds, decided.stayed) == (bounds, stayed)


@pytest.mark.parametrize(
    ("score", "overdue", "listed", "rank", "reasons"),
    [
        (100, 29, 0, CORE, []),
        (100, 30, 0, POTENTIAL, ["overdue_30"]),
        (100, 0, 1, KEY, ["watch_list"]),
        (100, 30, 1, POTENTIAL, ["overdue_30", "watch_list"]),
        (0, 30, 1, NONE, ["overdue_30", "watch_list"]),
    ],
)
def test_the_lowest_ceiling_holds_a_client_down(
    score: int, overdue: int, listed: int, rank: int, reasons: list[str]
) -> None:
    decided = decide_tier(TIERS, client(score, overdue=overdue, listed=listed), CORE)
    assert decided.rank == rank
    assert [each.reason for each in decided.ceilings] == reasons


def test_what_was_earned_is_told_beside_what_the_ceiling_left() -> None:
    decided = decide_tier(TIERS, client(100, overdue=30), None)
    assert (decided.earned, decided.rank) == (CORE, POTENTIAL)


@pytest.mark.parametrize(
    ("score", "risk", "standing", "near"),
    [
        (79, 58, CORE, []),
        (78, 100, CORE, [("score", False)]),
        (76, 100, CORE, [("score", False)]),
        (75, 100, CORE, [("score", True)]),
        (79, 57, CORE, [("risk", False)]),
        (75, 54, CORE, [("score", True), ("risk", True)]),
        (63, 100, KEY, [("score", False)]),
        (64, 100, KEY, []),
        (0, 0, None, []),
        (0, 0, NONE, []),
    ],
)
def test_a_stay_bound_warns_within_the_margin_and_when_it_is_missed(
    score: int, risk: int, standing: int | None, near: list[tuple[str, bool]]
) -> None:
    found = near_stay_bounds(TIERS, client(score, risk), standing)
    assert [(bound.measure, missed) for bound, missed in found] == near


def test_without_a_margin_only_a_missed_bound_warns() -> None:
    strict = Tiers(TIERS.labels, TIERS.rules, NONE)
    assert list(near_stay_bounds(strict, client(61), KEY)) == []
    assert list(near_stay_bounds(strict, client(60), KEY)) == [(Bound("score", 61), True)]


HUB = Within("role", 1, None, (("at_least", 1),))


@pytest.mark.parametrize(("role", "tier"), [(1, POTENTIAL), (0, NONE)])
@pytest.mark.parametrize("standing", [None, POTENTIAL])
def test_a_condition_of_a_tier_is_asked_of_who_enters_and_of_who_stays(
    role: int, tier: int, standing: int | None
) -> None:
    guarded = Tiers(TIERS.labels, (TierRule(POTENTIAL, (Bound("growth", 1),), (Bound("growth", 1),), HUB),), NONE)
    decided = decide_tier(guarded, {"growth": 1, "role": role}, standing)
    assert (decided.rank, decided.when) == (tier, HUB if role else None)


ENVS = st.fixed_dictionaries({name: st.integers(0, 100) for name in ("score", "risk", "growth", "overdue", "listed")})


@given(ENVS, st.integers(NONE, CORE))
def test_a_higher_standing_never_lowers_the_tier(env: dict[str, int], standing: int) -> None:
    tiers = [decide_tier(TIERS, env, each).rank for each in (None, *range(standing + 1))]
    assert tiers == sorted(tiers)


@given(ENVS, st.none() | st.integers(NONE, CORE))
def test_a_tier_once_given_holds_while_nothing_changes(env: dict[str, int], standing: int | None) -> None:
    first = decide_tier(TIERS, env, standing).earned
    assert decide_tier(TIERS, env, first).earned == first
