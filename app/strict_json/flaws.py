"""What is wrong with a JSON text, and where: for whoever answers for it, over HTTP or in a file."""

from typing import NamedTuple

Place = tuple[str | int, ...]
"""The keys and positions that lead to a value; empty for the whole."""


class Flaw(NamedTuple):
    """One thing that is wrong; never holds the value that was sent."""

    place: Place
    code: str
    detail: str


class UnsoundJsonError(ValueError):
    """Not JSON (RFC 8259), or JSON that cannot be read without guessing."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__("; ".join(flaw.detail for flaw in flaws))
        self.flaws = flaws


def syntax(message: str, where: str) -> UnsoundJsonError:
    """The text is no JSON from there on."""
    return UnsoundJsonError(Flaw((), "syntax", f"{message[:1].upper()}{message[1:]}: {where}"))
