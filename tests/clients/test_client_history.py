"""What was recorded of a client, and who led it when."""

from datetime import date, timedelta

import httpx2
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.clients.reading import lead_unit
from app.clients.tables import ClientUnit
from app.clock import ManualClock
from app.db.engine import Sessions
from tests.clients.conftest import CallerOf
from tests.clients.sent import PATH, company, got, put

A_DAY = timedelta(days=1)
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


async def test_revisions_say_who_recorded_what_and_when_the_newest_first(
    client: httpx2.AsyncClient, of: CallerOf, clock: ManualClock
) -> None:
    await put(client, "C-1", company())
    clock.advance(A_DAY)
    await put(await of("B1"), "C-1", company(name="北方集团"))
    newest, oldest = (await got(client, f"{PATH}/C-1/revisions"))["items"]
    assert (newest["revision"], newest["recorded_by"], newest["profile"]["name"]) == (2, "key of B1", "北方集团")
    assert (oldest["revision"], oldest["recorded_by"], oldest["profile"]["name"]) == (1, "test", "北方重工")
    assert (newest["recorded_at"], oldest["recorded_at"]) == ("2026-11-23T04:00:00Z", "2026-11-22T04:00:00Z")
    assert oldest["profile"]["unit"] == "B1-S1"


async def test_a_client_can_be_seen_as_it_was_recorded_by_the_end_of_a_day(
    client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    await put(client, "C-1", company(segment="first"))
    clock.advance(timedelta(hours=11, minutes=59))  # 23:59 in Shanghai
    await put(client, "C-1", company(segment="second"))
    clock.advance(timedelta(minutes=1))
    await put(client, "C-1", company(segment="third"))
    by_day = {"2026-11-21": None, "2026-11-22": "second", "2026-11-23": "third", "9999-12-31": "third"}
    for day, segment in by_day.items():
        items = (await got(client, f"{PATH}/C-1/revisions", as_of=day))["items"]
        assert (items[0]["profile"]["segment"] if items else None) == segment


async def test_revisions_come_in_pages(client: httpx2.AsyncClient) -> None:
    for name in "abcde":
        await put(client, "C-1", company(name=name))
    seen, cursor = [], None
    while True:
        page = await got(client, f"{PATH}/C-1/revisions", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["revision"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


async def test_a_changed_lead_ends_and_begins_on_the_day(
    client: httpx2.AsyncClient, clock: ManualClock, sessions: Sessions
) -> None:
    await put(client, "C-1", company(unit="B1-S1", assisting_units=["B2"]))
    clock.advance(A_DAY)
    await put(client, "C-1", company(unit="B2-S1", assisting_units=["B2"]))
    await put(client, "C-1", company(unit="B1-S2", assisting_units=[]))
    async with sessions() as session:
        columns = (ClientUnit.unit_id, ClientUnit.part, ClientUnit.from_day, ClientUnit.until_day)
        rows = await session.execute(select(*columns).where(ClientUnit.client_id == "C-1"))
        assert {tuple(row) for row in rows} == {
            ("B1-S1", "lead", SUNDAY, MONDAY),
            ("B1-S2", "lead", MONDAY, None),
            ("B2", "assisting", SUNDAY, MONDAY),
        }
        days = [await lead_unit(session, "C-1", day) for day in (SUNDAY - A_DAY, SUNDAY, MONDAY)]
    assert days == [None, "B1-S1", "B1-S2"]


@pytest.mark.parametrize("statement", ["UPDATE client_revision SET revision = 9", "DELETE FROM client_revision"])
@pytest.mark.parametrize("role", ["tierbook_app", "NONE"])
async def test_what_was_recorded_stays_even_for_the_database_s_owner(
    client: httpx2.AsyncClient, sessions: Sessions, statement: str, role: str
) -> None:
    await put(client, "C-1", company())
    async with sessions() as session:
        await session.execute(text(f"SET LOCAL ROLE {role}"))
        with pytest.raises(DBAPIError, match=r"only added|permission denied"):
            await session.execute(text(statement))


async def test_a_unit_with_clients_does_not_close(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company(unit="B2-O1"))
    closing = {"kind": "outlet", "name": "Unit B2-O1", "parent_id": "B2", "closed_on": "2026-12-01"}
    answer = await client.put("/v1/units/B2-O1", json=closing)
    assert answer.status_code == 409
    assert "clients: 1" in answer.json()["detail"]
    await put(client, "C-1", company(unit="B2"))
    assert (await client.put("/v1/units/B2-O1", json=closing)).status_code == 200
