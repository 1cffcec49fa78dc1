"""Hints between processes that there is something to do: heard, it is done at once; missed, a little later.

A hint says nothing, and is given after the commit by a connection of its own: NOTIFY within a transaction would make
every commit of the database wait for every other.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from app.db.driver import Driver, as_sqlalchemy, connect
from app.db.failures import DatabaseMayBeAway
from app.db.patience import answered_within
from app.settings import Settings

EVERY_S: Final = 0.05
"""Seconds between two hints of a kind at least, however much there is to do."""

_AGAIN_S: Final = 1.0
_LIMIT_S: Final = 5.0


class Hints:
    """Gives hints of one kind to other processes; lives on the event loop."""

    def __init__(self, settings: Settings, kind: str) -> None:
        self._settings = settings
        self._channel = _channel(kind)
        self._given = asyncio.Event()

    def give(self) -> None:
        """Say that there is something; returns at once."""
        self._given.set()

    async def run(self) -> None:
        """Pass hints on for ever; the application runs it in the background and cancels it."""
        while True:
            await self._given.wait()
            with DatabaseMayBeAway():
                await self._pass_on()
            await asyncio.sleep(_AGAIN_S)

    async def _pass_on(self) -> None:
        """Pass hints on, as long as the database answers."""
        async with await connect(self._settings) as driver:
            while True:
                await self._given.wait()
                self._given.clear()
                with as_sqlalchemy("NOTIFY"):
                    await answered_within(_LIMIT_S, driver.execute(f"NOTIFY {self._channel}"))
                await asyncio.sleep(EVERY_S)


async def listen(settings: Settings, kind: str, wake: Callable[[], None]) -> None:
    """Call `wake` at each hint of a kind, and whenever one may have been missed; for ever."""
    while True:
        with DatabaseMayBeAway():
            async with await connect(settings) as driver:
                await _heard(driver, _channel(kind), wake)
        await asyncio.sleep(_AGAIN_S)


async def _heard(driver: Driver, channel: str, wake: Callable[[], None]) -> None:
    with as_sqlalchemy("LISTEN"):
        await driver.execute(f"LISTEN {channel}")
        wake()
        async for _ in driver.notifies():
            wake()


def _channel(kind: str) -> str:
    return f"tierbook_{kind}"
