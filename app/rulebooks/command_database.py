"""The database of a command that reads rulebooks, beside the service or without it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.clock import Clock
from app.db.engine import Sessions, open_engine, open_sessions
from app.db.migrate import migrate
from app.db.opened import opened
from app.rulebooks.service import Author
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings

_Result = TypeVar("_Result")
_AUTHOR = "first start"


def in_database(settings: Settings, clock: Clock, work: Callable[[Sessions], Awaitable[_Result]]) -> _Result:
    """Run `work` on DATABASE_URL as it is, or on the embedded server, started if need be.

    An embedded database may be new: the schema and the shipped rulebooks are then made, as the first start does.
    Raises EmbeddedPostgresError, and the database's own errors.
    """
    own = settings.database_url is None
    with opened(settings) as ready:
        if own:
            migrate(ready)
        return asyncio.run(_run(ready, work, Author(_AUTHOR, clock.now()) if own else None))


async def _run(settings: Settings, work: Callable[[Sessions], Awaitable[_Result]], publisher: Author | None) -> _Result:
    engine = open_engine(settings)
    try:
        sessions = open_sessions(engine)
        if publisher:
            async with sessions.begin() as session:
                await publish_shipped(session, publisher)
        return await work(sessions)
    finally:
        await engine.dispose()
