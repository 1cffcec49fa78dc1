"""Movement: who is placed, promoted, counted below, demoted, held down and released, and what warns on the way."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.kernel.cadence import Period
from app.kernel.condition import Within
from app.kernel.decision import Decision
from app.kernel.movement import (
    Held,
    Moved,
    Movement,
    Plan,
    Row,
    extend_plan,
    move,
    move_by_row,
    open_plan,
    recognise,
)
from app.kernel.rulebook import Trigger
from app.kernel.tier import Bound, Ceiling, MovementRules, PlanTerms, TierRule, Tiers, decide_tier, stay_warnings
from app.kernel.workflow import Refusal

Decides = Callable[..., Movement]

NONE, POTENTIAL, KEY, CORE = range(4)
OVERDUE = Ceiling(Within("overdue", 30, None, ()), POTENTIAL, "overdue_30")
LISTED = Ceiling(Within("listed", 1, None, ()), KEY, "watch_list")
TIERS = Tiers(
    ("none", "potential", "key", "core"),
    (
        TierRule(CORE, (Bound("score", 80),), (Bound("score", 76),)),
        TierRule(KEY, (Bound("score", 65),), (Bound("score", 61),)),
        TierRule(POTENTIAL, (Bound("growth", 75),), (Bound("growth", 70),)),
    ),
    otherwise=NONE,
    ceilings=(OVERDUE, LISTED),
    warn_within=3,
)
LATE = Trigger(Within("overdue", 1, None, ()), "late")
TERMS = PlanTerms(Period(0, 30), Period(3, 0), extensions=1)
PLAIN = MovementRules(needs_recognition=False)
RECOGNISING = MovementRules(needs_recognition=True)
TWICE = MovementRules(needs_recognition=True, after_reviews=2)
PLANNED = MovementRules(needs_recognition=True, after_reviews=2, plan=TERMS)
DAY = date(2026, 1, 15)
LATER = date(2026, 4, 15)
OPEN_BY = date(2026, 2, 14)
DEADLINE = date(2026, 5, 14)


def decided(held: Held | None, score: int, growth: int = 0, overdue: int = 0, listed: int = 0) -> Decision:
    """A client of these figures, decided with what it holds as its standing."""
    env = {"score": score, "growth": growth, "overdue": overdue, "listed": listed}
    tier = decide_tier(TIERS, env, held.tier if held else None)
    return Decision(
        env=env,
        classifications=(),
        score=None,
        tier=tier,
        obligations=(),
        review=None,
        stay_warnings=tuple(stay_warnings(TIERS, env, tier)),
        warnings=(LATE,) if LATE.when.holds(env) else (),
        exits=(),
        missing=(),
        complete=True,
    )


def reviewed(rules: MovementRules | None, held: Held | None, score: int, day: date = DAY, **figures: int) -> Movement:
    return move(TIERS, rules, held, decided(held, score, **figures), day, counts=True)


def assessed(rules: MovementRules | None, held: Held | None, score: int, day: date = DAY, **figures: int) -> Movement:
    """An assessment between reviews."""
    return move(TIERS, rules, held, decided(held, score, **figures), day, counts=False)


def at(tier: int) -> Held:
    return Held(tier, date(2025, 1, 1))


def told(movement: Movement) -> list[tuple[str, int | None, int | None]]:
    """The steps but for warnings."""
    return [(each.kind, each.before, each.after) for each in movement.steps if not each.kind.startswith("warning")]


def reasons(movement: Movement, kind: str) -> tuple[str, ...]:
    (step,) = (each for each in movement.steps if each.kind == kind)
    return step.reasons


# the first decision


@pytest.mark.parametrize("rules", [PLAIN, None])
def test_without_recognition_a_client_is_placed_at_what_it_earns(rules: MovementRules | None) -> None:
    assert reviewed(rules, None, 80) == Movement(Held(CORE, DAY), (Moved("placed", None, CORE, ("earned",)),))


def test_where_promotion_needs_recognition_a_client_begins_outside_and_awaits_it() -> None:
    movement = reviewed(RECOGNISING, None, 80)

    assert movement.held == Held(NONE, DAY)
    assert movement.steps == (
        Moved("placed", None, NONE, ("not_recognised",)),
        Moved("promotion_awaits_recognition", NONE, CORE, ("earned",)),
    )


def test_who_earns_no_more_than_that_awaits_nothing() -> None:
    assert told(reviewed(RECOGNISING, None, 10)) == [("placed", None, NONE)]


def test_a_ceiling_holds_a_client_down_from_the_first_day() -> None:
    movement = reviewed(PLAIN, None, 80, overdue=30)

    assert told(movement) == [("placed", None, CORE), ("held_down", CORE, POTENTIAL)]
    assert (movement.held.tier, movement.held.effective) == (CORE, POTENTIAL)


# promotion


@pytest.mark.parametrize("counted", [reviewed, assessed])
def test_a_promotion_that_needs_nothing_takes_effect_at_once_review_or_not(counted: Decides) -> None:
    movement = counted(PLAIN, at(KEY), 80)

    assert movement.held == Held(CORE, DAY)
    assert movement.steps == (Moved("promoted", KEY, CORE, ("earned",)),)


@pytest.mark.parametrize("counted", [reviewed, assessed])
def test_a_promotion_that_needs_recognition_is_found_every_time_and_changes_nothing(counted: Decides) -> None:
    movement = counted(RECOGNISING, at(KEY), 80)

    assert movement.held == at(KEY)
    assert movement.steps == (Moved("promotion_awaits_recognition", KEY, CORE, ("earned",)),)
    assert counted(RECOGNISING, movement.held, 80) == movement


def test_recognition_promotes() -> None:
    assert recognise(TIERS, at(KEY), CORE, DAY) == Movement(
        Held(CORE, DAY), (Moved("promoted", KEY, CORE, ("recognised",)),)
    )


def test_recognition_is_the_way_back_in() -> None:
    assert recognise(TIERS, None, KEY, DAY) == Movement(Held(KEY, DAY), (Moved("placed", None, KEY, ("recognised",)),))


@pytest.mark.parametrize("tier", [NONE, POTENTIAL, KEY])
def test_recognition_never_lowers(tier: int) -> None:
    assert recognise(TIERS, at(KEY), tier, DAY) == Movement(at(KEY))


@pytest.mark.parametrize("tier", [-1, 4])
def test_recognition_is_for_a_tier_that_there_is(tier: int) -> None:
    with pytest.raises(ValueError, match="no rank of 4 tiers"):
        recognise(TIERS, None, tier, DAY)


def test_a_promotion_leaves_behind_the_reviews_and_the_plan_of_the_tier_below() -> None:
    failing = reviewed(PLANNED, at(KEY), 60).held

    by_recognition = recognise(TIERS, failing, CORE, LATER)
    by_itself = assessed(PLAIN, failing, 80, LATER)

    assert told(by_recognition) == told(by_itself) == [("plan_met", KEY, KEY), ("promoted", KEY, CORE)]
    assert (by_recognition.held.reviews_below, by_recognition.held.plan) == (0, None)
    assert by_itself.held == Held(CORE, LATER)


def test_who_is_recognised_keeps_the_ceiling_and_the_warnings_that_are_known() -> None:
    held = assessed(RECOGNISING, at(KEY), 70, overdue=30).held

    assert recognise(TIERS, held, CORE, LATER).held == Held(
        CORE, LATER, ceiling=POTENTIAL, warnings=frozenset({"late", "held_by_ceiling"})
    )


# reviews below the tier


@pytest.mark.parametrize("rules", [PLAIN, RECOGNISING, None])
def test_the_first_review_below_demotes_where_nothing_else_is_said(rules: MovementRules | None) -> None:
    movement = reviewed(rules, at(CORE), 70)

    assert movement.held == Held(KEY, DAY)
    assert told(movement) == [("counted_below", CORE, KEY), ("demoted", CORE, KEY)]
    assert reasons(movement, "demoted") == ("below_stay_bound",)


def test_a_client_falls_to_what_it_earns_however_far_that_is() -> None:
    assert reviewed(PLAIN, at(CORE), 0).held == Held(NONE, DAY)


def test_reviews_below_are_counted_until_there_are_enough_in_a_row() -> None:
    first = reviewed(TWICE, at(CORE), 70)
    second = reviewed(TWICE, first.held, 60, LATER)

    assert (first.held.tier, first.held.reviews_below) == (CORE, 1)
    assert told(first) == [("counted_below", CORE, KEY)]
    assert told(second) == [("counted_below", CORE, NONE), ("demoted", CORE, NONE)]
    assert (second.held.tier, second.held.since, second.held.reviews_below) == (NONE, LATER, 0)


def test_a_review_that_finds_the_tier_earned_ends_the_count() -> None:
    counted = reviewed(TWICE, at(CORE), 70).held

    assert reviewed(TWICE, counted, 76, LATER).held.reviews_below == 0
    assert reviewed(TWICE, counted, 90, LATER).held.reviews_below == 0


def test_a_review_that_finds_more_earned_ends_the_count_though_recognition_is_needed() -> None:
    counted = reviewed(TWICE, at(KEY), 60).held

    movement = reviewed(TWICE, counted, 80, LATER)

    assert (movement.held.tier, movement.held.reviews_below) == (KEY, 0)
    assert told(movement) == [("promotion_awaits_recognition", KEY, CORE)]


@pytest.mark.parametrize("score", [0, 60, 61, 90])
def test_an_assessment_between_reviews_neither_counts_nor_ends_the_count(score: int) -> None:
    counted = reviewed(PLANNED, at(KEY), 60).held

    between = assessed(PLANNED, counted, score, LATER).held

    assert (between.tier, between.reviews_below, between.plan) == (KEY, 1, counted.plan)


def test_the_stay_bounds_are_those_of_the_tier_that_is_held() -> None:
    assert told(reviewed(PLAIN, at(CORE), 76)) == []
    assert told(reviewed(PLAIN, at(KEY), 61)) == []


# improvement plans


def test_the_first_review_below_calls_for_a_plan() -> None:
    movement = reviewed(PLANNED, at(CORE), 70)

    assert movement.held.plan == Plan(OPEN_BY, None, DEADLINE, 0)
    assert told(movement) == [("counted_below", CORE, KEY), ("plan_due", CORE, KEY)]


def test_a_plan_is_called_for_once() -> None:
    counted = reviewed(PLANNED, at(CORE), 70).held

    again = reviewed(PLANNED, counted, 70, LATER)

    assert told(again) == [("counted_below", CORE, KEY)]
    assert again.held.plan == counted.plan


@pytest.mark.parametrize(
    ("day", "tier"), [(DEADLINE - timedelta(1), CORE), (DEADLINE, KEY), (DEADLINE + timedelta(1), KEY)]
)
def test_no_demotion_before_the_plans_deadline_though_the_reviews_are_enough(day: date, tier: int) -> None:
    counted = reviewed(PLANNED, reviewed(PLANNED, at(CORE), 70).held, 70, LATER).held

    assert counted.tier == CORE
    assert reviewed(PLANNED, counted, 70, day).held.tier == tier


def test_no_demotion_before_enough_reviews_though_the_deadline_is_past() -> None:
    thrice = MovementRules(needs_recognition=True, after_reviews=3, plan=TERMS)
    counted = reviewed(thrice, at(CORE), 70).held

    assert reviewed(thrice, counted, 70, DEADLINE).held.tier == CORE


def test_a_plan_that_nobody_opened_puts_no_demotion_off_for_ever() -> None:
    counted = reviewed(PLANNED, at(CORE), 70).held

    movement = reviewed(PLANNED, counted, 70, DEADLINE)

    assert told(movement) == [("counted_below", CORE, KEY), ("plan_failed", CORE, KEY), ("demoted", CORE, KEY)]
    assert movement.held == Held(KEY, DEADLINE)


@pytest.mark.parametrize("score", [76, 90])
def test_a_plan_is_met_by_a_review_that_finds_the_tier_earned(score: int) -> None:
    counted = reviewed(PLANNED, at(CORE), 70).held

    movement = reviewed(PLANNED, counted, score, LATER)

    assert movement.held.plan is None
    assert told(movement) == [("plan_met", CORE, CORE)]


def test_who_fails_again_after_a_plan_was_met_is_given_another() -> None:
    counted = reviewed(PLANNED, at(CORE), 70).held
    recovered = reviewed(PLANNED, counted, 90, LATER).held

    again = reviewed(PLANNED, recovered, 70, date(2026, 7, 15)).held

    assert again.plan == Plan(date(2026, 8, 14), None, date(2026, 11, 14), 0)
    assert again.reviews_below == 1


def test_a_plan_that_runs_is_waited_for_though_a_new_version_has_none() -> None:
    counted = reviewed(PLANNED, at(CORE), 70).held

    assert reviewed(TWICE, counted, 70, LATER).held.tier == CORE
    assert reviewed(TWICE, counted, 70, DEADLINE).held.tier == KEY


@pytest.mark.parametrize(
    ("opened", "deadline"),
    [
        (date(2026, 1, 20), date(2026, 4, 20)),
        (OPEN_BY, DEADLINE),
        (date(2026, 3, 31), DEADLINE),
    ],
)
def test_a_plan_runs_from_the_day_it_is_opened_and_never_longer_for_being_opened_late(
    opened: date, deadline: date
) -> None:
    due = Plan(OPEN_BY, None, DEADLINE)

    assert open_plan(due, opened, TERMS) == Plan(OPEN_BY, opened, deadline)


def test_a_plan_is_opened_once() -> None:
    opened = open_plan(Plan(OPEN_BY, None, DEADLINE), DAY, TERMS)

    assert open_plan(opened, LATER, TERMS) == opened


def test_a_plan_is_extended_by_as_long_as_it_runs_and_as_often_as_the_rules_say() -> None:
    opened = open_plan(Plan(OPEN_BY, None, DEADLINE), DAY, TERMS)

    extended = extend_plan(opened, TERMS)

    assert extended == Plan(OPEN_BY, DAY, date(2026, 7, 15), 1)
    refused = extend_plan(extended, TERMS)
    assert isinstance(refused, Refusal)
    assert refused.code == "no_extension_left"


def test_an_extension_granted_before_the_plan_was_opened_still_counts() -> None:
    extended = extend_plan(Plan(OPEN_BY, None, DEADLINE), TERMS)

    assert extended == Plan(OPEN_BY, None, date(2026, 8, 14), 1)
    assert open_plan(extended, DAY, TERMS) == Plan(OPEN_BY, DAY, date(2026, 7, 15), 1)


# ceilings


@pytest.mark.parametrize("counted", [reviewed, assessed])
def test_a_ceiling_acts_at_once_and_leaves_the_client_its_tier(counted: Decides) -> None:
    movement = counted(RECOGNISING, at(CORE), 90, overdue=30)

    assert told(movement) == [("held_down", CORE, POTENTIAL)]
    assert reasons(movement, "held_down") == ("overdue_30",)
    assert (movement.held.tier, movement.held.effective, movement.held.since) == (CORE, POTENTIAL, at(CORE).since)


@pytest.mark.parametrize("counted", [reviewed, assessed])
def test_who_was_held_down_is_back_without_a_new_recognition(counted: Decides) -> None:
    held = assessed(RECOGNISING, at(CORE), 90, overdue=30).held

    movement = counted(RECOGNISING, held, 90, LATER)

    assert told(movement) == [("released", POTENTIAL, CORE)]
    assert reasons(movement, "released") == ("overdue_30",)
    assert movement.held == at(CORE)


def test_of_two_ceilings_the_lower_holds_and_the_other_takes_over() -> None:
    both = assessed(RECOGNISING, at(CORE), 90, overdue=30, listed=1)
    listed = assessed(RECOGNISING, both.held, 90, LATER, listed=1)

    assert reasons(both, "held_down") == ("overdue_30", "watch_list")
    assert told(listed) == [("released", POTENTIAL, KEY)]
    assert reasons(listed, "released") == ("overdue_30",)


def test_a_further_ceiling_gives_its_own_reason_alone() -> None:
    listed = assessed(RECOGNISING, at(CORE), 90, listed=1).held

    both = assessed(RECOGNISING, listed, 90, overdue=30, listed=1)

    assert told(both) == [("held_down", KEY, POTENTIAL)]
    assert reasons(both, "held_down") == ("overdue_30",)


def test_a_ceiling_that_holds_on_is_told_once() -> None:
    held = assessed(RECOGNISING, at(CORE), 90, overdue=30).held

    assert assessed(RECOGNISING, held, 90, LATER, overdue=60) == Movement(held)


def test_a_ceiling_at_the_tier_or_above_it_holds_nobody_down() -> None:
    movement = assessed(RECOGNISING, at(POTENTIAL), 0, growth=100, overdue=30, listed=1)

    assert (movement.held.ceiling, movement.held.effective) == (None, POTENTIAL)
    assert told(movement) == []


def test_a_ceiling_counts_no_review_below() -> None:
    assert reviewed(TWICE, at(CORE), 90, overdue=30).held.reviews_below == 0


def test_who_is_promoted_under_a_ceiling_is_held_down_by_it() -> None:
    movement = assessed(PLAIN, at(POTENTIAL), 90, overdue=30)

    assert told(movement) == [("promoted", POTENTIAL, CORE), ("held_down", CORE, POTENTIAL)]


def test_who_is_demoted_to_its_ceiling_is_not_held_down_any_more() -> None:
    held = assessed(PLAIN, at(CORE), 90, listed=1).held

    movement = reviewed(PLAIN, held, 70, LATER, listed=1)

    assert (movement.held.tier, movement.held.ceiling) == (KEY, None)
    assert told(movement) == [("counted_below", CORE, KEY), ("demoted", CORE, KEY)]


def test_a_ceiling_that_the_rulebook_no_longer_has_is_lifted_all_the_same() -> None:
    held = Held(CORE, DAY, ceiling=NONE)

    assert reasons(assessed(PLAIN, held, 90), "released") == ("ceiling_lifted",)


# warnings


def test_what_threatens_the_tier_that_is_held_stands_as_a_warning() -> None:
    movement = assessed(RECOGNISING, at(CORE), 77, overdue=1)

    assert movement.held.warnings == {"near_stay_bound", "late"}
    assert movement.steps == (Moved("warning_raised", None, None, ("late", "near_stay_bound")),)


def test_a_warning_is_raised_once_and_cleared_when_its_reason_goes() -> None:
    warned = assessed(RECOGNISING, at(CORE), 77, overdue=1).held

    assert assessed(RECOGNISING, warned, 77, LATER, overdue=2).steps == ()
    better = assessed(RECOGNISING, warned, 80, LATER, overdue=2)
    assert better.steps == (Moved("warning_cleared", None, None, ("near_stay_bound",)),)
    assert better.held.warnings == {"late"}


def test_after_a_demotion_warnings_are_of_the_tier_below() -> None:
    movement = reviewed(PLAIN, at(CORE), 62)

    assert movement.held == Held(KEY, DAY, warnings=frozenset({"near_stay_bound"}))
    counted = reviewed(TWICE, at(CORE), 70).held
    assert counted.warnings == {"below_stay_bound"}
    assert reviewed(TWICE, counted, 70, LATER).held.warnings == frozenset()


def test_a_plan_that_is_met_clears_the_warning() -> None:
    counted = reviewed(PLANNED, at(CORE), 70).held

    movement = reviewed(PLANNED, counted, 90, LATER)

    assert [each.kind for each in movement.steps] == ["plan_met", "warning_cleared"]
    assert movement.held.warnings == frozenset()


def test_who_is_not_recognised_yet_is_warned_of_triggers_only() -> None:
    assert reviewed(RECOGNISING, None, 77, overdue=30).held.warnings == {"late"}


@pytest.mark.parametrize("held", [None, at(NONE), at(KEY)])
def test_a_row_tells_how_a_client_is_placed_or_awaits_recognition(held: Held | None) -> None:
    row = Row(CORE, None, (), ())

    assert move_by_row(TIERS, RECOGNISING, held, row, DAY, counts=True) == reviewed(RECOGNISING, held, 90, DAY)


@pytest.mark.parametrize("row", [Row(KEY, None, (), ()), Row(CORE, POTENTIAL, (), ())])
def test_a_row_does_not_tell_what_warns_in_another_tier_nor_which_ceiling_lowers(row: Row) -> None:
    assert move_by_row(TIERS, PLAIN, at(CORE), row, DAY, counts=True) is None


@pytest.mark.parametrize(("held", "standing"), [(at(CORE), at(KEY)), (None, at(KEY)), (at(KEY), None)])
def test_a_decision_that_was_made_with_another_standing_moves_nobody(held: Held | None, standing: Held | None) -> None:
    with pytest.raises(ValueError, match="not made with the standing"):
        move(TIERS, PLAIN, held, decided(standing, 70), DAY, counts=True)
