"""Find a rulebook for a command: a file, or a published version in the database."""

import asyncio
from datetime import date
from pathlib import Path

from app.clock import Clock
from app.db.engine import open_engine, open_sessions
from app.db.migrate import migrate
from app.db.opened import opened
from app.kernel.score import Scorer
from app.rulebooks.check import check
from app.rulebooks.files import UnreadableFileError, read_text
from app.rulebooks.refusals import UnsoundRulebook
from app.rulebooks.registry import Published, Registry
from app.rulebooks.service import Author
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings


def rulebook_of_file(path: Path) -> Published:
    """A rulebook file, checked; version 0 stands for what is not published.

    Raises UnreadableFileError or UnsoundRulebook.
    """
    try:
        report = check(read_text(str(path)))
    except UnreadableFileError as error:
        raise UnreadableFileError(f"{path}: {error}") from error
    if report.sound is None:
        raise UnsoundRulebook(report.problems)
    return Published(report.sound.rulebook.name, 0, date.min, report.sound, Scorer(report.sound.rulebook))


def published_rulebook(settings: Settings, clock: Clock, name: str, version: int | None, as_of: date) -> Published:
    """A published version, pinned or in force; raises the registry's refusals and the database's errors.

    An embedded database may be new: the schema and the shipped rulebooks are then made, as the first start does. One
    that DATABASE_URL names is left as it is.
    """
    with opened(settings) as ready:
        if settings.database_url is None:
            migrate(ready)
        return asyncio.run(_published(ready, clock, name, version, as_of, own=settings.database_url is None))


async def _published(
    settings: Settings, clock: Clock, name: str, version: int | None, as_of: date, *, own: bool
) -> Published:
    engine = open_engine(settings)
    try:
        sessions = open_sessions(engine)
        if own:
            async with sessions.begin() as session:
                await publish_shipped(session, Author("first start", clock.now()))
        registry = Registry(sessions)
        await registry.refresh()
        return registry.pinned(name, version) if version else registry.in_force(name, as_of)
    finally:
        await engine.dispose()
