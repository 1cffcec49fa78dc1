"""Why hashes do not fit: an entry was edited, entries changed places, or a hash itself was edited. Pure.

A hash cannot be read backwards. But each link that does not fit can be tried with the entries, the places and the
hashes of the others that do not fit either: what then fits is how it was sealed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from app.audit.chain import COLUMNS, Values, link
from app.audit.findings import Fault, Finding

_SEALED_AT = COLUMNS.index("sealed_at")


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link whose stored hash is not that of what stands there; `previous` is the hash stored before it."""

    position: int
    entry_id: int
    previous: bytes
    stored: bytes
    values: Values

    @property
    def computed(self) -> bytes:
        """The hash of what stands there."""
        return link(self.previous, self.position, self.values)


def explained(broken: Sequence[BrokenLink]) -> Iterator[Finding]:
    """Name what was done to links that do not fit; none for one that does not fit only for the one before it.

    Takes time with the cube of their number: meant for twenty.
    """
    for one in broken:
        sealed_at = _position_sealed_at(one, broken)
        if sealed_at == one.position:
            continue
        if sealed_at is not None:
            yield _found(one, Fault.CHAIN_REORDERED, f"was sealed at position {sealed_at}")
        elif (other := _entry_sealed_here(one, broken)) is not None:
            yield _found(one, Fault.CHAIN_REORDERED, f"stands where entry {other} was sealed")
        elif _next_continues(one, broken):
            yield _found(one, Fault.LINK_EDITED, "is as it was sealed, but its hash is not")
        else:
            yield _found(one, Fault.ENTRY_EDITED, "is not what was sealed, or the hash before it is not")


def _position_sealed_at(one: BrokenLink, broken: Sequence[BrokenLink]) -> int | None:
    """Where the link fits as it is, after any hash that we know."""
    hashes = {known for each in broken for known in (each.previous, each.stored, each.computed)}
    positions = {each.position + by for each in broken for by in (-1, 0, 1)}
    fitting = (at for before, at in product(hashes, positions) if link(before, at, one.values) == one.stored)
    return next(fitting, None)


def _entry_sealed_here(one: BrokenLink, broken: Sequence[BrokenLink]) -> int | None:
    for other in broken:
        values = [*other.values]
        values[_SEALED_AT] = one.values[_SEALED_AT]
        if link(one.previous, one.position, values) == one.stored:
            return other.entry_id
    return None


def _next_continues(one: BrokenLink, broken: Sequence[BrokenLink]) -> bool:
    """Whether the link after it continues from what stands there, so that only the hash between was edited."""
    return any(
        each.position == one.position + 1 and link(one.computed, each.position, each.values) == each.stored
        for each in broken
    )


def _found(one: BrokenLink, fault: Fault, detail: str) -> Finding:
    return Finding(fault, detail, one.position, one.entry_id)
