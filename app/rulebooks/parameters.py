"""What routes of rulebooks share: parameters, what the process knows, the check beside the event loop."""

from datetime import date
from functools import cache
from typing import Annotated, Final

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Path, Request

from app.db.engine import Sessions
from app.http.openapi import problem
from app.http.types import InDigits
from app.rulebooks import service
from app.rulebooks.check import Report, check
from app.rulebooks.registry import Registry
from app.rulebooks.schemas import LAST_NUMBER, RulebookName

Name = Annotated[RulebookName, Path(description="The rulebook's name, for example `corporate-classes`.")]
Version = Annotated[int, Path(ge=1, le=LAST_NUMBER, description="The version's number."), InDigits]
NOT_FOUND: Final = problem(404, "There is no such rulebook or version, or none in force on that day.")


async def registry(request: Request) -> Registry:
    """What this process knows of published rulebooks."""
    known: Registry = request.app.state.rulebooks
    return known


async def today(request: Request) -> date:
    """The bank's business date."""
    day: date = request.app.state.clock.today(request.app.state.settings.timezone)
    return day


Known = Annotated[Registry, Depends(registry)]
Today = Annotated[date, Depends(today)]


async def checked(document: str) -> Report:
    """Check beside the event loop, one document at a time: a proof takes seconds, and scoring goes on meanwhile."""
    return await to_thread.run_sync(check, document, limiter=_one_at_a_time())


async def checked_version(request: Request, name: str, number: int) -> Report:
    """Check a stored version, its connection given back meanwhile; raises VersionNotFound."""
    sessions: Sessions = request.app.state.sessions
    async with sessions.begin() as session:
        document = (await service.version(session, name, number)).document
    return await checked(document)


@cache
def _one_at_a_time() -> CapacityLimiter:
    return CapacityLimiter(1)
