"""What became of one POST."""

from http import HTTPStatus
from typing import Final, Literal, NamedTuple

Fault = Literal["timeout", "refused", "dns", "tls", "address_forbidden", "redirect", "protocol", "lost", "internal"]
"""Why a POST has no answer that counts: no whole answer in time; no connection; no address; no trust; an address that
is not public; a redirect, which is never followed; an answer that is no HTTP; a connection that broke. `internal`:
the receiver's secrets cannot be opened, or something else of ours failed."""

KEPT: Final = 16 * 1024
"""How many bytes of an answer are read, and kept."""


class Answer(NamedTuple):
    """A receiver's answer: its status, or why there is none that counts; the first 16 KiB of its body.

    `retry_after` is the seconds that the receiver asks us to wait, of its header `Retry-After`.
    """

    status: int | None
    error: Fault | None
    took_ms: int
    response: bytes = b""
    retry_after: int | None = None

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has taken it."""
        return self.error is None and self.status is not None and HTTPStatus(200) <= self.status < HTTPStatus(300)
