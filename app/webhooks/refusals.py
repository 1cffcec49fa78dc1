"""What webhooks refuse, as problems."""

from collections.abc import Sequence
from typing import Final

from app.errors import Conflict, FieldError, NotFound, Unavailable, Unprocessable

MOST_CREDENTIALS: Final = 10
"""How many secrets of one webhook live at a time."""


class WebhookNotFound(NotFound):
    """No webhook has this id, or none of a unit that this caller may see, or it was deleted."""

    code = "webhook_not_found"
    title = "No such webhook"


class InvalidWebhook(Unprocessable):
    """The webhook names what is not there, or a place that events may not be sent to; `errors` names each part."""

    code = "invalid_webhook"
    title = "The webhook is not valid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{each.pointer} {each.detail}" for each in errors), errors=errors)


class RotatedTooOften(Conflict):
    """So many secrets live that another would only lengthen every signature."""

    code = "webhook_rotated_too_often"
    title = "The webhook has too many secrets that still live"

    def __init__(self) -> None:
        super().__init__(f"{MOST_CREDENTIALS} live: wait until one ends, or rotate with an overlap of 0.")


class WebhookKeyUnavailable(Unavailable):
    """The key that secrets are sealed under cannot be read, or is another than theirs: whoever runs it must mend it."""

    code = "webhook_key_unavailable"
    title = "Secrets of webhooks cannot be opened now"

    def __init__(self) -> None:
        """Name the setting, not the path: that is the server's own."""
        detail = "What TIERBOOK_WEBHOOK_KEY names, or home/webhook_key where it names nothing, is not the key."
        super().__init__(detail, headers={"Retry-After": "60"})


class DeliveryNotFound(NotFound):
    """The webhook has no delivery of this id."""

    code = "delivery_not_found"
    title = "No such delivery"


class WebhookTakesNothing(Conflict):
    """The webhook is paused or disabled: what is for it is kept, and sent once it resumes."""

    code = "webhook_takes_nothing"
    title = "Nothing is sent to the webhook now"

    def __init__(self, state: str) -> None:
        super().__init__(f"It is {state}: resume it first.")
