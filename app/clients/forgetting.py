"""What else is personal of a client, in features that clients do not know: it goes when the client is erased.

Each registers its part, in a module that its routes load:

    @follows_erasure("visits")
    async def forget(change: Change, client_id: str) -> int: ...
"""

from collections.abc import Awaitable, Callable
from typing import Final

from app.trail.change import Change

Forgets = Callable[[Change, str], Awaitable[int]]
_follow: Final[dict[str, Forgets]] = {}


def follows_erasure(what: str) -> Callable[[Forgets], Forgets]:
    """Register what empties rows of a client, and returns how many; `what` is what the trail calls them."""

    def registered(forgets: Forgets) -> Forgets:
        _follow[what] = forgets
        return forgets

    return registered


async def forget(change: Change, client_id: str) -> dict[str, int]:
    """Empty what is personal of a client elsewhere; how many rows there were, where there were some."""
    found = {what: await forgets(change, client_id) for what, forgets in sorted(_follow.items())}
    return {what: rows for what, rows in found.items() if rows}
