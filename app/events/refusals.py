"""What the feed refuses, as problems."""

from app.errors import FieldError, NotFound, Unprocessable


class EventNotFound(NotFound):
    """There is no such event, or none that this key may see."""

    code = "event_not_found"
    title = "No such event"


class EventTypeNotFound(NotFound):
    """The catalogue has no such type."""

    code = "event_type_not_found"
    title = "No such type of event"


class NoSuchEventType(Unprocessable):
    """The request names a type that the catalogue does not have."""

    code = "no_such_event_type"
    title = "The request names no type of event"

    def __init__(self, pointer: str) -> None:
        detail = "is no type of event; GET /v1/events/types lists them"
        super().__init__(errors=[FieldError(pointer=pointer, code=self.code, detail=detail)])
