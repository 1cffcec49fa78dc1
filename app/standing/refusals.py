"""What standing refuses, as problems."""

from app.errors import Conflict, FieldError, Forbidden, NotFound, Unprocessable


class AssessmentNotFound(NotFound):
    """No assessment has this id, or none of a client that this caller may see."""

    code = "assessment_not_found"
    title = "No such assessment"


class NothingDecided(Unprocessable):
    """No rulebook in force decides this client."""

    code = "nothing_decided"
    title = "No rulebook decides this client"

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("Each rulebook asked says why it does not.", errors=errors)


class OlderThanLast(Conflict):
    """The client was assessed as of a later day already: its standing cannot be moved from before."""

    code = "older_than_last_assessment"
    title = "A later assessment stands"


class DayToCome(Unprocessable):
    """A decision is made as of today or a day that has passed."""

    code = "day_to_come"
    title = "The day has not come yet"

    def __init__(self, pointer: str = "/as_of") -> None:
        error = FieldError(pointer=pointer, code=self.code, detail="is after today")
        super().__init__("Leave it out, or name today or a day that has passed.", errors=[error])


class SecondPersonNeeded(Forbidden):
    """Whoever proposed something does not approve it."""

    code = "second_person_needed"
    title = "A second person is needed"

    def __init__(self) -> None:
        super().__init__("Whoever proposed it cannot decide on it.")


class PlanNotFound(NotFound):
    """No plan has this id, or none of a client that this caller may see."""

    code = "plan_not_found"
    title = "No such improvement plan"


class PlanState(Conflict):
    """The plan is in no state for this, or out of extensions, or its rulebook governs without plans by now."""

    code = "plan_state"
    title = "The plan is in no state for this"


class OverrideNotFound(NotFound):
    """No override has this id, or none of a client that this caller may see."""

    code = "override_not_found"
    title = "No such override"


class OverrideState(Conflict):
    """The override is decided already, or over, or another one holds or is proposed for some of these days."""

    code = "override_state"
    title = "The override is in no state for this"


class ClientHasLeft(Conflict):
    """The client has exited under this rulebook: only recognition leads back (A12)."""

    code = "client_has_left"
    title = "The client has left"


class WarningState(Conflict):
    """The warning is cleared: there is nothing to see to any more."""

    code = "warning_state"
    title = "The warning is in no state for this"


class WarningNotFound(NotFound):
    """No warning has this id, or none of a client that this caller may see."""

    code = "warning_not_found"
    title = "No such warning"


class WarningClearsItself(Conflict):
    """A warning that an assessment raised stands until an assessment finds its reason gone."""

    code = "warning_clears_itself"
    title = "The warning clears by itself"
