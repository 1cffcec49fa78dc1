"""Find a rulebook for a command: a file, or a published version in the database."""

from datetime import date
from pathlib import Path

from app.clock import Clock
from app.db.engine import Sessions
from app.kernel.score import Scorer
from app.rulebooks.check import check
from app.rulebooks.command_database import in_database
from app.rulebooks.files import UnreadableFileError, read_text
from app.rulebooks.published import Published
from app.rulebooks.refusals import UnsoundRulebook
from app.rulebooks.registry import Registry
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
    return Published(report.sound.rulebook.name, 0, report.sound, Scorer(report.sound.rulebook))


def published_rulebook(settings: Settings, clock: Clock, name: str, version: int | None, as_of: date) -> Published:
    """A published version, pinned or in force; raises the registry's refusals and the database's errors."""

    async def work(sessions: Sessions) -> Published:
        registry = Registry(sessions)
        await registry.refresh()
        return registry.pinned(name, version) if version else registry.in_force(name, as_of)

    return in_database(settings, clock, work)
