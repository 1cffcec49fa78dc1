"""What is personal stands in its own table alone, and can be erased while the trail stays whole."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.sealing import seal
from app.audit.verify import verify
from app.clients.sealing import unseal
from app.clients.tables import ClientKey, ClientRevision
from app.clock import ManualClock
from app.db.engine import Sessions
from app.http.idempotency import HEADER
from app.logs import request_log
from app.trail.tables import AuditChain, AuditEntry
from tests.clients.sent import PATH, company, got, person, problem, put

PERSONAL = ("张伟民", "张卫民", "王芳芳", "首席财务官", "8613800138000", "wang.fangfang@example.com")
CONTACT = {
    "name": "王芳芳",
    "position": "首席财务官",
    "phone": "8613800138000",
    "email": "wang.fangfang@example.com",
    "state": "working",
}
OWN_PLACES = {"client", "contact"}


async def _lived(client: httpx2.AsyncClient) -> None:
    """A person's life at the bank: created, renamed, reached, repeated, refused."""
    await put(client, "P-1", person())
    await put(client, "P-1", person(name="张卫民"))
    items = [person(client_id="P-2"), person(client_id="P-3", unit="B9")]
    await client.post(f"{PATH}/bulk", json={"items": items}, headers={HEADER: "many"})
    added = await client.post(f"{PATH}/P-1/contacts", json=CONTACT, headers={HEADER: "one"})
    await client.put(added.headers["location"], json={**CONTACT, "state": "broken"})
    await client.put(f"{PATH}/P-1", json=person(colour="red"))
    await client.put(f"{PATH}/P-1", json=company(kind="company", name="张伟民"))
    gone = await client.post(f"{PATH}/P-1/contacts", json=CONTACT)
    assert (await client.delete(gone.headers["location"])).status_code == 204


async def _dump(connection: AsyncConnection) -> dict[str, str]:
    """Every table's rows as text; what is kept as bytes, too."""
    names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    dumped = {}
    for name in names:
        rows = await connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608  a table's own name
        cells = (
            bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
            for row in rows
            for cell in row
        )
        dumped[name] = "\n".join(cells)
    return dumped


async def test_nothing_personal_stands_anywhere_but_in_its_own_place(
    client: httpx2.AsyncClient, connection: AsyncConnection
) -> None:
    await _lived(client)
    dumped = await _dump(connection)
    found = {(name, value) for name, rows in dumped.items() for value in PERSONAL if value in rows}
    assert {name for name, _ in found} == OWN_PLACES
    assert "P-1" in dumped["audit_entry"]
    assert "P-2" in dumped["idempotent_answer"]


async def test_after_erasure_nothing_personal_of_the_client_stands_anywhere(
    client: httpx2.AsyncClient, connection: AsyncConnection
) -> None:
    await _lived(client)
    for client_id in ("P-1", "P-2"):
        assert (await client.post(f"{PATH}/{client_id}/erasure", json={"reason": "asked"})).status_code == 200
    dumped = await _dump(connection)
    assert not [(name, value) for name, rows in dumped.items() for value in PERSONAL if value in rows]
    assert dumped["client_key"] == ""


@pytest.mark.parametrize("reason", ["", "  ", "\u202e\u200b"])
async def test_nothing_is_erased_without_a_reason_that_can_be_read(client: httpx2.AsyncClient, reason: str) -> None:
    await _lived(client)
    answer = await client.post(f"{PATH}/P-1/erasure", json={"reason": reason})
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, ["/reason"])
    assert (await client.get(f"{PATH}/P-1")).json()["erased_at"] is None


async def test_logs_hold_ids_alone(client: httpx2.AsyncClient) -> None:
    lines: list[bytes] = []
    request_log.write_to(lines.append)
    try:
        with structlog.testing.capture_logs() as events:
            await _lived(client)
            await client.get(PATH, params={"q": "张伟民"})
    finally:
        request_log.write_to(None)
    logged = b"".join(lines).decode() + str(events)
    assert "/v1/clients/{client_id}/contacts" in logged
    assert not [value for value in PERSONAL if value in logged]


