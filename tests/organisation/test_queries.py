"""What other features ask of the organisation."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.fence import within
from app.organisation.lookup import roles_by_any_name
from app.organisation.officers import begin_posting, move_officer
from app.organisation.queries import committee, holders, unit_path
from app.organisation.roles import put_role
from app.organisation.staff_state import PostingWish
from app.organisation.tables import Unit
from app.organisation.unit_state import UnitOrder
from app.organisation.units import put_unit
from tests.organisation.bank import OPENED, POSTED, UNITS
from tests.service import change_of

pytestmark = pytest.mark.anyio

TODAY = date(2026, 11, 22)
TOMORROW = TODAY + timedelta(days=1)


async def test_a_path_leads_from_a_unit_up_to_the_head_office(session: AsyncSession) -> None:
    assert await unit_path(session, "B1-S1-O1", TODAY) == ("B1-S1-O1", "B1-S1", "B1", "HO")
    assert await unit_path(session, "B2-O1", TODAY) == ("B2-O1", "B2", "HO")
    assert await unit_path(session, "HO", TODAY) == ("HO",)


async def test_a_role_goes_by_its_name_and_labels_and_by_a_label_of_two_goes_neither(session: AsyncSession) -> None:
    await put_role(change_of(session), "first", "Clerk", "职员")
    await put_role(change_of(session), "second", "Clerk", "文员")
    found = await roles_by_any_name(session)
    assert {name: found.get(name) for name in ("first", "second", "职员", "文员", "Clerk")} == {
        "first": "first",
        "second": "second",
        "职员": "first",
        "文员": "second",
        "Clerk": None,
    }


async def test_a_path_is_that_of_the_day(session: AsyncSession) -> None:
    order = UnitOrder("B1-S1", "sub_branch", "Unit B1-S1", "B2", TOMORROW)
    await put_unit(change_of(session), order)
    assert await unit_path(session, "B1-S1-O1", TODAY) == ("B1-S1-O1", "B1-S1", "B1", "HO")
    assert await unit_path(session, "B1-S1-O1", TOMORROW) == ("B1-S1-O1", "B1-S1", "B2", "HO")
    assert await unit_path(session, "B1-S1-O1", OPENED - timedelta(days=1)) == ()
    assert await unit_path(session, "NONE", TODAY) == ()
    assert await unit_path(session, None, TODAY) == ()


async def test_a_role_is_held_at_exactly_a_unit_on_a_day(session: AsyncSession) -> None:
    assert await holders(session, "B1-S1", "relationship_manager", TODAY) == ["b1-s1-rm", "b1-s1-rm-2"]
    assert await holders(session, "B1", "relationship_manager", TODAY) == []
    assert await holders(session, "B1-S1", "relationship_manager", POSTED - timedelta(days=1)) == []
    await move_officer(change_of(session), "b1-s1-rm", PostingWish("B2", "relationship_manager", TOMORROW))
    assert await holders(session, "B1-S1", "relationship_manager", TODAY) == ["b1-s1-rm", "b1-s1-rm-2"]
    assert await holders(session, "B1-S1", "relationship_manager", TOMORROW) == ["b1-s1-rm-2"]


async def test_a_committee_are_its_unit_s_members(session: AsyncSession) -> None:
    assert await committee(session, "B1", TODAY) == {"b1-committee-1", "b1-committee-2", "b1-committee-3"}
    await begin_posting(change_of(session), "b1-president", PostingWish("B1", "committee_member", TOMORROW))
    assert len(await committee(session, "B1", TODAY)) == 3
    assert "b1-president" in await committee(session, "B1", TOMORROW)
    assert await committee(session, "B2", TODAY) == frozenset()


@pytest.mark.parametrize(
    ("fence", "seen"),
    [
        (None, set(UNITS)),
        ("HO", set(UNITS)),
        ("B2", {"B2", "B2-S1", "B2-S1-O1", "B2-O1"}),
        ("B2-O1", {"B2-O1"}),
        ("NONE", set()),
    ],
)
async def test_a_fence_holds_a_unit_and_what_stands_below_it(
    session: AsyncSession, fence: str | None, seen: set[str]
) -> None:
    assert set(await session.scalars(select(Unit.id).where(within(Unit.id, fence, TODAY)))) == seen
