"""What exits refuse, as problems."""

from typing import Final

from app.errors import Conflict, FieldError, Forbidden, NotFound, Unprocessable
from app.standing.casework import Answers


class ExitNotFound(NotFound):
    """No exit has this id, or none of a client that this caller may see."""

    code = "exit_not_found"
    title = "No such exit"


class ExitOpen(Conflict):
    """The client's exit under this rulebook is proposed or running already."""

    code = "exit_open"
    title = "The client's exit is open already"


class NothingToLeave(Conflict):
    """The client holds no tier above the lowest under this rulebook."""

    code = "nothing_to_leave"
    title = "The client has nothing to leave"


class IsProposer(Forbidden):
    """Whoever proposed an exit does not confirm it."""

    code = "is_proposer"
    title = "A second person confirms"


class NotTheOwner(Forbidden):
    """A step is done by its owner and nobody else; assign it to another first."""

    code = "not_the_owner"
    title = "Another person owns the step"


class StepUnowned(Conflict):
    """Nobody owns the step yet: it is assigned to an officer, who then does it."""

    code = "step_unowned"
    title = "Nobody owns the step"


class NoSuchStep(NotFound):
    """The exit has no step of this name."""

    code = "no_such_step"
    title = "No such step"


class DoneAlready(Conflict):
    """What is done stays done."""

    code = "done_already"
    title = "The step is done"


class NotItsTurn(Conflict):
    """Steps are done in their order."""

    code = "not_its_turn"
    title = "Another step comes first"


class NoSuchOwner(Unprocessable):
    """The officer is not there, or serves neither within the caller's unit nor above the client's."""

    code = "no_such_owner"
    title = "The step's owner is not there"

    def __init__(self, error: FieldError) -> None:
        super().__init__("Name an officer who serves today.", errors=[error])


ANSWERS: Final[Answers] = {
    kind.code: kind for kind in (IsProposer, NotTheOwner, StepUnowned, NoSuchStep, DoneAlready, NotItsTurn)
}
"""What the kernel's refusals are answered as."""
