"""Who follows when visits change, and who says that a day is closed: where visits meet the closing of periods.

Visits do not know of closed periods. Whoever does registers, in a module that its routes load:

    @asks_for_reasons
    async def closed_days(reads: Reading, days: Collection[ClientDay]) -> Collection[ClientDay]: ...

    @follows_visits
    async def settle_closed(change: Change, touched: Sequence[Touched]) -> None: ...
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from app.trail.change import Change, Reading

ClientDay = tuple[str, date]
"""A client by id, and a day."""


class Touched(NamedTuple):
    """A client's day on which a visit was recorded, corrected or voided. One moved to another day touches both."""

    client_id: str
    day: date
    visit_id: UUID
    reason: str | None


Asks = Callable[[Reading, Collection[ClientDay]], Awaitable[Collection[ClientDay]]]
Follows = Callable[[Change, Sequence[Touched]], Awaitable[None]]
_ask: Final[list[Asks]] = []
_follow: Final[list[Follows]] = []


def asks_for_reasons(asks: Asks) -> Asks:
    """Register what finds, among clients' days, those on which a visit is recorded only with a reason."""
    _ask.append(asks)
    return asks


def follows_visits(follows: Follows) -> Follows:
    """Register what is done when visits were recorded, corrected or voided, in the same transaction."""
    _follow.append(follows)
    return follows


async def closed_among(reads: Reading, days: Collection[ClientDay]) -> set[ClientDay]:
    """Those of the days on which a visit needs a reason."""
    found: set[ClientDay] = set()
    for asks in _ask if days else ():
        found.update(await asks(reads, days))
    return found


async def settle(change: Change, touched: Sequence[Touched]) -> None:
    """Have all done that follows from changed visits."""
    for follows in _follow if touched else ():
        await follows(change, touched)
