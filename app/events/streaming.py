"""The feed as server-sent events. A reader holds a page of events at most, and no connection while he reads it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from fastapi.sse import ServerSentEvent

from app.clock import Clock
from app.db.failures import DatabaseMayBeAway
from app.events.feed import Page, Placed
from app.events.sequencing import Sequencer

PAGE: Final = 50
LIFE_S: Final = 900.0
"""A stream ends after so long: whoever reads on shows his key anew."""

RETRY_MS: Final = 2000
_LOOK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Stream:
    """One reader. `read` gives the page of at most so many after a place, in a transaction of its own."""

    sequencer: Sequencer
    clock: Clock
    read: Callable[[int, int], Awaitable[Page]]
    is_draining: Callable[[], bool]

    async def events(self, after: int) -> AsyncIterator[ServerSentEvent]:
        """Events after a place, as they come, until the server drains or the stream is old."""
        yield ServerSentEvent(comment="tierbook", retry=RETRY_MS)
        began = self.clock.monotonic()
        while not self.is_draining() and self.clock.monotonic() - began < LIFE_S:
            if await self.sequencer.wait_beyond(after, _LOOK_S):
                found = await self._read(after)
                for each in found.items:
                    yield sent(each)
                if found.after == after:
                    await asyncio.sleep(_LOOK_S)  # the database is away
                after = found.after

    async def _read(self, after: int) -> Page:
        """The next page; an empty one where the database is away, to be asked for again."""
        with DatabaseMayBeAway():
            return await self.read(after, PAGE)
        return Page([], after, more=False)


def sent(placed: Placed) -> ServerSentEvent:
    """The event on the wire: its place as id, its type, and the CloudEvent as it is."""
    return ServerSentEvent(id=str(placed.sequence), event=placed.type, raw_data=placed.body)
