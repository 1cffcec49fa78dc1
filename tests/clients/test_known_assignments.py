"""Who covered a client is told as it was known at a moment, whatever was ordered since."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import InstrumentedAttribute

from app.clients.coverage import Turn, store
from app.clients.known_assignments import HeldSpan, held_spans
from app.clients.reading import rows_of
from app.clients.spans import Span as Assigned
from app.clients.tables import Assignment, AssignmentKnown
from app.clock import ManualClock
from app.db.engine import Sessions
from app.kernel.coverage.span import Span
from tests.clients.sent import PATH, company, put
from tests.service import NOON, change_of

ASSIGNMENTS = f"{PATH}/C-1/assignments"
ROLE = "relationship_manager"
MADE: Final = UUID("00000000-0000-4000-8000-000000000001")
YEARS = Span(date(2026, 1, 1), date(2028, 1, 1))
TODAY = date(2026, 11, 22)
Knew = Callable[..., Awaitable[list[tuple[str, date, date | None]]]]


@pytest.fixture(autouse=True)
async def _clients(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company())
    await put(client, "C-2", company())


@pytest.fixture
def knew(sessions: Sessions) -> Knew:
    """What was known of C-1 at a moment: officer and days."""

    async def read(as_of: datetime, span: Span = YEARS) -> list[tuple[str, date, date | None]]:
        async with sessions() as session:
            found = await held_spans(session, ["C-1"], span, as_of)
        assert {(each.client_id, each.role) for each in found} <= {("C-1", ROLE)}
        return [(each.officer_id, each.from_day, each.until_day) for each in found]

    return read


async def assigned(caller: httpx2.AsyncClient, officer: str = "b1-s1-rm", **more: Any) -> str:
    answer = await caller.post(ASSIGNMENTS, json={"officer_id": officer, "role": ROLE, **more})
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["assignment_id"]
    return made


async def posted(caller: httpx2.AsyncClient, path: str, **body: Any) -> None:
    answer = await caller.post(path, json=body)
    assert answer.status_code == 200, answer.text


async def test_an_assignment_is_known_from_the_moment_on_at_which_it_was_entered(
    client: httpx2.AsyncClient, knew: Knew
) -> None:
    await assigned(client, **{"from": "2026-06-01"})
    assert await knew(NOON - timedelta(microseconds=1)) == []
    assert await knew(NOON) == [("b1-s1-rm", date(2026, 6, 1), None)]


async def test_an_end_is_known_from_its_order_on_and_not_before(
    client: httpx2.AsyncClient, clock: ManualClock, knew: Knew
) -> None:
    made = await assigned(client)
    clock.advance(timedelta(hours=1))
    await posted(client, f"{ASSIGNMENTS}/{made}/end", on="2026-12-24")
    clock.advance(timedelta(hours=1))
    await posted(client, f"{ASSIGNMENTS}/{made}/end", on="2026-12-01")
    for_good, once, now = [[("b1-s1-rm", TODAY, day)] for day in (None, date(2026, 12, 24), date(2026, 12, 1))]
    assert await knew(clock.now() - timedelta(hours=1, microseconds=1)) == for_good
    assert await knew(clock.now() - timedelta(hours=1)) == once
    assert await knew(clock.now()) == now


async def test_a_withdrawn_assignment_was_known_until_it_was_withdrawn(
    client: httpx2.AsyncClient, clock: ManualClock, knew: Knew
) -> None:
    made = await assigned(client, **{"from": "2027-01-01"})
    clock.advance(timedelta(hours=1))
    await posted(client, f"{ASSIGNMENTS}/{made}/end", on="2027-01-01")
    assert await knew(NOON) == [("b1-s1-rm", date(2027, 1, 1), None)]
    assert await knew(clock.now()) == []


async def test_a_handover_is_known_as_an_end_and_a_beginning(
    client: httpx2.AsyncClient, clock: ManualClock, knew: Knew
) -> None:
    await assigned(client, owner=True)
    clock.advance(timedelta(hours=1))
    order = {"from_officer": "b1-s1-rm", "to_officer": "b1-s1-rm-2", "on": "2026-12-01", "reason": "moves on"}
    await posted(client, f"{PATH}/C-1/handovers", **order)
    day = date(2026, 12, 1)
    assert await knew(NOON) == [("b1-s1-rm", TODAY, None)]
    assert await knew(clock.now()) == [("b1-s1-rm", TODAY, day), ("b1-s1-rm-2", day, None)]


async def test_an_owner_whom_the_client_keeps_is_known_as_before(
    client: httpx2.AsyncClient, clock: ManualClock, sessions: Sessions, knew: Knew
) -> None:
    await assigned(client, owner=True)
    clock.advance(timedelta(hours=1))
    await posted(client, f"{PATH}/C-1/owner-kept", reason="the client asks")
    assert await knew(clock.now()) == [("b1-s1-rm", TODAY, None)]
    async with sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM assignment_known")) == 1


async def test_what_was_begun_and_ended_at_one_moment_is_known_as_it_ended(
    client: httpx2.AsyncClient, knew: Knew
) -> None:
    made = await assigned(client)
    await posted(client, f"{ASSIGNMENTS}/{made}/end", on="2026-12-01")
    assert await knew(NOON) == [("b1-s1-rm", TODAY, date(2026, 12, 1))]


async def test_only_days_of_the_span_are_asked_for_and_told_whole(client: httpx2.AsyncClient, knew: Knew) -> None:
    made = await assigned(client)
    await posted(client, f"{ASSIGNMENTS}/{made}/end", on="2026-12-01")
    held = [("b1-s1-rm", TODAY, date(2026, 12, 1))]
    assert await knew(NOON, Span(date(2026, 11, 30), date(2027, 1, 1))) == held
    assert await knew(NOON, Span(date(2026, 1, 1), date(2026, 11, 23))) == held
    assert await knew(NOON, Span(date(2026, 12, 1), date(2027, 1, 1))) == []
    assert await knew(NOON, Span(date(2026, 1, 1), TODAY)) == []


async def test_only_the_clients_that_are_asked_for_are_told(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await assigned(client)
    async with sessions() as session:
        assert await held_spans(session, ["C-2"], YEARS, NOON) == []
        found = await held_spans(session, ["C-2", "C-1"], YEARS, NOON)
    assert found == [HeldSpan("C-1", ROLE, "b1-s1-rm", TODAY, None)]


async def test_by_a_clock_that_is_behind_nothing_is_known_twice(sessions: Sessions, knew: Knew) -> None:
    span = Assigned(MADE, "b1-s1-rm", ROLE, owner=False, from_day=TODAY)
    ended = Assigned(MADE, "b1-s1-rm", ROLE, owner=False, from_day=TODAY, until_day=date(2026, 12, 1))
    for before, after, late in (((), (span,), 0), ((span,), (ended,), 5)):
        async with sessions.begin() as session:
            change = change_of(session, now=NOON - timedelta(minutes=late))
            row = (await rows_of(session, ["C-1"], TODAY))["C-1"]
            await store(change, [Turn(row, before, after)])
    for minute in (-4, 0, 1):
        assert await knew(NOON + timedelta(minutes=minute)) == [("b1-s1-rm", TODAY, date(2026, 12, 1))]


async def test_what_is_known_now_is_what_is_assigned(
    client: httpx2.AsyncClient, clock: ManualClock, sessions: Sessions
) -> None:
    kept, gone = await assigned(client, owner=True), await assigned(client, "b1-s1-head", **{"from": "2027-01-01"})
    for made, on in ((kept, "2027-03-01"), (gone, "2027-01-01"), (kept, "2027-02-01")):
        clock.advance(timedelta(days=1))
        await posted(client, f"{ASSIGNMENTS}/{made}/end", on=on)
    await posted(client, f"{PATH}/C-1/handovers", from_officer="b1-s1-rm", to_officer="b1-s1-rm-2", reason="moves on")
    told = select(AssignmentKnown.assignment_id, *_said(AssignmentKnown)).where(AssignmentKnown.ended_at.is_(None))
    holds = select(Assignment.id, *_said(Assignment))
    async with sessions() as session:
        known = (await session.execute(told.order_by(AssignmentKnown.assignment_id))).all()
        assignments = (await session.execute(holds.order_by(Assignment.id))).all()
    assert len(known) == 2
    assert known == assignments


def _said(table: type[Assignment | AssignmentKnown]) -> list[InstrumentedAttribute[Any]]:
    """What both tables say of an assignment."""
    return [getattr(table, name) for name in ("client_id", "officer_id", "role", "from_day", "until_day")]
