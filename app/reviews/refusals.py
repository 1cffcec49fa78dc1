"""What reviews refuse, as problems."""

from app.errors import Conflict, FieldError, NotFound, Unprocessable


class ReviewNotFound(NotFound):
    """No review has this id, or none of a client that this caller may see."""

    code = "review_not_found"
    title = "No such review"


class ReviewOver(Conflict):
    """The review is done, skipped or cancelled."""

    code = "review_over"
    title = "The review is in no state for this"


class ReviewNotBegun(Conflict):
    """The one before is not due yet: a review is done within its own cycle."""

    code = "review_not_begun"
    title = "The review's cycle has not begun"


class ReviewFixed(Conflict):
    """The review was postponed as often as it may be, or may not be skipped."""

    code = "review_fixed"
    title = "The review must be done"


class WrongDueMoment(Unprocessable):
    """A review cannot be due then."""

    code = "wrong_due_moment"
    title = "The review cannot be due then"

    def __init__(self, detail: str) -> None:
        super().__init__(f"`to` {detail}.", errors=[FieldError(pointer="/to", code=self.code, detail=detail)])
