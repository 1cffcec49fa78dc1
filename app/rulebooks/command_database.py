"""The database of a command that reads rulebooks: a new one holds those that a first start publishes."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.clock import Clock
from app.db import opened
from app.db.engine import Sessions
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings

_Result = TypeVar("_Result")


def in_database(settings: Settings, clock: Clock, work: Callable[[Sessions], Awaitable[_Result]]) -> _Result:
    """Run `work` on DATABASE_URL as it is, or on the embedded server; raises DatabaseUnusableError."""

    async def after_publication(sessions: Sessions) -> _Result:
        if settings.database_url is None:
            async with sessions.begin() as session:
                await publish_shipped(session, clock.now(), settings.timezone)
        return await work(sessions)

    return opened.in_database(settings, after_publication)
