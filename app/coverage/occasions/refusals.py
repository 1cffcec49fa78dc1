"""What occasions refuse, as problems."""

from collections.abc import Sequence

from app.errors import Conflict, FieldError, NotFound, Unprocessable


class OccasionNotFound(NotFound):
    """No occasion has this id, or none of a client that this caller may see."""

    code = "occasion_not_found"
    title = "No such occasion"


class InvalidOccasion(Unprocessable):
    """The occasion names what is not there, or a day on which it cannot be due; `errors` names each part."""

    code = "invalid_occasion"
    title = "The occasion is not valid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{each.pointer} {each.detail}" for each in errors), errors=errors)


class AboutErased(Conflict):
    """What was personal of the client was erased; the text may bring it back."""

    code = "about_erased"
    title = "What is personal of the client was erased"

    def __init__(self) -> None:
        super().__init__("Send the occasion without `about`.")


class OccasionEnded(Conflict):
    """The occasion is done or cancelled, or was moved too often."""

    code = "occasion_ended"
    title = "The occasion is in no state for this"


class NoSuchVisit(Unprocessable):
    """The visit is not there, is void, or is of another client; the words are the same for all."""

    code = "no_such_visit"
    title = "The request names no visit of the client"

    def __init__(self) -> None:
        error = FieldError(pointer="/visit_id", code=self.code, detail="no such visit")
        super().__init__("Name a visit of this client that stands, or none.", errors=[error])
