"""Stored versions for commands, which run beside the service or without it."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.clock import SystemClock
from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError
from app.rulebooks import service
from app.rulebooks.command_database import in_database
from app.rulebooks.refusals import RulebookNotFound, VersionNotFound
from app.rulebooks.reign import Reign
from app.rulebooks.reigning import as_reign, reigns_of
from app.rulebooks.schemas import LAST_NUMBER
from app.rulebooks.tables import RulebookVersion
from app.settings import SettingsError, read_settings

_Result = TypeVar("_Result")


class Reference(NamedTuple):
    """`name@version`; without a version the newest published one."""

    name: str
    number: int | None = None

    @classmethod
    def read(cls, text: str) -> "Reference":
        """Read "corporate-classes" or "corporate-classes@2"; raises ValueError."""
        name, at, number = text.partition("@")
        if not name or (at and not (number.isascii() and number.isdigit() and 0 < int(number[:11]) <= LAST_NUMBER)):
            raise ValueError(f"{text} is no stored version: write NAME or NAME@VERSION, as corporate-classes@2")
        return cls(name, int(number) if at else None)

    def __str__(self) -> str:
        return self.name if self.number is None else f"{self.name}@{self.number}"


class NotStoredError(Exception):
    """What was asked for is not there, or the database is not; the message is a sentence for staff."""


def stored_document(reference: Reference) -> str:
    """The text of a stored version; raises NotStoredError."""

    async def work(session: AsyncSession) -> str:
        number = reference.number or await _newest_published(session, reference.name)
        return (await service.version(session, reference.name, number)).document

    return _in_database(work)


class StoredVersion(NamedTuple):
    """A version without its document, and where and when it governs."""

    version: RulebookVersion
    reigns: list[Reign]


def stored_versions() -> Sequence[StoredVersion]:
    """Every stored version, by name, the newest first; raises NotStoredError."""

    async def work(session: AsyncSession) -> Sequence[StoredVersion]:
        query = select(RulebookVersion).options(defer(RulebookVersion.document))
        rows = await session.scalars(query.order_by(RulebookVersion.name, RulebookVersion.number.desc()))
        reigns: defaultdict[tuple[str, int], list[Reign]] = defaultdict(list)
        for each in await reigns_of(session):
            reigns[each.name, each.number].append(as_reign(each))
        return [StoredVersion(row, reigns[row.name, row.number]) for row in rows]

    return _in_database(work)


async def _newest_published(session: AsyncSession, name: str) -> int:
    query = select(RulebookVersion.number).where(
        RulebookVersion.name == name, RulebookVersion.published_at.is_not(None)
    )
    found = await session.scalar(query.order_by(RulebookVersion.number.desc()).limit(1))
    if found is None:
        raise RulebookNotFound(f"No published rulebook is named {name!r}.")
    return found


def _in_database(work: Callable[[AsyncSession], Awaitable[_Result]]) -> _Result:
    async def in_session(sessions: Sessions) -> _Result:
        async with sessions.begin() as session:
            return await work(session)

    try:
        return in_database(read_settings(), SystemClock(), in_session)
    except (RulebookNotFound, VersionNotFound) as error:
        raise NotStoredError(str(error.detail)) from error
    except (DatabaseUnusableError, SettingsError) as error:
        raise NotStoredError(str(error)) from error