async def test_an_erased_person_is_there_without_a_name(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    await put(client, "P-1", person(segment="retail"))
    before = await got(client, f"{PATH}/P-1")
    erased = (await client.post(f"{PATH}/P-1/erasure", json={"reason": "asked"})).json()
    assert erased == {"client_id": "P-1", "erased_at": "2026-11-22T04:00:00Z"}
    shown = await got(client, f"{PATH}/P-1")
    assert shown == before | {"name": None, "erased_at": "2026-11-22T04:00:00Z", "revision": 2}
    names = [each["profile"]["name"] for each in (await got(client, f"{PATH}/P-1/revisions"))["items"]]
    assert names == [None, None]


async def test_erasing_again_changes_nothing(
    client: httpx2.AsyncClient, clock: ManualClock, sessions: Sessions
) -> None:
    await put(client, "P-1", person())
    first = await client.post(f"{PATH}/P-1/erasure", json={"reason": "asked"})
    clock.advance(timedelta(hours=3))
    again = await client.post(f"{PATH}/P-1/erasure", json={"reason": "asked again"})
    assert (again.status_code, again.json()) == (200, first.json())
    async with sessions() as session:
        entries = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "client.erased"))).all()
    assert [(each.reason, each.unit) for each in entries] == [("asked", "B1-S1")]


async def test_what_the_crm_sends_later_does_not_bring_the_person_back(client: httpx2.AsyncClient) -> None:
    await put(client, "P-1", person())
    await client.post(f"{PATH}/P-1/erasure", json={"reason": "asked"})
    assert problem(await client.put(f"{PATH}/P-1", json=person())) == (409, "client_erased")
    [result] = (await client.post(f"{PATH}/bulk", json={"items": [person(client_id="P-1")]})).json()["results"]
    assert result["status"] == 409
    assert problem(await client.post(f"{PATH}/P-1/contacts", json=CONTACT)) == (409, "client_erased")
    without = await put(client, "P-1", person(name=None, segment="retail"))
    assert (without["name"], without["segment"], without["revision"]) == (None, "retail", 3)
    assert [each["client_id"] for each in (await got(client, f"{PATH}/red-list"))["items"]] == []


async def test_a_company_keeps_its_name_and_loses_its_contacts(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company())
    await client.post(f"{PATH}/C-1/contacts", json=CONTACT)
    await client.post(f"{PATH}/C-1/erasure", json={"reason": "asked"})
    assert (await got(client, f"{PATH}/C-1"))["name"] == "北方重工"
    assert (await got(client, f"{PATH}/C-1/contacts"))["items"] == []
    names = [each["profile"]["name"] for each in (await got(client, f"{PATH}/C-1/revisions"))["items"]]
    assert names == ["北方重工", "北方重工"]


async def test_contacts_added_to_a_company_since_are_erased_in_their_turn(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    await put(client, "C-1", company())
    for _ in range(2):
        assert (await client.post(f"{PATH}/C-1/contacts", json=CONTACT)).status_code == 201
        await client.post(f"{PATH}/C-1/erasure", json={"reason": "asked"})
        assert (await got(client, f"{PATH}/C-1/contacts"))["items"] == []
    async with sessions() as session:
        assert (await session.scalars(select(ClientKey))).all() == []


async def test_the_trail_and_its_chain_stay_whole_and_nobody_can_read_what_was_sealed(
    lasting_client: httpx2.AsyncClient, lasting_app: FastAPI, clock: ManualClock
) -> None:
    sessions: Sessions = lasting_app.state.sessions
    await _lived(lasting_client)
    key, before = await _sealed(sessions, clock)
    first = min(before["revisions"], key=lambda row: (row.client_id, row.revision))
    assert unseal(key, "P-1", "name", first.profile["name"]) == "张伟民"
    answer = await lasting_client.post(f"{PATH}/P-1/erasure", json={"reason": "asked"})
    assert answer.status_code == 200
    key, after = await _sealed(sessions, clock)
    assert key is None
    assert {place: rows[: len(before[place])] for place, rows in after.items()} == before
    report = await verify(sessions, [], clock.now(), lambda *_: None)
    assert (report.clean, report.entries) == (True, len(after["entries"]))


async def _sealed(sessions: Sessions, clock: ManualClock) -> tuple[bytes | None, dict[str, list[Any]]]:
    """Seal the trail; return a person's key, and every row that must not change any more."""
    kept = {
        "entries": select(AuditEntry.__table__).order_by(AuditEntry.id),
        "chain": select(AuditChain.__table__).order_by(AuditChain.position),
        "revisions": select(ClientRevision.__table__).order_by(ClientRevision.revision, ClientRevision.client_id),
    }
    async with sessions.begin() as session:
        await seal(session, clock.now(), 1000)
        key = await session.scalar(select(ClientKey.key).where(ClientKey.client_id == "P-1"))
        return key, {name: list(await session.execute(query)) for name, query in kept.items()}


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 501}, {"reason": None}])
async def test_erasing_needs_a_reason(client: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    await put(client, "P-1", person())
    assert problem(await client.post(f"{PATH}/P-1/erasure", json=body)) == (422, "invalid")
    assert (await got(client, f"{PATH}/P-1"))["name"] == "张伟民"
