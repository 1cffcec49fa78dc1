"""Whom an answer names to a key of a unit: those of its unit, the whole bank's keys and commands, and itself."""

from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import Field
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.http.types import Wire
from app.organisation.telling import Who, shown_to
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.change import Reading
from tests.service import NOON, new_key

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class Step(Wire):
    by: Who
    client_id: str = "b2-s1-rm"


class Case(Wire):
    proposed_by: Who
    steps: list[Step] = Field([])
    named: dict[str, Step] = Field({})


def reading(session: AsyncSession, unit: str | None, person: str | None = None) -> Reading:
    actor = Actor("the reader's key", uuid4(), unit, person)
    return Reading(actor, NOON, NOON.astimezone(_SHANGHAI).date(), _SHANGHAI, session=session)


@pytest.fixture
async def bank(session: AsyncSession, settings: Settings) -> AsyncSession:
    for unit in ("B1-S1", "B2", "HO", None):
        new_key(session, settings, name=f"key of {unit}", unit=unit)
    await session.flush()
    return session


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("b1-s1-rm", True),
        ("key of B1-S1", True),
        ("key of None", True),
        ("cli:root", True),
        ("the reader's key", True),
        ("b2-s1-rm", False),
        ("ho-president", False),
        ("key of B2", False),
        ("key of HO", False),
        ("nobody", False),
    ],
)
async def test_a_key_of_a_unit_is_told_of_its_own_and_of_the_whole_bank_s(
    bank: AsyncSession, who: str, *, told: bool
) -> None:
    shown = await shown_to(reading(bank, "B1"), Case(proposed_by=who))
    assert shown.proposed_by == (who if told else None)


async def test_a_person_reads_what_they_did_themselves(bank: AsyncSession) -> None:
    shown = await shown_to(reading(bank, "B1", "b2-s1-rm"), Case(proposed_by="b2-s1-rm"))
    assert shown.proposed_by == "b2-s1-rm"


async def test_who_served_in_a_unit_last_is_told_to_it_and_who_moved_on_to_another(bank: AsyncSession) -> None:
    left = "UPDATE posting SET until_day = '2026-11-01' WHERE officer_id IN ('b1-s1-rm', 'b1-s2-rm')"
    moved = (
        "INSERT INTO posting VALUES (gen_random_uuid(), 'b1-s2-rm', 'B2', 'relationship_manager', '2026-11-01', null)"
    )
    connection = await bank.connection()
    for statement in (left, moved):
        await connection.exec_driver_sql(statement)
    case = Case(proposed_by=None, steps=[Step(by="b1-s1-rm"), Step(by="b1-s2-rm")])
    assert [each.by for each in (await shown_to(reading(bank, "B1"), case)).steps] == ["b1-s1-rm", None]
    assert [each.by for each in (await shown_to(reading(bank, "B2"), case)).steps] == [None, "b1-s2-rm"]


async def test_an_answer_is_cut_at_any_depth_and_nothing_else_of_it(bank: AsyncSession) -> None:
    case = Case(proposed_by=None, steps=[Step(by="b2-s1-rm")], named={"b2-s1-rm": Step(by="key of B2")})
    shown = await shown_to(reading(bank, "B1"), case)
    assert shown == Case(proposed_by=None, steps=[Step(by=None)], named={"b2-s1-rm": Step(by=None)})


@pytest.mark.parametrize(("unit", "asked"), [(None, 0), ("B1", 3)])
async def test_it_is_looked_up_for_all_at_once_and_for_the_whole_bank_not_at_all(
    bank: AsyncSession, connection: AsyncConnection, unit: str | None, asked: int
) -> None:
    statements: list[str] = []
    case = Case(proposed_by="b1-s1-rm", steps=[Step(by=f"b1-s1-rm-{number}") for number in range(50)])

    def counted(*about: object) -> None:
        statements.append(str(about[2]))

    event.listen(connection.sync_connection, "before_cursor_execute", counted)
    await shown_to(reading(bank, unit), case)
    event.remove(connection.sync_connection, "before_cursor_execute", counted)
    assert len([each for each in statements if each.startswith("SELECT")]) == asked
