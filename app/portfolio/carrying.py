"""The clients that carry a share of a measure (domain.md C1), the largest first; for a list that is read in pages.

A list is of the moment at which its first page was read: a fact that is recorded meanwhile moves nobody from one page
to another. The last list is kept, since every page needs all of it.
"""

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.kernel.concentration import Client, Concentration
from app.portfolio.measuring import Asked, measured, ranked
from app.rulebooks.published import Published
from app.trail.change import Reading


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: in the list of which moment, and after which client."""

    known_at: datetime
    after: Client


class LastList:
    """The last list that was asked for; one for each process."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._carrying: Sequence[Client] = ()

    def keep(self, key: Hashable, carrying: Sequence[Client]) -> None:
        """Keep a list in the place of the one before."""
        self._key, self._carrying = key, carrying

    def find(self, key: Hashable) -> Sequence[Client] | None:
        """The list, where it is this one."""
        return self._carrying if self._key == key else None


async def carrying(
    reads: Reading, published: Published, asked: Asked, share: int, place: Place | None, last: LastList
) -> Sequence[Client]:
    """The fewest clients that carry a share, as known when the list was begun; nobody, where nobody has anything."""
    known_at = place.known_at if place else reads.now
    key = (asked, published.sound.digest, share, known_at)
    found = last.find(key) if place else None
    if found is None:
        spread = await ranked((await measured(reads, published, asked, known_at)).values)
        found = spread.carrying(share).selected if isinstance(spread, Concentration) else ()
        last.keep(key, found)
    return found


def start_of(clients: Sequence[Client], place: Place | None) -> int:
    """How many clients stand before the first of a page: larger values first, ties by id."""
    if place is None:
        return 0
    client_id, value = place.after
    return bisect_right(clients, (-value, client_id), key=lambda each: (-each[1], each[0]))
