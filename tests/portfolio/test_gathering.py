"""What a run reads of its clients: the facts that the versions declare which decide, and no other."""

from fastapi import FastAPI

from app.db.engine import Sessions
from app.portfolio.gathering import Piece, Reached, known_of, parted
from app.portfolio.members import Member
from app.portfolio.trying import texts_of
from tests.service import NOON, SHANGHAI
from tests.standing.conftest import Know

MEMBERS = [Member("C-1", "B1-S1", ("B1-S1", "B1", "HO"))]
REACHED = Reached(NOON.astimezone(SHANGHAI).date(), NOON, SHANGHAI)


def piece_of(app: FastAPI) -> Piece:
    return parted(app.state.rulebooks, "watched-clients", MEMBERS, REACHED.as_of)


async def test_a_fact_that_no_version_reads_which_decides_is_not_loaded(
    app: FastAPI, sessions: Sessions, book: None, know: Know
) -> None:
    await know("C-1", hobby="golf", overdue_days="0")
    async with sessions() as session:
        assert set((await known_of(session, piece_of(app), REACHED))["C-1"]) == {"balance", "overdue_days"}


async def test_what_a_version_that_is_tried_reads_is_loaded_as_well(
    app: FastAPI, sessions: Sessions, book: None, know: Know
) -> None:
    await know("C-1", hobby="golf", overdue_days="0")
    tried = app.state.rulebooks.in_force("balance-classes", REACHED.as_of)
    async with sessions() as session:
        texts = await texts_of(session, piece_of(app), REACHED, tried)
    assert {name for name, [value] in texts.columns.items() if value} == {"balance", "overdue_days", "segment"}
