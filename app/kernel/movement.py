"""How a client's standing moves after a decision (domain.md A11, B7, B8).

Only a review counts towards a demotion, or ends the count; an assessment between reviews never demotes. Ceilings and
warnings follow every decision at once. A ceiling holds a client down and leaves it the tier that it holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, NamedTuple

from app.kernel.cadence import Period
from app.kernel.decision import Decision
from app.kernel.tier import MovementRules, PlanTerms, TierDecision, Tiers, decide_tier, stay_warnings
from app.kernel.workflow import Refusal

Kind = Literal[
    "placed",
    "promoted",
    "promotion_awaits_recognition",
    "demoted",
    "held_down",
    "released",
    "warning_raised",
    "warning_cleared",
    "counted_below",
    "plan_due",
    "plan_met",
    "plan_failed",
]

UNWRITTEN: Final = MovementRules(needs_recognition=False)
"""Movement where the rulebook says nothing of it: promoted at once, demoted by the first review below, no plan."""

EARNED: Final = "earned"
RECOGNISED: Final = "recognised"
NOT_RECOGNISED: Final = "not_recognised"
CEILING_LIFTED: Final = "ceiling_lifted"
"""Stands for the reason of a release where the ceiling that held is no longer among the rulebook's."""

_TAKE_THE_TIER: Final = frozenset({"below_stay_bound", "stay_condition_unmet", "lower_tier"})
"""The kinds of `StayWarning` that take the standing tier; the others threaten or hold down."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An improvement plan: to be opened by `open_by`, to be met by `deadline`, extended so often already."""

    open_by: date
    opened_on: date | None
    deadline: date
    extensions: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What a client holds: the rank of its tier since a day, and what stands against it.

    `reviews_below` counts the reviews in a row that found it below its tier. `ceiling` is the lowest rank that a
    ceiling holds it at, None where none holds it below its tier. `warnings` are reasons: of the rulebook's triggers,
    and of `StayWarning` for this tier.
    """

    tier: int
    since: date
    reviews_below: int = 0
    ceiling: int | None = None
    warnings: frozenset[str] = frozenset()
    plan: Plan | None = None

    @property
    def effective(self) -> int:
        """The rank that shows: the tier, or the ceiling that holds it down."""
        return self.tier if self.ceiling is None else min(self.tier, self.ceiling)


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of a movement, and why.

    `before` and `after` are ranks: of tiers that show for `held_down` and `released`, and else of tiers that are held,
    or would be by what threatens or awaits the client. Warnings have none.
    """

    kind: Kind
    before: int | None
    after: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """What the client holds now, and the steps that led there, in their order. A count that ends is no step."""

    held: Held
    steps: tuple[Moved, ...] = ()

    def then(self, held: Held, *steps: Moved) -> "Movement":
        """The movement carried on."""
        return Movement(held, (*self.steps, *steps))


class Row(NamedTuple):
    """What the columns of a decided client say for its movement.

    The rank that is earned, the lowest one that ceilings hold it at, the reasons of `StayWarning` and those of the
    rulebook's own warnings, each once.
    """

    earned: int
    held_at: int | None
    stay: Sequence[str]
    warnings: Sequence[str]


def move(
    tiers: Tiers, rules: MovementRules | None, held: Held | None, decision: Decision, day: date, *, counts: bool
) -> Movement:
    """Move a client by a decision that was made with `held.tier` as its standing, or with none where it holds nothing.

    `counts` says that the decision is a review. `rules` are `tiers.movement`. A first decision places the client, and
    counts no review. Raises ValueError for a decision that was made with another standing.
    """
    decided = decision.tier
    if decided is None or decided.standing != (held.tier if held else None):
        raise ValueError("the decision was not made with the standing that the client holds")
    rules = rules or UNWRITTEN
    if held is None:
        moved = _placed(tiers, rules, decided.earned, day)
    else:
        why = (each.reason for each in decision.stay_warnings)
        moved = _moved(rules, held, decided.earned, why, day, counts=counts)
    moved = _held_at(moved, tiers, decided)
    threats = stay_warnings(tiers, decision.env, decide_tier(tiers, decision.env, moved.held.tier))
    return _warned(moved, [*(each.reason for each in threats), *(each.reason for each in decision.warnings)])


