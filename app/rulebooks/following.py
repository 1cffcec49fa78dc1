"""What follows when a version comes to govern, or governs no longer: done by those who lie above, in its transaction.

They register, in a module that the application loads:

    @follows_reigns
    async def tell(change: Change, version: VersionName, term: Term, turn: Turn) -> None: ...
"""

from collections.abc import Awaitable, Callable
from typing import Final, Literal, NamedTuple

from app.rulebooks.reign import Term
from app.rulebooks.tables import RulebookVersion
from app.trail.change import Change


class VersionName(NamedTuple):
    """A version of a rulebook, by its number, and the digest of its content."""

    name: str
    number: int
    digest: str


Turn = Literal["begins", "ends"]
Follows = Callable[[Change, VersionName, Term, Turn], Awaitable[None]]
"""Of a term that begins; of one that ends early, with the day on which it does as its `until_day`."""

_follow: Final[list[Follows]] = []


def follows_reigns(follows: Follows) -> Follows:
    """Register what is done when the days change on which a version governs."""
    _follow.append(follows)
    return follows


async def follow(change: Change, version: RulebookVersion, term: Term, turn: Turn) -> None:
    """Have all done that follows."""
    named = VersionName(version.name, version.number, version.digest)
    for follows in _follow:
        await follows(change, named, term, turn)
