"""What holds of every movement, whatever the tiers, the rules and the order in which things happen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.cadence import Period
from app.kernel.columns.names import STAY_KINDS
from app.kernel.condition import Within
from app.kernel.decision import Decision, Standing
from app.kernel.movement import Held, Movement, Plan, Row, extend_plan, move, move_by_row, open_plan, recognise
from app.kernel.rulebook import Trigger
from app.kernel.score import Scorer
from app.kernel.tier import Bound, Ceiling, MovementRules, PlanTerms, TierRule, Tiers, decide_tier, stay_warnings
from tests.generated import clients, rulebooks

Draw = Callable[[st.SearchStrategy[Any]], Any]
Decide = Callable[[dict[str, int], int | None], Decision | None]
FIRST = date(2026, 1, 31)
MEASURES = ("score", "growth")
FIGURES = st.fixed_dictionaries({name: st.integers(0, 100) for name in (*MEASURES, "overdue", "hub")})
PERIODS = st.builds(Period, st.integers(0, 4), st.integers(1, 100))
RULES = st.builds(
    MovementRules,
    st.booleans(),
    st.integers(1, 4),
    st.none() | st.builds(PlanTerms, PERIODS, PERIODS, st.integers(0, 2)),
)
LATE = Trigger(Within("overdue", 1, None, ()), "late")


@dataclass(frozen=True)
class Decided:
    """One decision of a story: what was held before it, and the movement that it made."""

    before: Held | None
    decision: Decision
    day: date
    counts: bool
    movement: Movement

    @property
    def earned(self) -> int:
        assert self.decision.tier
        return self.decision.tier.earned

    @property
    def kinds(self) -> list[str]:
        return [each.kind for each in self.movement.steps]

    @property
    def is_below(self) -> bool:
        """Whether it is a review that found the client below its tier."""
        return self.counts and self.before is not None and self.earned < self.before.tier


@st.composite
def tierings(draw: Draw) -> Tiers:
    """Any tiers: ways in beside the score, conditions, ceilings; the tier that asks nothing need not be the lowest."""
    count = draw(st.integers(2, 5))
    otherwise = draw(st.integers(0, count - 1))
    ranks = [rank for rank in reversed(range(count)) if rank != otherwise]
    ceilings = st.builds(
        Ceiling,
        st.integers(0, 100).map(lambda least: Within("overdue", least, None, ())),
        st.integers(0, count - 1),
        st.sampled_from(["overdue", "watched"]),
    )
    return Tiers(
        tuple(f"tier_{rank}" for rank in range(count)),
        tuple(draw(_rules(rank)) for rank in ranks),
        otherwise,
        tuple(draw(st.lists(ceilings, max_size=3))),
        draw(st.none() | st.integers(0, 10)),
    )


@st.composite
def _rules(draw: Draw, rank: int) -> TierRule:
    enter = {name: draw(st.integers(0, 100)) for name in draw(st.sets(st.sampled_from(MEASURES), min_size=1))}
    stay = {name: least - draw(st.integers(0, 20)) for name, least in enter.items() if draw(st.integers(0, 4))}
    when = Within("hub", draw(st.integers(0, 100)), None, ()) if draw(st.booleans()) else None
    return TierRule(rank, _bounds(enter), _bounds(stay), when)


def _bounds(least: dict[str, int]) -> tuple[Bound, ...]:
    return tuple(Bound(name, each) for name, each in least.items())


def by_figures(tiers: Tiers) -> Decide:
    """Decides figures by these tiers alone."""

    def decide(figures: dict[str, int], standing: int | None) -> Decision:
        tier = decide_tier(tiers, figures, standing)
        warned = tuple(stay_warnings(tiers, figures, tier))
        late = (LATE,) if LATE.when.holds(figures) else ()
        return Decision(figures, (), None, tier, (), None, warned, late, (), (), complete=True)

    return decide


def by_rulebook(scorer: Scorer) -> Decide:
    """Decides facts by a whole rulebook; None where there is no decision."""

    def decide(facts: dict[str, int], standing: int | None) -> Decision | None:
        outcome = scorer.decide(facts, None if standing is None else Standing(standing))
        return outcome if isinstance(outcome, Decision) else None

    return decide


def told(
    draw: Draw, tiers: Tiers, rules: MovementRules, decide: Decide, figures: st.SearchStrategy[Any], length: int
) -> Iterator[Decided]:
    """Decisions of one client in the order of their days, and between them what people do."""
    held: Held | None = None
    day = FIRST
    for _ in range(draw(st.integers(1, length))):
        day += timedelta(draw(st.integers(0, 120)))
        held = draw(_done_by_people(tiers, rules, held, day))
        decision = decide(draw(figures), held.tier if held else None)
        if decision is not None:
            counts = draw(st.booleans())
            movement = move(tiers, rules, held, decision, day, counts=counts)
            yield Decided(held, decision, day, counts, movement)
            held = movement.held


@st.composite
def _done_by_people(draw: Draw, tiers: Tiers, rules: MovementRules, held: Held | None, day: date) -> Held | None:
    action = draw(st.sampled_from(["nothing", "nothing", "open", "extend", "recognise"]))
    if action == "recognise":
        return recognise(tiers, held, draw(st.integers(0, len(tiers.labels) - 1)), day).held
    if held is None or held.plan is None or rules.plan is None or action == "nothing":
        return held
    after = open_plan(held.plan, day, rules.plan) if action == "open" else extend_plan(held.plan, rules.plan)
    return replace(held, plan=after) if isinstance(after, Plan) else held


def check(tiers: Tiers, rules: MovementRules, story: list[Decided]) -> None:
    """Everything that must hold of every story. `streak` are reviews in a row below the tier, counted once more."""
    streak, tier = 0, None
    for each in story:
        recognised = each.before is not None and each.before.tier != tier
        streak = _counted(each, 0 if recognised else streak)
        _check_demotion(each, rules, streak)
        _check_rise(each, tiers, rules)
        _check_ceilings(each)
        _check_steps(each)
        streak = 0 if "demoted" in each.kinds else streak
        tier = each.movement.held.tier
        assert each.movement.held.reviews_below == streak


def _counted(each: Decided, streak: int) -> int:
    if each.is_below:
        return streak + 1
    return 0 if each.counts or "promoted" in each.kinds else streak


def _check_demotion(each: Decided, rules: MovementRules, streak: int) -> None:
    before, after = each.before, each.movement.held
    fell = before is not None and after.tier < before.tier
    assert fell is ("demoted" in each.kinds)
    if fell:
        assert before
        assert each.is_below
        assert after.tier == each.earned
        assert after.since == each.day
        assert after.plan is None
        assert streak >= rules.after_reviews
        assert (before.plan is not None) is (rules.plan is not None)
        assert before.plan is None or each.day >= before.plan.deadline
    elif each.is_below:
        assert streak < rules.after_reviews or (after.plan and each.day < after.plan.deadline)


def _check_rise(each: Decided, tiers: Tiers, rules: MovementRules) -> None:
    before, after = each.before, each.movement.held
    if rules.needs_recognition:
        assert after.tier <= (tiers.otherwise if before is None else before.tier)
    elif before is None or each.earned > before.tier:
        assert after.tier == each.earned
    if each.counts and before is not None and each.earned >= before.tier:
        assert (after.reviews_below, after.plan) == (0, None)


def _check_ceilings(each: Decided) -> None:
    after = each.movement.held
    assert each.decision.tier
    lids = [ceiling.at_most for ceiling in each.decision.tier.ceilings]
    assert after.effective == min([after.tier, *lids])
    assert after.ceiling is None or after.ceiling < after.tier


def _check_steps(each: Decided) -> None:
    """Each kind at most once, with reasons, and each step leading from the one before it."""
    assert len(each.kinds) == len(set(each.kinds))
    tier, shows = (each.before.tier, each.before.effective) if each.before else (None, None)
    warnings = set(each.before.warnings) if each.before else set()
    for step in each.movement.steps:
        assert step.reasons
        if step.kind in {"held_down", "released"}:
            assert step.before == shows
            assert (step.after < step.before) is (step.kind == "held_down")  # type: ignore[operator]
            shows = step.after
        elif step.kind in {"warning_raised", "warning_cleared"}:
            warnings ^= set(step.reasons)
        else:
            assert step.before == tier
        if step.kind in {"placed", "promoted", "demoted"}:
            tier = step.after
            ceiling = each.before.ceiling if each.before else None
            shows = tier if ceiling is None or tier is None else min(tier, ceiling)
    after = each.movement.held
    assert (tier, shows) == (after.tier, after.effective)
    assert warnings == after.warnings


@settings(max_examples=200)
@given(st.data(), tierings(), RULES)
def test_every_story_keeps_to_the_rules(data: st.DataObject, tiers: Tiers, rules: MovementRules) -> None:
    check(tiers, rules, list(told(data.draw, tiers, rules, by_figures(tiers), FIGURES, 12)))


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_so_does_every_story_under_a_whole_rulebook(data: st.DataObject) -> None:
    book = data.draw(rulebooks(tiered=True))
    rules = data.draw(RULES)
    assert book.tiers

    check(book.tiers, rules, list(told(data.draw, book.tiers, rules, by_rulebook(Scorer(book)), clients(book), 8)))


def _row(decision: Decision) -> Row:
    """What the columns say of the decision."""
    assert decision.tier
    lids = [each.at_most for each in decision.tier.ceilings]
    stay = {each.reason for each in decision.stay_warnings}
    warnings = tuple(dict.fromkeys(each.reason for each in decision.warnings))
    return Row(decision.tier.earned, min(lids, default=None), [each for each in STAY_KINDS if each in stay], warnings)


@settings(max_examples=200)
@given(st.data(), tierings(), RULES)
def test_a_row_moves_a_client_as_its_decision_does_or_leaves_it_to_that(
    data: st.DataObject, tiers: Tiers, rules: MovementRules
) -> None:
    for each in told(data.draw, tiers, rules, by_figures(tiers), FIGURES, 8):
        before, after = each.before, each.movement.held
        moved = move_by_row(tiers, rules, before, _row(each.decision), each.day, counts=each.counts)
        assert moved in (None, each.movement)
        changed = before is None or after.tier != before.tier or {"held_down", "released"} & {*each.kinds}
        assert changed or moved is not None


@given(st.data(), tierings(), RULES)
def test_once_no_ceiling_holds_a_client_shows_the_tier_that_it_holds(
    data: st.DataObject, tiers: Tiers, rules: MovementRules
) -> None:
    held = list(told(data.draw, tiers, rules, by_figures(tiers), FIGURES, 8))[-1].movement.held
    free = replace(tiers, ceilings=())

    decision = by_figures(free)(data.draw(FIGURES), held.tier)
    assert decision
    after = move(free, rules, held, decision, FIRST, counts=False).held

    assert after.effective == after.tier >= held.tier
    assert after.tier == held.tier or not rules.needs_recognition


@given(st.data(), tierings(), RULES, FIGURES, st.integers(1, 200))
def test_a_client_that_keeps_failing_is_demoted_in_the_end(
    data: st.DataObject, tiers: Tiers, rules: MovementRules, figures: dict[str, int], gap: int
) -> None:
    """From wherever a story left it, people extending its plan as often as they may and never opening it."""
    last = list(told(data.draw, tiers, rules, by_figures(tiers), FIGURES, 6))[-1]
    held, day = last.movement.held, last.day
    while (decision := by_figures(tiers)(figures, held.tier)) and _earned(decision) < held.tier:
        end = day + timedelta(_LONGEST + gap * (rules.after_reviews + 1))
        tier = held.tier
        while held.tier == tier:
            day += timedelta(gap)
            assert day <= end
            held = move(tiers, rules, _extended(held, rules), decision, day, counts=True).held


_LONGEST = 4 * (4 * 31 + 100)
"""Days that a plan of these rules can take: to be opened, to run, and twice more."""


def _earned(decision: Decision) -> int:
    assert decision.tier
    return decision.tier.earned


def _extended(held: Held, rules: MovementRules) -> Held:
    longer = extend_plan(held.plan, rules.plan) if held.plan and rules.plan else None
    return replace(held, plan=longer) if isinstance(longer, Plan) else held


@given(PERIODS, PERIODS, st.integers(0, 3), st.lists(st.integers(0, 400), max_size=5), st.data())
def test_no_plan_outlasts_its_last_day_to_open_its_run_and_its_extensions(
    within: Period, runs: Period, extensions: int, gaps: list[int], data: st.DataObject
) -> None:
    terms = PlanTerms(within, runs, extensions)
    plan = Plan(within.after(FIRST), None, runs.after(within.after(FIRST)))
    latest = plan.open_by
    for _ in range(extensions + 1):
        latest = runs.after(latest)
    day = FIRST
    for gap in gaps:
        day += timedelta(gap)
        after = open_plan(plan, day, terms) if data.draw(st.booleans()) else extend_plan(plan, terms)
        plan = after if isinstance(after, Plan) else plan
        assert plan.deadline <= latest
        assert plan.extensions <= extensions
