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
from app.rulebooks.refusals import UnsoundRulebook
from app.rulebooks.registry import Published, Registry
from app.rulebooks.service import Author
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings


def rulebook_of_file(path: Path) -> Published:
    """A rulebook file, checked; version 0 stands for what is not published. Raises UnsoundRulebook."""
    report = check(path.read_text(encoding="utf-8"))
    if report.sound is None:
        raise UnsoundRulebook(report.problems)
    return Published(report.sound.rulebook.name, 0, date.min, report.sound, Scorer(report.sound.rulebook))


def published_rulebook(settings: Settings, clock: Clock, name: str, version: int | None, as_of: date) -> Published:
    """A published version, pinned or in force; raises the registry's refusals and the database's errors.

    A new installation has none yet: the shipped rulebooks are then published first, as the first start does.
    """
    with opened(settings) as ready:
        migrate(ready)
        return asyncio.run(_published(ready, clock, name, version, as_of))


async def _published(settings: Settings, clock: Clock, name: str, version: int | None, as_of: date) -> Published:
    engine = open_engine(settings)
    try:
        sessions = open_sessions(engine)
        async with sessions.begin() as session:
            await publish_shipped(session, Author("first start", clock.now()))
        registry = Registry(sessions)
        await registry.refresh()
        return registry.pinned(name, version) if version else registry.in_force(name, as_of)
    finally:
        await engine.dispose()
