"""Telling what happened: in the caller's transaction, once, to whom it concerns."""

from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.catalogue import WarningRaised
from app.events.emitting import emit
from app.events.envelope import Happened
from tests.organisation.bank import open_bank
from tests.service import NOON, change_of

_ENDPOINT = """
INSERT INTO webhook_endpoint (id, url, description, types, unit, secrets, public_key, state, concurrency, failures,
  created_at, created_by, revision, updated_at)
VALUES (:id, 'https://crm.test/hook', '', :types, :unit, '', '', :state, 4, 0, :now, 'test', 1, :now)
"""


def raised(client: str = "C-1", unit: str | None = "B1-S1") -> Happened:
    data = WarningRaised(client_id=client, rulebook="r", warning="below", on=NOON.date())
    return Happened(data, (client, "r", "below"), NOON, client, unit)


async def endpoint(session: AsyncSession, *types: str, unit: str | None = None, state: str = "active") -> str:
    row: dict[str, Any] = {"id": uuid4(), "types": list(types), "unit": unit, "state": state, "now": NOON}
    await session.execute(text(_ENDPOINT), row)
    return str(row["id"])


async def deliveries(session: AsyncSession) -> dict[str, str]:
    rows = await session.execute(text("SELECT endpoint_id, state FROM delivery"))
    return {str(row.endpoint_id): row.state for row in rows}


async def test_an_event_is_a_cloud_event_with_an_id_that_follows_from_what_happened(session: AsyncSession) -> None:
    await open_bank(session)
    [event_id] = await emit(change_of(session), [raised()])
    assert event_id == raised().id
    body = orjson.loads(await session.scalar(text("SELECT body FROM event")))
    assert body == {
        "specversion": "1.0",
        "id": f"evt_{event_id.hex}",
        "source": "/tierbook",
        "type": "tierbook.warning.raised.v1",
        "subject": "C-1",
        "time": "2026-11-22T04:00:00Z",
        "recordedtime": "2026-11-22T04:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:tierbook:schema:tierbook.warning.raised.v1",
        "unit": "B1-S1",
        "data": {"client_id": "C-1", "rulebook": "r", "warning": "below", "on": "2026-11-22"},
    }


async def test_what_is_told_twice_is_written_once(session: AsyncSession) -> None:
    await open_bank(session)
    await endpoint(session)
    change = change_of(session)
    first, again = await emit(change, [raised(), raised()]), await emit(change, [raised()])
    assert [first[0]] == again
    counted = (
        "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM event_pending), (SELECT count(*) FROM delivery)"
    )
    assert (await session.execute(text(counted))).one() == (1, 1, 1)


async def test_an_endpoint_is_told_what_it_asked_for_of_its_unit_and_below(session: AsyncSession) -> None:
    await open_bank(session)
    told = {
        await endpoint(session),
        await endpoint(session, "tierbook.warning.raised.v1", "tierbook.tier.changed.v1"),
        await endpoint(session, unit="B1"),
        await endpoint(session, unit="B1-S1"),
    }
    for types, unit, state in (((), "B2", "active"), ((), "B1-S1-O1", "active"), ((), None, "deleted")):
        await endpoint(session, *types, unit=unit, state=state)
    await endpoint(session, "tierbook.tier.changed.v1")
    await emit(change_of(session), [raised()])
    assert await deliveries(session) == dict.fromkeys(told, "pending")
    assert await session.scalar(text("SELECT endpoints FROM event")) == len(told)


async def test_what_concerns_the_whole_bank_is_told_to_endpoints_of_the_whole_bank_alone(session: AsyncSession) -> None:
    await open_bank(session)
    bank = await endpoint(session)
    await endpoint(session, unit="HO")
    await emit(change_of(session), [raised(unit=None)])
    assert await deliveries(session) == {bank: "pending"}


async def test_for_an_endpoint_that_takes_nothing_now_events_are_parked(session: AsyncSession) -> None:
    await open_bank(session)
    waiting = [await endpoint(session, state=state) for state in ("paused", "disabled")]
    await emit(change_of(session), [raised()])
    assert await deliveries(session) == dict.fromkeys(waiting, "parked")


async def test_what_is_undone_was_never_told(session: AsyncSession) -> None:
    await open_bank(session)
    savepoint = await session.begin_nested()
    await emit(change_of(session), [raised()])
    await savepoint.rollback()
    assert await session.scalar(text("SELECT count(*) FROM event")) == 0