def move_by_row(
    tiers: Tiers, rules: MovementRules | None, held: Held | None, row: Row, day: date, *, counts: bool
) -> Movement | None:
    """Move a client as `move` does, by its row alone; None where that does not tell everything.

    What warns in a tier that the client comes to hold, and which ceilings lower or raise it, only the decision tells.
    """
    rules = rules or UNWRITTEN
    if held is None:
        moved = _placed(tiers, rules, row.earned, day)
    else:
        moved = _moved(rules, held, row.earned, row.stay, day, counts=counts)
    threats = row.stay if held is not None and moved.held.tier == held.tier else _threats_at(tiers, moved.held.tier)
    now = _under(moved.held, row.held_at)
    if threats is None or now.effective != moved.held.effective:
        return None
    return _warned(moved.then(now), [*threats, *row.warnings])


def recognise(tiers: Tiers, held: Held | None, tier: int, day: date) -> Movement:
    """Recognise a client: the only way up where promotion needs recognition, and the way back after an exit (A12).

    Recognition never lowers: who holds the tier, or a higher one, keeps what it holds. Ceilings and warnings remain as
    they are last known, so an assessment with the new standing must follow. Raises ValueError for a rank that is none.
    """
    if not 0 <= tier < len(tiers.labels):
        raise ValueError(f"{tier} is no rank of {len(tiers.labels)} tiers")
    if held is None:
        return Movement(Held(tier, day), (Moved("placed", None, tier, (RECOGNISED,)),))
    return _promoted(held, tier, day, RECOGNISED) if tier > held.tier else Movement(held)


def open_plan(plan: Plan, day: date, terms: PlanTerms) -> Plan:
    """The plan opened: it runs from this day, or from the last day to open it where that is past.

    So no plan lasts longer for being opened late. One that is open stays as it is.
    """
    if plan.opened_on is not None:
        return plan
    return replace(plan, opened_on=day, deadline=_deadline(min(day, plan.open_by), terms.runs, plan.extensions))


def extend_plan(plan: Plan, terms: PlanTerms) -> Plan | Refusal:
    """The plan with its deadline moved by as long as a plan runs; refused once all extensions are granted."""
    if plan.extensions >= terms.extensions:
        return Refusal("no_extension_left", f"a plan is extended at most {terms.extensions} times")
    return replace(plan, deadline=terms.runs.after(plan.deadline), extensions=plan.extensions + 1)


def _placed(tiers: Tiers, rules: MovementRules, earned: int, day: date) -> Movement:
    if not rules.needs_recognition:
        return Movement(Held(earned, day), (Moved("placed", None, earned, (EARNED,)),))
    placed = Held(tiers.otherwise, day)
    movement = Movement(placed, (Moved("placed", None, placed.tier, (NOT_RECOGNISED,)),))
    return movement.then(placed, _awaited(placed, earned)) if earned > placed.tier else movement


def _moved(rules: MovementRules, held: Held, earned: int, why: Iterable[str], day: date, *, counts: bool) -> Movement:
    """What becomes of the tier that is held, by what the client earns before ceilings; `why` is what threatens it."""
    if earned > held.tier:
        return _risen(rules, held, earned, day, counts=counts)
    if not counts:
        return Movement(held)
    return _stayed(held, EARNED) if earned == held.tier else _fallen(rules, held, earned, why, day)


def _risen(rules: MovementRules, held: Held, earned: int, day: date, *, counts: bool) -> Movement:
    if not rules.needs_recognition:
        return _promoted(held, earned, day, EARNED)
    stayed = _stayed(held, EARNED) if counts else Movement(held)
    return stayed.then(stayed.held, _awaited(held, earned))


