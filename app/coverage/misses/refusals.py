"""What reasons for a miss refuse, as problems."""

from collections.abc import Sequence

from app.errors import Conflict, FieldError, Forbidden, NotFound, Unprocessable


class ReasonNotFound(NotFound):
    """No reason has this id, or none of a client that this caller may see."""

    code = "reason_not_found"
    title = "No such reason"


class InvalidReason(Unprocessable):
    """The reason is of visits that nobody owes, has not had time to owe, or of nobody; `errors` names each part."""

    code = "invalid_reason"
    title = "The reason is not valid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{each.pointer} {each.detail}" for each in errors), errors=errors)


class ReasonThere(Conflict):
    """A reason for the same is proposed or accepted already."""

    code = "reason_there"
    title = "There is a reason already"

    def __init__(self) -> None:
        super().__init__("It is withdrawn or refused before another is proposed.")


class ReasonDecided(Conflict):
    """The reason is accepted, refused or withdrawn already."""

    code = "reason_decided"
    title = "The reason is decided already"


class NotTheProposer(Forbidden):
    """Who proposed a reason withdraws it, and nobody else; another person refuses it."""

    code = "not_the_proposer"
    title = "Another person proposed it"
