"""The way of an exit from its proposal to its end, step by step (domain.md A12, B8)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from app.kernel.exit_process import (
    Action,
    Cancel,
    Confirm,
    Done,
    ExitCase,
    Reassign,
    Ruling,
    State,
    StepDone,
    Steps,
)
from app.kernel.workflow import Person, Refusal, unreasoned, untimely

_FITTING: Final[Mapping[type, tuple[State, ...]]] = {
    Confirm: ("proposed",),
    Done: ("running",),
    Reassign: ("running",),
    Cancel: ("proposed", "running"),
}


def propose(reasons: tuple[str, ...], by: Person | None, day: date) -> ExitCase | Refusal:
    """A new exit, to be confirmed: by a person on the committee's decision, or by a trigger (`by` None)."""
    return unreasoned(reasons) or ExitCase(reasons, by, day, "proposed", day)


def transition(steps: Steps, case: ExitCase, action: Action, today: date) -> ExitCase | Refusal:
    """The exit after the action. `steps` are those it was proposed under."""
    if refusal := untimely(case.state, _FITTING[type(action)], case.since, today):
        return refusal
    match action:
        case Confirm():
            return _confirmed(steps, case, action, today)
        case Done():
            return _done(steps, case, action, today)
        case Reassign():
            return _reassigned(steps, case, action)
        case Cancel():
            return _cancelled(case, action, today)


def _confirmed(steps: Steps, case: ExitCase, action: Confirm, today: date) -> ExitCase | Refusal:
    if action.person == case.proposed_by:
        return Refusal("is_proposer", "another person confirms than the one who proposed")
    if refusal := unreasoned([action.reason]):
        return refusal
    return _moved_on(steps, replace(case, confirmed=Ruling(action.person, action.reason, today)), today)


def _done(steps: Steps, case: ExitCase, action: Done, today: date) -> ExitCase | Refusal:
    if action.step not in _names(case.left(steps)[:1]):
        return _not_open(steps, case, action.step)
    owner = case.owners.get(action.step)
    if owner is None:
        return Refusal("step_unowned", "this step has no owner: assign it first")
    if owner != action.person:
        return Refusal("not_the_owner", "this step has an owner: only that person does it, unless it is reassigned")
    done = StepDone(action.step, action.person, action.remark, today)
    return _moved_on(steps, replace(case, done=(*case.done, done)), today)


def _reassigned(steps: Steps, case: ExitCase, action: Reassign) -> ExitCase | Refusal:
    if action.step not in _names(case.left(steps)):
        return _not_open(steps, case, action.step)
    return replace(case, owners={**case.owners, action.step: action.owner})


def _cancelled(case: ExitCase, action: Cancel, today: date) -> ExitCase | Refusal:
    if refusal := unreasoned([action.reason]):
        return refusal
    ruling = Ruling(action.person, action.reason, today)
    return replace(case, state="cancelled", since=today, due=None, cancelled=ruling)


def _moved_on(steps: Steps, case: ExitCase, today: date) -> ExitCase:
    """The exit with its next step open from today, or at its end."""
    left = case.left(steps)
    if not left:
        return replace(case, state="exited", since=today, due=None)
    return replace(case, state="running", since=today, due=left[0].within.after(today))


def _not_open(steps: Steps, case: ExitCase, name: str) -> Refusal:
    if name not in _names(steps):
        return Refusal("no_such_step", "this exit has no step of that name")
    if name in {done.name for done in case.done}:
        return Refusal("done_already", "this step is done")
    return Refusal("not_its_turn", "steps are done in their order: another is open")


def _names(steps: Steps) -> frozenset[str]:
    return frozenset(step.name for step in steps)