def _promoted(held: Held, tier: int, day: date, reason: str) -> Movement:
    """Reviews and a plan were of the tier that the client has left behind."""
    stayed = _stayed(held, reason)
    return stayed.then(replace(stayed.held, tier=tier, since=day), Moved("promoted", held.tier, tier, (reason,)))


def _awaited(held: Held, earned: int) -> Moved:
    return Moved("promotion_awaits_recognition", held.tier, earned, (EARNED,))


def _stayed(held: Held, reason: str) -> Movement:
    met = (Moved("plan_met", held.tier, held.tier, (reason,)),) if held.plan else ()
    return Movement(replace(held, reviews_below=0, plan=None), met)


def _fallen(rules: MovementRules, held: Held, earned: int, why: Iterable[str], day: date) -> Movement:
    """A review below the tier: counted, and taking effect once enough are, and no plan is left to wait for."""
    taken = _distinct(each for each in why if each in _TAKE_THE_TIER)
    plan = held.plan or _due(rules.plan, day)
    counted = replace(held, reviews_below=held.reviews_below + 1, plan=plan)
    kinds: list[Kind] = ["counted_below"]
    kinds += ["plan_due"] if plan and not held.plan else []
    if counted.reviews_below >= rules.after_reviews and (plan is None or day >= plan.deadline):
        kinds += ["plan_failed", "demoted"] if plan else ["demoted"]
        counted = replace(counted, tier=earned, since=day, reviews_below=0, plan=None)
    return Movement(counted, tuple(Moved(kind, held.tier, earned, taken) for kind in kinds))


def _due(terms: PlanTerms | None, day: date) -> Plan | None:
    """The plan that the first review below calls for. Nobody need open it: its time passes all the same."""
    if terms is None:
        return None
    open_by = terms.open_within.after(day)
    return Plan(open_by, None, terms.runs.after(open_by))


def _deadline(start: date, runs: Period, extensions: int) -> date:
    for _ in range(extensions + 1):
        start = runs.after(start)
    return start


def _held_at(moved: Movement, tiers: Tiers, decided: TierDecision) -> Movement:
    """The movement under the ceilings that hold now; a step where what shows changes because of them."""
    before = moved.held.effective
    held = _under(moved.held, min((each.at_most for each in decided.ceilings), default=None))
    if held.effective < before:
        why = _distinct(each.reason for each in decided.ceilings if each.at_most < before)
        return moved.then(held, Moved("held_down", before, held.effective, why))
    if held.effective > before:
        lifted = (each for each in tiers.ceilings if each.at_most == before and each not in decided.ceilings)
        why = _distinct(each.reason for each in lifted) or (CEILING_LIFTED,)
        return moved.then(held, Moved("released", before, held.effective, why))
    return moved.then(held)


def _under(held: Held, lowest: int | None) -> Held:
    """The same under the lowest of the ceilings that hold, None where none does."""
    ceiling = None if lowest is None or lowest >= held.tier else lowest
    return held if ceiling == held.ceiling else replace(held, ceiling=ceiling)


def _threats_at(tiers: Tiers, rank: int) -> Sequence[str] | None:
    """What may take a tier, where it needs no decision to tell: nothing takes the lowest one, if nothing is asked."""
    return () if rank == 0 and tiers.rule(rank) is None else None


def _warned(moved: Movement, reasons: Iterable[str]) -> Movement:
    """The movement with what stands against the client in the tier that it holds now."""
    held, warnings = moved.held, frozenset(reasons)
    if warnings == held.warnings:
        return moved
    changes: tuple[tuple[Kind, frozenset[str]], ...] = (
        ("warning_raised", warnings - held.warnings),
        ("warning_cleared", held.warnings - warnings),
    )
    steps = (Moved(kind, None, None, tuple(sorted(reasons))) for kind, reasons in changes if reasons)
    return moved.then(replace(held, warnings=warnings), *steps)


def _distinct(reasons: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))
