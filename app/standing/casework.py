"""What recognitions and exits share: who acts on a case, and what a refusal of the kernel is answered as (A4, A12)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from app.errors import Conflict, FieldError, Forbidden, Problem, Unprocessable
from app.http.openapi import problem
from app.kernel.workflow import Person, Refusal
from app.trail.change import Reading
from app.trail.entry import Entry


class PersonNeeded(Unprocessable):
    """Four eyes are those of persons: the key alone does not say whose they are."""

    code = "person_needed"
    title = "A person is needed"

    def __init__(self) -> None:
        error = FieldError(pointer="header/X-On-Behalf-Of", code=self.code, detail="names nobody")
        super().__init__("Use a person's own key, or say for whom you act.", errors=[error])


class WrongState(Conflict):
    """The case is in another state than the action is for."""

    code = "wrong_state"
    title = "The case is in no state for this"


class DatedBack(Conflict):
    """The day lies before the one on which the case came into its state."""

    code = "dated_back"
    title = "The case was not in this state on that day"


class ReasonMissing(Unprocessable):
    """Nothing but blanks says why."""

    code = "reason_missing"
    title = "A reason is needed"


Answers = Mapping[str, type[Problem]]
"""What refusals of the kernel are answered as, by their codes."""

SHARED: Final[Answers] = {"wrong_state": WrongState, "dated_back": DatedBack, "reason_missing": ReasonMissing}
NOT_NOW: Final = problem(409, "The case is in no state for this, or its time is over.")
NOT_YOURS: Final = problem(403, "The key lacks the scope, or this is for another person or unit.")


class CaseStep(NamedTuple):
    """What the trail says of a step of a case: its name, what it was, and why."""

    name: str
    told: Mapping[str, Any] = MappingProxyType({})
    reason: str | None = None


def person_of(reads: Reading) -> Person:
    """The member of staff who acts; raises PersonNeeded where the caller names none."""
    if reads.actor.person is None:
        raise PersonNeeded
    return reads.actor.person


def answer_to(reads: Reading, refusal: Refusal, answers: Answers, denied: Entry) -> Problem:
    """The problem to raise for a refusal. Where it is for another to do, that is denied, and the trail says so."""
    kind = {**SHARED, **answers}[refusal.code]
    if issubclass(kind, Forbidden):
        reads.deny(denied)
    if issubclass(kind, Unprocessable):
        pointer = "/reason" if kind is ReasonMissing else ""
        return kind(refusal.detail, errors=[FieldError(pointer=pointer, code=kind.code, detail=refusal.detail)])
    return kind(refusal.detail)
