"""Tiers: where a client enters, where it stays, what holds it down, what warns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.condition import Condition, Within
from app.kernel.tier import (
    Bound,
    Ceiling,
    StayWarning,
    TierAbove,
    TierRule,
    Tiers,
    decide_tier,
    stay_warnings,
    tiers_above,
)

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
        (80, 59, CORE, []),
        (79, 59, CORE, [("score", False)]),  # 3 above the stay bound is within 3
        (80, 58, CORE, [("risk", False)]),
        (78, 100, CORE, [("score", False)]),
        (76, 100, CORE, [("score", False)]),
        (75, 100, CORE, [("score", True)]),
        (75, 54, CORE, [("score", True), ("risk", True)]),
        (63, 100, KEY, [("score", False)]),
        (64, 100, KEY, [("score", False)]),
        (65, 100, KEY, []),
        (0, 0, None, []),
        (0, 0, NONE, []),
    ],
)
def test_a_stay_bound_warns_within_the_margin_and_when_it_is_missed(
    score: int, risk: int, standing: int | None, near: list[tuple[str, bool]]
) -> None:
    found = warned(TIERS, client(score, risk), standing)
    expected = {False: "near_stay_bound", True: "below_stay_bound"}
    assert [(each.reason, measure(each.cause)) for each in found] == [(expected[missed], of) for of, missed in near]


def test_without_a_margin_only_a_missed_bound_warns() -> None:
    strict = Tiers(TIERS.labels, TIERS.rules, NONE)
    assert warned(strict, client(61), KEY) == []
    assert warned(strict, client(60), KEY) == [StayWarning("below_stay_bound", Bound("score", 61))]


def test_a_margin_of_nothing_warns_at_the_bound_itself() -> None:
    exact = Tiers(TIERS.labels, TIERS.rules, NONE, warn_within=0)
    assert [each.reason for each in warned(exact, client(61), KEY)] == ["near_stay_bound"]
    assert warned(exact, client(62), KEY) == []


@pytest.mark.parametrize(
    ("overdue", "listed", "standing", "held_by"),
    [
        (0, 1, CORE, [LISTED]),
        (30, 1, CORE, [OVERDUE, LISTED]),
        (30, 1, KEY, [OVERDUE]),  # the watch list leaves key to it
        (30, 0, POTENTIAL, []),
        (30, 1, None, []),
    ],
)
def test_a_ceiling_below_the_standing_tier_warns(
    overdue: int, listed: int, standing: int | None, held_by: list[Ceiling]
) -> None:
    found = warned(TIERS, client(100, growth=100, overdue=overdue, listed=listed), standing)
    assert found == [StayWarning("held_by_ceiling", each) for each in held_by]


HUB = Within("role", 1, None, (("at_least", 1),))
GUARDED = Tiers(TIERS.labels, (TierRule(POTENTIAL, (Bound("growth", 1),), (Bound("growth", 1),), HUB),), NONE)


def test_a_condition_of_the_standing_tier_that_fails_warns() -> None:
    assert warned(GUARDED, {"growth": 1, "role": 0}, POTENTIAL) == [StayWarning("stay_condition_unmet", HUB)]
    assert warned(GUARDED, {"growth": 1, "role": 1}, POTENTIAL) == []


def test_a_rule_that_leads_below_the_tier_without_one_warns() -> None:
    blocked = Tiers(
        ("blocked", "none", "key"), (TierRule(0, (Bound("score", 50),), (Bound("score", 50),)),), otherwise=1
    )
    assert warned(blocked, client(50), 1) == [StayWarning("lower_tier", None)]
    assert warned(blocked, client(49), 1) == []


# what keeps a client out of the tiers above its own


CORE_RULE, KEY_RULE, POTENTIAL_RULE = TIERS.rules


def test_every_tier_above_is_told_with_the_bounds_that_count_for_the_standing() -> None:
    assert above(TIERS, client(64, risk=59, growth=69), None) == [
        TierAbove(POTENTIAL, False, POTENTIAL_RULE.enter, None, ()),
        TierAbove(KEY, False, KEY_RULE.enter, None, ()),
        TierAbove(CORE, False, CORE_RULE.enter, None, ()),
    ]
    assert above(TIERS, client(60, risk=59, growth=69), KEY) == [
        TierAbove(POTENTIAL, True, POTENTIAL_RULE.stay, None, ()),
        TierAbove(KEY, True, KEY_RULE.stay, None, ()),
        TierAbove(CORE, False, CORE_RULE.enter, None, ()),
    ]


def test_who_stands_in_core_and_fell_lacks_its_stay_bound_and_not_its_entry_bound() -> None:
    assert above(TIERS, client(75), CORE) == [TierAbove(CORE, True, (Bound("score", 76),), None, ())]


def test_of_what_was_earned_only_the_ceilings_keep_a_client() -> None:
    assert above(TIERS, client(100, overdue=30, listed=1), None) == [
        TierAbove(KEY, False, (), None, (OVERDUE,)),
        TierAbove(CORE, False, (), None, (OVERDUE, LISTED)),
    ]
    # a growth that potential would ask is not what core's client lacks
    lowered = Tiers(TIERS.labels, TIERS.rules, NONE, (Ceiling(OVERDUE.when, NONE, "overdue_30"),))
    assert [each.short for each in above(lowered, client(100, overdue=30), None)] == [(), (), ()]


def test_a_condition_that_fails_is_told() -> None:
    (only,) = above(GUARDED, {"growth": 1, "role": 0}, None)
    assert only == TierAbove(POTENTIAL, False, (), HUB, ())


def test_above_the_highest_tier_and_where_no_rule_leads_there_is_none() -> None:
    assert above(TIERS, client(100), None) == []
    assert [each.rank for each in above(GUARDED, {"growth": 0, "role": 1}, None)] == [POTENTIAL]


def warned(tiers: Tiers, env: dict[str, int], standing: int | None) -> list[StayWarning]:
    return list(stay_warnings(tiers, env, decide_tier(tiers, env, standing)))


def above(tiers: Tiers, env: dict[str, int], standing: int | None) -> list[TierAbove]:
    return list(tiers_above(tiers, env, decide_tier(tiers, env, standing)))


def measure(cause: Bound | Condition | Ceiling | None) -> str:
    assert isinstance(cause, Bound)
    return cause.measure


@pytest.mark.parametrize(("role", "tier"), [(1, POTENTIAL), (0, NONE)])
@pytest.mark.parametrize("standing", [None, POTENTIAL])
def test_a_condition_of_a_tier_is_asked_of_who_enters_and_of_who_stays(
    role: int, tier: int, standing: int | None
) -> None:
    decided = decide_tier(GUARDED, {"growth": 1, "role": role}, standing)
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


@given(ENVS, st.none() | st.integers(NONE, CORE))
def test_who_is_decided_below_its_standing_is_warned_and_told_why(env: dict[str, int], standing: int | None) -> None:
    rank = decide_tier(TIERS, env, standing).rank
    taken = [each for each in warned(TIERS, env, standing) if each.reason != "near_stay_bound"]
    assert bool(taken) >= (standing is not None and rank < standing)


@given(ENVS, st.none() | st.integers(NONE, CORE))
def test_with_what_a_tier_lacks_and_no_more_the_client_reaches_it(env: dict[str, int], standing: int | None) -> None:
    for each in above(TIERS, env, standing):
        assert each.short or each.ceilings
        lifted = env | {bound.measure: bound.least for bound in each.short}
        lifted |= {"overdue": 0, "listed": 0} if each.ceilings else {}
        assert decide_tier(TIERS, lifted, standing).rank >= each.rank
        for bound in each.short:
            assert decide_tier(TIERS, lifted | {bound.measure: bound.least - 1}, standing).rank != each.rank
