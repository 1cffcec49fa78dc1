"""Leaves and closures as they were known at a moment."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.coverage.span import Span
from app.organisation.closure_reading import closures_in
from app.organisation.leave_reading import LeaveSpan, leaves_in
from app.organisation.tables import Leave, UnitClosure
from app.organisation.unit_state import UnitOrder
from app.organisation.units import put_units
from tests.service import NOON, change_of

pytestmark = pytest.mark.anyio

DECEMBER: Final = Span(date(2026, 12, 1), date(2027, 1, 1))
HOUR: Final = timedelta(hours=1)


def day(number: int) -> date:
    return date(2026, 12, number)


def known(ended_at: datetime | None = None, **row: Any) -> dict[str, Any]:
    ended = {"ended_at": ended_at, "ended_by": ended_at and "test"}
    return {"id": uuid.uuid4(), "recorded_at": NOON, "recorded_by": "test", **ended, **row}


async def away(session: AsyncSession, officer: str, first: date, until: date, **more: Any) -> None:
    session.add(Leave(**known(officer_id=officer, from_day=first, until_day=until, **more)))
    await session.flush()


async def closed(session: AsyncSession, unit: str, first: date, until: date, **more: Any) -> None:
    session.add(UnitClosure(**known(unit_id=unit, from_day=first, until_day=until, reason="works", **more)))
    await session.flush()


async def closures(session: AsyncSession, span: Span = DECEMBER, **asked: Any) -> list[tuple[str, date, date]]:
    return [each[:3] for each in await closures_in(session, span, NOON, **asked)]


async def test_a_leave_is_known_from_its_record_to_its_withdrawal(session: AsyncSession) -> None:
    await away(session, "b1-s1-rm", day(7), day(12), delegate_id="b1-s1-rm-2", ended_at=NOON + HOUR)
    there = [LeaveSpan("b1-s1-rm", day(7), day(12), "b1-s1-rm-2")]
    moments = (NOON - timedelta(microseconds=1), NOON, NOON + HOUR - timedelta(microseconds=1), NOON + HOUR)
    found = [await leaves_in(session, DECEMBER, each) for each in moments]
    assert found == [[], there, there, []]


async def test_leaves_with_a_day_of_the_span_are_told_whole(session: AsyncSession) -> None:
    await away(session, "b1-s1-rm", date(2026, 11, 20), day(2))
    await away(session, "b1-s1-rm-2", date(2026, 11, 20), day(1))
    await away(session, "b1-s1-head", date(2027, 1, 1), date(2027, 1, 2))
    assert await leaves_in(session, DECEMBER, NOON) == [LeaveSpan("b1-s1-rm", date(2026, 11, 20), day(2), None)]


async def test_leaves_are_told_of_the_officers_that_are_asked_for(session: AsyncSession) -> None:
    for officer in ("b1-s1-rm", "b1-s1-rm-2"):
        await away(session, officer, day(7), day(12))
    found = await leaves_in(session, DECEMBER, NOON, ["b1-s1-rm-2"])
    assert [each.officer_id for each in found] == ["b1-s1-rm-2"]
    assert await leaves_in(session, DECEMBER, NOON, []) == []


async def test_a_closure_holds_for_the_unit_and_all_below_it(session: AsyncSession) -> None:
    await closed(session, "B2", day(7), day(8))
    units = ("B2", "B2-O1", "B2-S1", "B2-S1-O1")
    assert await closures(session) == [(unit, day(7), day(8)) for unit in units]
    assert await closures(session, units=["B2-S1"]) == [("B2-S1", day(7), day(8))]


async def test_a_closure_holds_only_while_a_unit_stands_below(session: AsyncSession) -> None:
    moved = UnitOrder("B2-S1", "sub_branch", "Unit B2-S1", "B1", day(10))
    assert (await put_units(change_of(session), [moved]))[1] == {}
    await closed(session, "B2", day(7), day(14))
    await closed(session, "B1", day(7), day(14))
    found = await closures(session, units=["B2-S1", "B2-O1"])
    assert found == [("B2-O1", day(7), day(14)), ("B2-S1", day(7), day(10)), ("B2-S1", day(10), day(14))]
    early = await closures(session, Span(day(1), day(8)), units=["B2-S1"])
    assert early == [("B2-S1", day(7), day(10))]


async def test_a_withdrawn_closure_is_known_until_then(session: AsyncSession) -> None:
    await closed(session, "B2-O1", day(7), day(8), ended_at=NOON + HOUR)
    assert len(await closures_in(session, DECEMBER, NOON)) == 1
    assert await closures_in(session, DECEMBER, NOON + HOUR) == []
