"""Recognition and exit as they are written: who decides, in which steps, how long each may take."""

from typing import Annotated

from pydantic import Field

from app.http.types import InDigits
from app.kernel.recognition import Majority
from app.rulebooks.document.values import Described, Name, Part, PeriodText


class CommitteePart(Part):
    """The committee's vote: how many votes must be cast, and how many of those for and against carry it."""

    quorum: Annotated[int, Field(ge=1, le=99), InDigits] = Field(
        description="Votes that must be cast, abstentions included."
    )
    majority: Majority


class LimitsPart(Part):
    """How long each step may take, from the day on which it began."""

    screening: PeriodText
    assessment: PeriodText
    vote: PeriodText
    filing: PeriodText = Field(description="Of the directory of regional clients, with head office.")


class RecognitionPart(Described):
    """How a client becomes strategic (domain.md A4, B2-B7): screened, assessed by experts, voted on, filed."""

    experts: Annotated[int, Field(ge=0, le=99), InDigits] = Field(
        description="Opinions that are needed before the vote; 0 where none is asked for."
    )
    scores: list[Name] = Field(default_factory=list, description="The facts of which every expert gives a value.")
    committee: CommitteePart
    limits: LimitsPart


class ExitStepPart(Described):
    """One step of an exit: who owns it, and how long it may take from the day on which the step before was done."""

    step: Name
    role: Name
    within: PeriodText

    @property
    def name(self) -> str:
        """The step, as other parts of lists are named."""
        return self.step


class ExitProcessPart(Described):
    """What is done once an exit is confirmed, one step after the other (domain.md A12)."""

    steps: list[ExitStepPart] = Field(min_length=1, max_length=99)
