"""Recognition of a strategic client: what is asked, how a case stands, what can be done (domain.md A4, A13, B2-B7).

screening -> assessment -> vote -> recognised, a regional client with the filing of the directory in between;
or refused, withdrawn, lapsed. `recognition_steps.py` leads from one to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from app.kernel.cadence import Period
from app.kernel.workflow import Person, past

Level = Literal["bank_wide", "regional"]
Majority = Literal["more_than_half", "two_thirds", "unanimous"]
Choice = Literal["for", "against", "abstain"]
Step = Literal["screening", "assessment", "vote", "filing"]
Outcome = Literal["recognised", "refused", "withdrawn", "lapsed"]
State = Step | Outcome


@dataclass(frozen=True, slots=True)
class RecognitionRules:
    """What a rulebook asks before a client is recognised.

    `experts` opinions are needed before the vote (0: no assessment), each with a value for every fact of
    `scores`. `quorum` counts the votes that must be cast, abstentions included; `majority` is taken of the
    votes for and against. `limits` has a time limit for each step, counted from the day it opened.
    """

    experts: int
    scores: tuple[str, ...]
    quorum: int
    majority: Majority
    limits: Mapping[Step, Period]


@dataclass(frozen=True, slots=True)
class Opinion:
    """An expert's values of the qualitative facts, encoded as the rulebook's facts are."""

    expert: Person
    scores: Mapping[str, int]
    day: date
    remark: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A member's vote."""

    member: Person
    choice: Choice
    reason: str
    day: date


@dataclass(frozen=True, slots=True)
class Recusal:
    """A member who does not vote on this client, and why."""

    member: Person
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """How far a client is on the way to the tier of rank `tier`.

    `since` is the day its state began, `due` the last day of the open step (None where none is open).
    `committee` is fixed when the vote opens, and holds no nominator. `reasons` say why it was refused,
    withdrawn or lapsed. `recognised_on` is the day of the committee's decision: while a regional client's
    directory is still to be filed (B6), the client is recognised already.
    """

    level: Level
    tier: int
    nominators: frozenset[Person]
    nominated_on: date
    state: State
    since: date
    due: date | None
    opinions: tuple[Opinion, ...] = ()
    committee: frozenset[Person] = frozenset()
    votes: tuple[Vote, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    reasons: tuple[str, ...] = ()
    recognised_on: date | None = None

    @property
    def voting(self) -> frozenset[Person]:
        """The members who have voted or still may."""
        return self.committee.difference(each.member for each in self.recusals)

    def overdue(self, today: date) -> bool:
        """Whether the open step's last day is over."""
        return past(self.due, today)

    def opened(self, step: Step, rules: RecognitionRules, day: date) -> "Case":
        """The case with this step open from `day` on."""
        return replace(self, state=step, since=day, due=rules.limits[step].after(day))

    def closed(self, outcome: Outcome, day: date, *reasons: str) -> "Case":
        """The case at its end."""
        return replace(self, state=outcome, since=day, due=None, reasons=reasons)


@dataclass(frozen=True, slots=True)
class Screened:
    """The system screened the client against the standard. `committee` votes where no expert is asked."""

    passed: bool
    reasons: tuple[str, ...] = ()
    committee: frozenset[Person] = frozenset()


@dataclass(frozen=True, slots=True)
class Assess:
    """An expert's opinion. `committee` votes if it is the last that is needed."""

    person: Person
    scores: Mapping[str, int]
    remark: str = ""
    committee: frozenset[Person] = frozenset()


@dataclass(frozen=True, slots=True)
class Recuse:
    """A member withholds from the vote."""

    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class CastVote:
    """A member votes; against needs a reason."""

    person: Person
    choice: Choice
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A nominator takes the nomination back."""

    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class Overtake:
    """The client's exit was proposed, and goes before (A12)."""

    reason: str


@dataclass(frozen=True, slots=True)
class File:
    """The branch files the directory with head office (B6)."""

    person: Person


@dataclass(frozen=True, slots=True)
class Expire:
    """The open step's time limit is over."""


Action = Screened | Assess | Recuse | CastVote | Withdraw | Overtake | File | Expire
