"""Deliveries are claimed by looking at what may be tried, not through all that there is."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.db.driver import Driver, connect
from app.webhooks import claiming
from app.webhooks.claiming import claim
from app.webhooks.desk import LIMIT
from tests.webhooks.delivering.office import Office

_BUSY: Final = """
INSERT INTO event (id, type, at, recorded_at, body, endpoints)
SELECT md5('e' || n)::uuid, 'tierbook.warning.raised.v1', :now, :now, '{}', 1 FROM generate_series(1, 20000) AS n;
"""
_DELIVERIES: Final = """
INSERT INTO delivery (id, event_id, endpoint_id, state, attempts, next_at, created_at)
SELECT gen_random_uuid(), md5('e' || n)::uuid, :endpoint,
  CASE WHEN n > 19000 THEN 'pending' ELSE 'delivered' END, 1,
  CASE WHEN n > 19000 THEN CAST(:now AS timestamptz) + make_interval(secs => n - 19020) END, :now
FROM generate_series(1, 20000) AS n
"""


@pytest.fixture
async def driver(office: Office) -> AsyncIterator[Driver]:
    opened = await connect(office.settings)
    yield opened
    await opened.close()


@pytest.fixture
async def busy(office: Office) -> Office:
    """A receiver with many events behind it, and some before it; analyzed by the owner, as a database is."""
    endpoint = await office.endpoint("https://crm.test/hook")
    await office.say(_BUSY, now=office.clock.now())
    await office.say(_DELIVERIES, now=office.clock.now(), endpoint=endpoint)
    async with office.sessions.begin() as session:
        await session.execute(text("SET LOCAL ROLE NONE"))
        for table in ("delivery", "event", "webhook_endpoint"):
            await session.execute(text(f"ANALYZE {table}"))
    return office


async def test_a_claim_reads_the_index_of_what_waits_and_no_more(busy: Office, driver: Driver) -> None:
    asked = {"now": busy.clock.now(), "claim": uuid4(), "lease": busy.clock.now(), "most": 16, "trips_at": 10}
    cursor = await driver.execute(f"EXPLAIN (FORMAT JSON) {claiming._CLAIM}", asked)
    [[plan]] = await cursor.fetchall()
    indexes = {each.get("Index Name") for each in _nodes(plan[0]["Plan"])}
    assert {"ix_delivery_pending", "ix_delivery_claimed"} <= indexes
    assert [
        each
        for each in _nodes(plan[0]["Plan"])
        if each["Node Type"] == "Seq Scan" and each["Relation Name"] in {"delivery", "event"}
    ] == []


async def test_what_is_claimed_is_the_oldest_that_may_be_tried_now(busy: Office, driver: Driver) -> None:
    claimed = await claim(driver, busy.clock.now(), LIMIT, 16)
    assert len(claimed) == 4
    row = await busy.one(
        "SELECT max(next_at) AS latest, min(lease_until) AS lease FROM delivery WHERE claim_id IS NOT NULL"
    )
    assert row.latest == busy.clock.now() - timedelta(seconds=16)
    assert row.lease == busy.clock.now() + timedelta(seconds=30)
    assert await claim(driver, busy.clock.now(), LIMIT, 16) == []


async def test_each_receiver_has_its_turn_whatever_waits_for_others(office: Office, driver: Driver) -> None:
    dead = await office.endpoint("https://dead.test/hook", "tierbook.warning.raised.v1")
    await office.tell(*(f"C-{number}" for number in range(50)))
    others = [await office.endpoint(f"https://crm-{number}.test/hook") for number in range(3)]
    await office.tell("C-new")
    claimed = await claim(driver, office.clock.now(), LIMIT, 512)
    assert sorted(each.endpoint_id for each in claimed) == sorted([dead] * 4 + others)


def _nodes(plan: Any) -> list[Any]:
    return [plan, *(node for each in plan.get("Plans", []) for node in _nodes(each))]
