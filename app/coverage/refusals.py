"""What coverage refuses of whatever is recorded of a client, as problems."""

from app.errors import Conflict, FieldError, Unprocessable


class NoSuchClient(Unprocessable):
    """The client that is named is not there, or not for this caller; the words are the same for both."""

    code = "no_such_client"
    title = "The request names no client"


class ExternalIdTaken(Conflict):
    """What is recorded of another client has this external id. Nothing is told of it, whoever may see it."""

    code = "external_id_taken"
    title = "The external id is another's"

    def __init__(self) -> None:
        error = FieldError(pointer="/external_id", code=self.code, detail="belongs to another client")
        super().__init__("Send it under an id of its own.", errors=[error])
