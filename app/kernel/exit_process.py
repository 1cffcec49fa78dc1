"""The exit of a strategic client: proposed, confirmed by somebody else, then orderly steps (domain.md A12, B8).

proposed -> running -> exited; or cancelled before that. A step stays open until it is done: an exit that is late
is overdue, and that is all. `exit_steps.py` leads from one state to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.kernel.cadence import Period
from app.kernel.workflow import Person, past

State = Literal["proposed", "running", "exited", "cancelled"]


@dataclass(frozen=True, slots=True)
class ExitStep:
    """A step of an exit, and the role that owns it; names are unique.

    `within` counts from the day the step before was done, the first from the day of the confirmation.
    """

    name: str
    role: str
    within: Period


Steps = tuple[ExitStep, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who confirmed or cancelled an exit, why, and when."""

    person: Person
    reason: str
    day: date


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that was done."""

    name: str
    person: Person
    remark: str
    day: date


@dataclass(frozen=True, slots=True)
class ExitCase:
    """How far a client's exit has come.

    `proposed_by` is None where a rulebook's trigger proposed it. `since` is the day its state or open step began,
    `due` that step's last day (None where none is open). `owners` are the persons named for steps, by step; a step
    without one is assigned before it is done.
    """

    reasons: tuple[str, ...]
    proposed_by: Person | None
    proposed_on: date
    state: State
    since: date
    due: date | None = None
    confirmed: Ruling | None = None
    cancelled: Ruling | None = None
    done: tuple[StepDone, ...] = ()
    owners: Mapping[str, Person] = field(default_factory=dict)

    def left(self, steps: Steps) -> Steps:
        """The steps that are not done. While the exit is running, the first of them is open."""
        return steps[len(self.done) :]

    def overdue(self, today: date) -> bool:
        """Whether the open step's last day is over."""
        return past(self.due, today)


@dataclass(frozen=True, slots=True)
class Confirm:
    """Another person than the proposer agrees; what a trigger proposed, anybody may confirm."""

    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The open step is done, as its owner says: nobody else does, and nobody while it has no owner (A12)."""

    person: Person
    step: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Reassign:
    """`owner` does a step that is still to be done, in place of whoever owned it."""

    step: str
    owner: Person


@dataclass(frozen=True, slots=True)
class Cancel:
    """The client stays."""

    person: Person
    reason: str


Action = Confirm | Done | Reassign | Cancel
