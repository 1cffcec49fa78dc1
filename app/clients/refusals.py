"""What clients refuse, as problems."""

from collections.abc import Sequence
from typing import Final

from app.errors import Conflict, FieldError, Forbidden, NotFound, Unprocessable

_MOST: Final = 50


class ClientNotFound(NotFound):
    """No client has this id, or none that this caller may see."""

    code = "client_not_found"
    title = "No such client"


class LeadsElsewhere(Forbidden):
    """What becomes of the client is for the unit that leads it, and that lies outside the caller's."""

    code = "leads_elsewhere"
    title = "Another unit leads the client"


class InvalidClient(Unprocessable):
    """The profile can be read, but contradicts itself or names what is not there; `errors` names each part."""

    code = "invalid_client"
    title = "The client's profile is not valid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{each.pointer} {each.detail}" for each in errors[:3]), errors=errors[:_MOST])


class ClientRepeated(Unprocessable):
    """Another item of the same request is of the same client; the first one counts."""

    code = "client_repeated"
    title = "The client comes twice in one request"


class PersonFixed(Conflict):
    """A natural person's name is sealed wherever it was recorded, another's is not: one cannot become the other."""

    code = "person_fixed"
    title = "A client does not become a natural person, nor cease to be one"


class ClientErased(Conflict):
    """What was personal of the client was erased; what is sent would bring it back."""

    code = "client_erased"
    title = "What is personal of the client was erased"

    def __init__(self) -> None:
        super().__init__("Send the client without its name and contacts; stop sending them from the CRM.")


class ContactNotFound(NotFound):
    """The client has no such contact."""

    code = "contact_not_found"
    title = "No such contact"


class InvalidContact(Unprocessable):
    """Nobody could be reached by the contact, or its day cannot be; `errors` names each part."""

    code = "invalid_contact"
    title = "The contact is not valid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(each.detail for each in errors), errors=errors)


class AssignmentNotFound(NotFound):
    """The client has no such assignment."""

    code = "assignment_not_found"
    title = "No such assignment"


class InvalidAssignment(Unprocessable):
    """The assignment names what is not there; `errors` names each part."""

    code = "invalid_assignment"
    title = "The assignment is not valid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{each.pointer} {each.detail}" for each in errors), errors=errors)


class WrongDay(Unprocessable):
    """The day does not fit the days of what it is for."""

    code = "wrong_day"
    title = "The day does not fit"

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail, errors=[FieldError(pointer=pointer, code=self.code, detail=detail)])


class AssignmentOverlaps(Conflict):
    """The officer has that role at the client on some of the days already."""

    code = "assignment_overlaps"
    title = "The officer has that role at the client already"


class AssignmentEnded(Conflict):
    """What has ended is not ended later."""

    code = "assignment_ended"
    title = "The assignment ended before that day"


class OwnerTaken(Conflict):
    """Another officer owns the client on some of the days; the client is handed over, or that assignment ends."""

    code = "owner_taken"
    title = "Another officer owns the client"


class NothingToHandOver(Conflict):
    """The officer has nothing at the client on that day or later, or not in that role."""

    code = "nothing_to_hand_over"
    title = "The officer has nothing at the client to hand over"


class NoOwner(Conflict):
    """Nobody owns the client on that day, so there is no owner to keep."""

    code = "no_owner"
    title = "Nobody owns the client"


def no_such_unit(pointer: str) -> FieldError:
    """A unit that is not there, or not within the caller's; the words are the same for both."""
    return FieldError(pointer=pointer, code="no_such_unit", detail="no such unit")


def no_such_client(pointer: str) -> FieldError:
    """A client that is not there, or that the caller does not see; the words are the same for both."""
    return FieldError(pointer=pointer, code="no_such_client", detail="no such client")


def no_such_officer(pointer: str) -> FieldError:
    """An officer who does not serve today, or not where the caller or the client is; the words are the same for all."""
    return FieldError(pointer=pointer, code="no_such_officer", detail="no such officer")
