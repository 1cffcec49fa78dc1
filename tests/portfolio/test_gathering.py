"""What a run reads of its clients: the facts that the versions declare which decide, and no other."""

from fastapi import FastAPI

from app.db.engine import Sessions
from app.portfolio.gathering import Reached, gathered
from app.portfolio.members import Member
from tests.service import NOON, SHANGHAI
from tests.standing.conftest import Know

MEMBERS = [Member("C-1", "B1-S1", ("B1-S1", "B1", "HO"))]
REACHED = Reached(NOON.astimezone(SHANGHAI).date(), NOON, SHANGHAI)


async def read(app: FastAPI, sessions: Sessions, tried: str | None = None) -> set[str]:
    """The facts of C-1 that are read for a run of the watched clients, or to try another rulebook's version there."""
    registry = app.state.rulebooks
    other = registry.in_force(tried, REACHED.as_of) if tried else None
    async with sessions() as session:
        piece = await gathered(session, registry, "watched-clients", MEMBERS, REACHED, other)
    return set(piece.known["C-1"])


async def test_a_fact_that_no_version_reads_which_decides_is_not_loaded(
    app: FastAPI, sessions: Sessions, book: None, know: Know
) -> None:
    await know("C-1", hobby="golf", overdue_days="0")
    assert await read(app, sessions) == {"balance", "overdue_days"}
    assert await read(app, sessions, "balance-classes") == {"balance", "overdue_days", "segment"}
