"""What visits and their plans refuse, as problems."""

from app.errors import Conflict, NotFound, Unprocessable


class VisitNotFound(NotFound):
    """No visit has this id, or none of a client that this caller may see."""

    code = "visit_not_found"
    title = "No such visit"


class NoSuchParticipant(Unprocessable):
    """The officer did not serve that day, or neither within the caller's unit, nor above the client's, nor for it."""

    code = "no_such_officer"
    title = "A participant is not there"


class NoSuchContact(Unprocessable):
    """The client has no such contact."""

    code = "no_such_contact"
    title = "The client has no such contact"


class WrittenOfErased(Unprocessable):
    """What was personal of the client was erased; what is written of the visit may bring it back."""

    code = "written_of_erased"
    title = "What is personal of the client was erased"


class RoleNotHeld(Unprocessable):
    """The officer did not have the named role at the client on that day."""

    code = "role_not_held"
    title = "A participant does not hold the role that is named"


class RoleUnclear(Unprocessable):
    """The officer had several roles at the client on that day; the visit credits one of them."""

    code = "role_unclear"
    title = "A participant holds several roles"


class ParticipantRepeated(Unprocessable):
    """The same officer is named twice."""

    code = "participant_repeated"
    title = "A participant is named twice"


class SeveralLeads(Unprocessable):
    """One participant leads a visit."""

    code = "several_leads"
    title = "Several participants lead"


class UnknownKind(Unprocessable):
    """No rulebook that governs the client on that day knows visits of this kind."""

    code = "unknown_kind"
    title = "The kind of visit is not known"


class MomentToCome(Unprocessable):
    """A visit that was made is not of a moment to come; what is to be made is planned."""

    code = "moment_to_come"
    title = "The moment is still to come"


class MomentPassed(Unprocessable):
    """A plan is for a moment to come; what was made is recorded."""

    code = "moment_passed"
    title = "The moment has passed"


class NoSuchPlan(Unprocessable):
    """The client has no such plan."""

    code = "no_such_plan"
    title = "The client has no such plan"


class PlanNotFound(NotFound):
    """No planned visit has this id, or none to a client that this caller may see."""

    code = "plan_not_found"
    title = "No such planned visit"


class PlanEnded(Conflict):
    """What was done, cancelled or moved stays so."""

    code = "plan_ended"
    title = "The plan has ended"


class ReasonNeeded(Unprocessable):
    """The day lies in a period that is closed: what changes its figures says why."""

    code = "reason_needed"
    title = "A closed period is changed for a reason"


class VisitVoided(Conflict):
    """What was voided counts for nothing, and is neither corrected nor voided again."""

    code = "visit_voided"
    title = "The visit was voided"


class VisitRepeated(Conflict):
    """As it would be corrected, the visit is the same as another: of that client, those officers, that minute."""

    code = "visit_repeated"
    title = "The same visit is recorded already"

    def __init__(self) -> None:
        super().__init__("Void one of the two.")


class VisitMeanwhile(Conflict):
    """The same visit was recorded and voided by somebody else just then."""

    code = "visit_meanwhile"
    title = "The same visit was changed at the same time"
