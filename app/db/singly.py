"""Statements that are a transaction each: for what is done in a look-up and one statement that writes it all.

Nothing is sent but these: no BEGIN, no COMMIT, nothing to see whether the connection lives.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql import ClauseElement
from sqlalchemy.util import greenlet_spawn

from app.db.fetching import Rows, Statements, run


class Singly:
    """Takes connections out of an engine's pool, and puts them back as they were."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Take them out of this engine's."""
        self._engine = engine

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Statements]:
        """A connection on which each statement is committed as it ends, or leaves nothing where it fails."""
        taken = await self._engine.raw_connection()
        driver: Any = taken.driver_connection
        try:
            await driver.set_autocommit(True)
            yield _Each(driver)
        finally:
            if not driver.closed:
                await driver.set_autocommit(False)
            await greenlet_spawn(taken.close)


class _Each(NamedTuple):
    driver: Any

    async def rows(self, statement: ClauseElement, parameters: Mapping[str, Any]) -> Rows:
        """Run one; see `Statements`."""
        return await run(self.driver, statement, parameters)
