"""Who leaves is not nominated meanwhile: where exits and recognition meet, which do not know each other (A12, B7).

An exit goes before a nomination under the same rulebook: while one is open nobody nominates the client, and its
opening takes the nomination back that is on the way. Each side registers its part, in a module that its routes load:

    @tells_who_leaves
    async def leaving_clients(session: AsyncSession, client_ids: Collection[str]) -> set[Key]: ...

    @follows_leaving
    async def overtake(change: Change, judges: Judges, left: Collection[Key]) -> None: ...

What is over once the client has left is registered with `follows_exit`.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.standing.judges import Judges
from app.standing.reading import Key
from app.trail.change import Change

Tells = Callable[[AsyncSession, Collection[str]], Awaitable[set[Key]]]
Follows = Callable[[Change, Judges, Collection[Key]], Awaitable[None]]
Ends = Callable[[Change, Collection[Key], str | None], Awaitable[None]]
_tells: Final[list[Tells]] = []
_follow: Final[list[Follows]] = []
_ends: Final[list[Ends]] = []


def tells_who_leaves(tells: Tells) -> Tells:
    """Register what finds the open exits of clients."""
    _tells.append(tells)
    return tells


def follows_leaving(follows: Follows) -> Follows:
    """Register what is done when exits open, in the same transaction, under the clients' locks."""
    _follow.append(follows)
    return follows


def follows_exit(ends: Ends) -> Ends:
    """Register what is done when clients have left, with the unit that leads them, under their locks."""
    _ends.append(ends)
    return ends


async def leaving(session: AsyncSession, client_ids: Collection[str]) -> set[Key]:
    """The open exits of these clients, by client and rulebook."""
    found: set[Key] = set()
    for tells in _tells:
        found |= await tells(session, client_ids)
    return found


async def leave(change: Change, judges: Judges, left: Collection[Key]) -> None:
    """Have all done that follows from exits that have just opened."""
    for follows in _follow:
        await follows(change, judges, left)


async def gone(change: Change, left: Collection[Key], unit: str | None) -> None:
    """Have all done that follows from clients having left."""
    for ends in _ends:
        await ends(change, left, unit)
