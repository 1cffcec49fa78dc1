"""Publishing as it must be done: a draft, a simulation of it, and a second person."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, Final
from uuid import uuid4

import httpx2
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.guard import ON_BEHALF_OF
from app.db.engine import Sessions
from app.organisation.tables import Officer, Posting, Role, Unit, UnitTree
from app.rulebooks import governance, service
from app.rulebooks.check import check
from app.rulebooks.reign import Term
from app.rulebooks.simulations import Simulation, attach_simulation
from app.rulebooks.tables import RulebookVersion
from tests.service import NOON, change_of

Publish = Callable[..., Awaitable[httpx2.Response]]
AUTHOR: Final = "author"
SECOND: Final = "second-person"
FURTHER: Final = "further-person"
BY_AUTHOR: Final = {ON_BEHALF_OF: AUTHOR}
BY_ANOTHER: Final = {ON_BEHALF_OF: SECOND}
"""With these an administrator's key stores a draft for one person, and acts for another."""

_SINCE: Final = date(2020, 1, 1)


async def staffed(session: AsyncSession, *officers: str) -> None:
    """Have the author, the second person and others serve in an outlet that stands apart from a test's own units."""
    unit = Unit(id="STAFF", kind="outlet", name="Staff", opened_on=_SINCE, closed_on=None, revision=1, updated_at=NOON)
    role = Role(name="staff", label_en="Staff", label_zh="员工", revision=1, updated_at=NOON)
    session.add_all([unit, role])
    people = (AUTHOR, SECOND, *officers)
    session.add_all(Officer(id=each, name=each, left_on=None, revision=1, updated_at=NOON) for each in people)
    await session.flush()
    session.add(UnitTree(ancestor="STAFF", descendant="STAFF", from_day=_SINCE, until_day=None, distance=0))
    session.add_all(
        Posting(id=uuid4(), officer_id=each, unit_id="STAFF", role="staff", from_day=_SINCE, until_day=None)
        for each in people
    )
    await session.flush()


async def simulated(session: AsyncSession, name: str, number: int, *, clients: int = 3) -> None:
    """Attach a simulation of a stored version, as a portfolio run does."""
    digest = (await service.version(session, name, number)).digest
    await attach_simulation(change_of(session), Simulation(name, number, digest, clients, {"moved": 1}))


async def published(session: AsyncSession, text: str, term: Term, digest: str | None = None) -> RulebookVersion:
    """A document stored, simulated and published; under another digest than its own where one is given."""
    report = check(text)
    assert report.document is not None
    draft = await service.store_draft(change_of(session, person=AUTHOR), report.document.rulebook, text, report)
    draft.digest = digest or draft.digest
    await session.flush()
    await simulated(session, draft.name, draft.number)
    return await governance.publish(change_of(session, person=SECOND), draft, report, term)


def publisher(client: httpx2.AsyncClient, sessions: Sessions) -> Publish:
    """Simulates a draft and publishes it over the API, as another person than its author."""

    async def publish(name: str, number: int, day: str | date, units: Sequence[str] = (), **asked: Any) -> Any:
        async with sessions.begin() as session:
            await simulated(session, name, number)
        body = {"effective_from": str(day), "units": [*units], **asked}
        return await client.post(f"/v1/rulebooks/{name}/versions/{number}/publish", json=body, headers=BY_ANOTHER)

    return publish
