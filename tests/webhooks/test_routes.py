"""Webhooks over HTTP: registered, changed, rotated, paused, resumed, tried, deleted."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import standardwebhooks
import time_machine
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import ManualClock
from app.db.engine import Sessions
from app.events.emitting import emit
from app.events.tables import Endpoint
from app.http.idempotency import HEADER
from app.webhooks.addresses import Address, Allowed
from app.webhooks.guard import AddressGuard
from app.webhooks.keys import sealing_keys
from app.webhooks.straying import AT_ONCE, put_right, settle
from app.webhooks.targets import signed_headers, target_of
from tests.events.test_emitting import raised
from tests.organisation.bank import open_bank
from tests.recognition.at_work import refusal, wrong
from tests.service import NOON, change_of, client_of, new_key
from tests.webhooks.forbidden import ADDRESSES

PATH = "/v1/webhooks"
ORDER = {
    "url": "https://crm.test/hook?token=t0ken",
    "types": ["tierbook.warning.raised.v1", "tierbook.tier.changed.v1"],
    "headers": {"X-Receiver-Token": "opensesame"},
    "description": "the CRM",
}
NAMES = {"crm.test": "93.184.216.34", "inside.test": "10.0.0.1", "crm.bank.internal": "10.0.0.2"}
CallerOf = Callable[[str | None], Awaitable[httpx2.AsyncClient]]


async def resolve(name: str) -> list[Address]:
    if name not in NAMES:
        raise OSError("nobody knows")
    return [ip_address(NAMES[name])]


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions) -> FastAPI:
    async with sessions.begin() as session:
        await open_bank(session)
    app.state.address_guard = AddressGuard(Allowed.read("crm.bank.internal"), resolve)
    return app


@pytest.fixture
async def of(app: FastAPI) -> AsyncIterator[CallerOf]:
    async with AsyncExitStack() as callers:

        async def made(unit: str | None) -> httpx2.AsyncClient:
            async with app.state.sessions.begin() as session:
                key = new_key(session, app.state.settings, name=f"key of {unit}", unit=unit)
            return await callers.enter_async_context(client_of(app, key.token))

        yield made


async def registered(client: httpx2.AsyncClient, **changed: Any) -> Any:
    answer = await client.post(PATH, json={**ORDER, **changed})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def acted(client: httpx2.AsyncClient, webhook: Any, verb: str, status: int = 200, body: Any = None) -> Any:
    answer = await client.post(f"{PATH}/{webhook['id']}/{verb}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def stored(session: AsyncSession, webhook: Any) -> Endpoint:
    found = await session.get(Endpoint, UUID(webhook["id"]), populate_existing=True)
    assert found is not None
    return found


async def deliveries(session: AsyncSession, webhook: Any) -> list[tuple[str, str | None]]:
    query = text("SELECT state, error FROM delivery WHERE endpoint_id = :id ORDER BY state")
    return [(row.state, row.error) for row in await session.execute(query, {"id": webhook["id"]})]


async def told(session: AsyncSession, *clients: str) -> None:
    await emit(change_of(session), [raised(each) for each in clients])


async def test_a_webhook_is_registered_and_its_secret_shown_once(client: httpx2.AsyncClient) -> None:
    answer = await client.post(PATH, json=ORDER)
    made = answer.json()
    assert answer.status_code == 201
    assert (answer.headers["Location"], answer.headers["ETag"]) == (f"{PATH}/{made['id']}", '"1"')
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert (
        made.items()
        >= {
            "url": ORDER["url"],
            "types": ["tierbook.tier.changed.v1", "tierbook.warning.raised.v1"],
            "unit": None,
            "header_names": ["x-receiver-token"],
            "concurrency": 4,
            "state": "active",
            "failures": 0,
            "last_delivery": None,
            "created_by": "test",
            "revision": 1,
        }.items()
    )
    assert made["public_key"].startswith("whpk_")
    read = await client.get(answer.headers["Location"])
    assert read.json() == made
    listed = await client.get(PATH)
    assert listed.json() == {"items": [made], "next_cursor": None}
    assert "opensesame" not in read.text + listed.text


async def test_neither_secret_nor_header_lies_open_anywhere(client: httpx2.AsyncClient, session: AsyncSession) -> None:
    """In no table: not the webhook's, not the trail's, not that of answers that are kept."""
    answer = await client.post(PATH, json=ORDER, headers={HEADER: "once"})
    made = answer.json()
    await client.post(f"{PATH}/{made['id']}/rotate-secret", json={}, headers={HEADER: "again"})
    secret = made["secret"].removeprefix("whsec_")
    for held_there in (
        "SELECT each::text AS held FROM webhook_endpoint AS each",
        "SELECT each::text AS held FROM audit_entry AS each",
        "SELECT convert_from(body, 'UTF8') AS held FROM idempotent_answer",
    ):
        held = " ".join(await session.scalars(text(held_there)))
        assert made["id"] in held
        for hidden in (secret, secret.encode().hex(), "opensesame", b"opensesame".hex(), "whsk_"):
            assert hidden not in held
        assert "t0ken" not in held or "audit_entry" not in held_there


async def test_the_answer_to_a_repeated_request_holds_no_secret(client: httpx2.AsyncClient) -> None:
    first = (await client.post(PATH, json=ORDER, headers={HEADER: "once"})).json()
    again = await client.post(PATH, json=ORDER, headers={HEADER: "once"})
    assert again.status_code == 201
    assert again.json() == first | {"secret": None}
    assert len((await client.get(PATH)).json()["items"]) == 1


@pytest.mark.parametrize("host", ADDRESSES)
async def test_an_address_that_is_not_public_is_not_registered(client: httpx2.AsyncClient, host: str) -> None:
    answer = await client.post(PATH, json={**ORDER, "url": f"https://{host}/hook"})
    assert refusal(answer) == (422, "invalid_webhook")
    assert wrong(answer) == [("/url", "address_forbidden")]


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"url": "https://inside.test/"}, [("/url", "address_forbidden")]),
        ({"url": "https://nowhere.test/"}, [("/url", "dns")]),
        ({"url": "http://crm.test/"}, [("/url", "insecure")]),
        ({"url": "https://127.1/"}, [("/url", "address_spelling")]),
        ({"url": "https://user:pass@crm.test/"}, [("/url", "url_malformed")]),
        ({"types": ["tierbook.tier.changed.v1", "tier.changed"]}, [("/types/1", "no_such_type")]),
        ({"headers": {"Host": "x"}}, [("/headers/Host", "header_taken")]),
        ({"headers": {"Webhook-Id": "x"}}, [("/headers/Webhook-Id", "header_taken")]),
        ({"headers": {"content-length": "1"}}, [("/headers/content-length", "header_taken")]),
        ({"headers": {"Proxy-Authorization": "x"}}, [("/headers/Proxy-Authorization", "header_taken")]),
        ({"headers": {"Transfer-Encoding": "x"}}, [("/headers/Transfer-Encoding", "header_taken")]),
        ({"headers": {"A b": "x"}}, [("/headers/A b", "header_malformed")]),
        ({"headers": {"A": "x\r\nB: y"}}, [("/headers/A", "header_malformed")]),
        ({"headers": {"A": "é"}}, [("/headers/A", "header_malformed")]),
        ({"headers": {"A": "x", "a": "y"}}, [("/headers/a", "header_repeated")]),
        (
            {"url": "https://inside.test/", "types": ["x"], "headers": {"TE": "x"}},
            [("/url", "address_forbidden"), ("/types/0", "no_such_type"), ("/headers/TE", "header_taken")],
        ),
    ],
)
async def test_what_is_wrong_with_a_webhook_is_said_part_by_part(
    client: httpx2.AsyncClient, changed: Any, errors: Any
) -> None:
    answer = await client.post(PATH, json={**ORDER, **changed})
    assert refusal(answer) == (422, "invalid_webhook")
    assert wrong(answer) == errors
    assert (await client.get(PATH)).json()["items"] == []


async def test_a_host_inside_that_operations_allow_needs_no_tls(client: httpx2.AsyncClient) -> None:
    assert (await registered(client, url="http://CRM.bank.internal:80/hook"))["url"] == "http://crm.bank.internal/hook"


async def test_a_webhook_is_changed_as_a_whole_but_for_headers_that_are_not_said(
    client: httpx2.AsyncClient, session: AsyncSession, app: FastAPI
) -> None:
    made = await registered(client)
    path, document = f"{PATH}/{made['id']}", {"url": "https://crm.test/other", "types": []}
    changed = await client.put(path, json=document, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json().items() >= {"types": [], "description": "", "header_names": ["x-receiver-token"]}.items()
    same = await client.put(path, json=document)
    assert same.json() == changed.json()
    assert refusal(await client.put(path, json=document, headers={"If-Match": '"1"'})) == (412, "precondition_failed")
    without = await client.put(path, json={**document, "headers": {}})
    assert (without.json()["header_names"], without.json()["revision"]) == ([], 3)
    opened = target_of(await stored(session, made), sealing_keys(app.state.settings), NOON)
    assert (opened.url, opened.headers) == ("https://crm.test/other", {})
    assert refusal(await client.put(path, json={"url": "https://127.0.0.1/"})) == (422, "invalid_webhook")


async def test_after_a_rotation_either_secret_verifies_until_the_overlap_is_over(
    client: httpx2.AsyncClient, session: AsyncSession, app: FastAPI, clock: ManualClock
) -> None:
    made = await registered(client)
    new = await acted(client, made, "rotate-secret", body={"overlap_hours": 2})
    assert new["secret"] != made["secret"]
    assert new["public_key"] != made["public_key"]
    for hours, living in ((1, {made["secret"], new["secret"]}), (3, {new["secret"]})):
        at = NOON + timedelta(hours=hours)
        target = target_of(await stored(session, made), sealing_keys(app.state.settings), at)
        headers = signed_headers(target, "evt_1", b"{}", at)
        with time_machine.travel(at, tick=False):
            for secret in (made["secret"], new["secret"]):
                try:
                    standardwebhooks.Webhook(secret).verify(b"{}", headers)
                except standardwebhooks.WebhookVerificationError:
                    assert secret not in living
                else:
                    assert secret in living


async def test_without_overlap_the_old_secret_ends_at_once(
    client: httpx2.AsyncClient, session: AsyncSession, app: FastAPI
) -> None:
    made = await registered(client)
    await acted(client, made, "rotate-secret", body={"overlap_hours": 0})
    target = target_of(await stored(session, made), sealing_keys(app.state.settings), NOON)
    assert len(target.secrets) == len(target.private_keys) == 1


async def test_ten_secrets_live_at_most(client: httpx2.AsyncClient) -> None:
    made = await registered(client)
    for _ in range(9):
        await acted(client, made, "rotate-secret", body={})
    answer = await client.post(f"{PATH}/{made['id']}/rotate-secret", json={})
    assert refusal(answer) == (409, "webhook_rotated_too_often")
    await acted(client, made, "rotate-secret", body={"overlap_hours": 0})


async def test_what_waits_is_parked_while_it_is_paused_and_sent_once_it_resumes(
    client: httpx2.AsyncClient, session: AsyncSession
) -> None:
    made = await registered(client)
    await told(session, "C-1")
    paused = await acted(client, made, "pause", body={"reason": "the CRM is moved"})
    assert (paused["state"], paused["state_why"], paused["last_delivery"]["state"]) == (
        "paused",
        "the CRM is moved",
        "parked",
    )
    await told(session, "C-2")
    assert await deliveries(session, made) == [("parked", None)] * 2
    again = await acted(client, made, "pause", body={"reason": "again"})
    assert (again["state_why"], again["revision"]) == (paused["state_why"], paused["revision"])
    resumed = await acted(client, made, "resume")
    assert (resumed["state"], resumed["state_why"], resumed["revision"]) == ("active", None, 3)
    assert await deliveries(session, made) == [("pending", None)] * 2
    due = text("SELECT count(*) FROM delivery WHERE next_at <= :now")
    assert await session.scalar(due, {"now": NOON}) == 2


async def test_what_is_under_way_is_left_to_who_has_claimed_it(
    client: httpx2.AsyncClient, session: AsyncSession
) -> None:
    made = await registered(client)
    await told(session, "C-1", "C-2")
    claim = text(
        "UPDATE delivery SET claim_id = :claim, lease_until = :until WHERE id IN (SELECT id FROM delivery LIMIT 1)"
    )
    await session.execute(claim, {"claim": uuid4(), "until": NOON + timedelta(seconds=30)})
    await acted(client, made, "pause", body={"reason": "moved"})
    assert await deliveries(session, made) == [("parked", None), ("pending", None)]


async def test_to_resume_forgets_failures_also_of_one_that_was_disabled(
    client: httpx2.AsyncClient, session: AsyncSession
) -> None:
    made = await registered(client)
    failing = text(
        "UPDATE webhook_endpoint SET state = 'disabled', state_why = 'failed', failures = 40, failing_since = :now, "
        "resume_at = :now"
    )
    await session.execute(failing, {"now": NOON})
    await told(session, "C-1")
    assert await deliveries(session, made) == [("parked", None)]
    resumed = await acted(client, made, "resume")
    assert resumed.items() >= {"state": "active", "failures": 0, "failing_since": None, "resume_at": None}.items()
    assert await deliveries(session, made) == [("pending", None)]
    assert await acted(client, made, "resume") == resumed


async def test_a_ping_is_for_one_webhook_alone_whatever_it_asked_for(
    client: httpx2.AsyncClient, session: AsyncSession
) -> None:
    made, other = await registered(client), await registered(client, types=[])
    pinged = await acted(client, made, "ping", 202)
    assert pinged["state"] == "active"
    again = await acted(client, made, "ping", 202)
    assert again["event_id"] != pinged["event_id"]
    assert await deliveries(session, made) == [("pending", None)] * 2
    assert await deliveries(session, other) == []
    body = json.loads(await session.scalar(text("SELECT body FROM event LIMIT 1")))
    assert (body["type"], body["data"]) == ("tierbook.webhook.ping.v1", {"webhook_id": made["id"]})
    paused = await acted(client, made, "pause", body={"reason": "moved"})
    assert (await acted(client, made, "ping", 202))["state"] == paused["state"]
    assert await deliveries(session, made) == [("parked", None)] * 3


async def test_a_deleted_webhook_is_gone_what_waited_ended_its_secrets_destroyed(
    client: httpx2.AsyncClient, session: AsyncSession
) -> None:
    made = await registered(client)
    await told(session, "C-1", "C-2")
    parking = text("UPDATE delivery SET state = 'parked', next_at = NULL WHERE id IN (SELECT id FROM delivery LIMIT 1)")
    await session.execute(parking)
    stale = await client.delete(f"{PATH}/{made['id']}", headers={"If-Match": '"7"'})
    assert refusal(stale) == (412, "precondition_failed")
    assert (await client.delete(f"{PATH}/{made['id']}")).status_code == 204
    assert await deliveries(session, made) == [("exhausted", "endpoint_deleted")] * 2
    assert (await stored(session, made)).secrets == b""
    await told(session, "C-3")
    assert len(await deliveries(session, made)) == 2
    answers = [await client.get(f"{PATH}/{made['id']}"), await client.delete(f"{PATH}/{made['id']}")]
    answers += [await client.post(f"{PATH}/{made['id']}/{verb}") for verb in ("ping", "resume")]
    assert [refusal(each) for each in answers] == [(404, "webhook_not_found")] * 4
    assert (await client.get(PATH)).json()["items"] == []


async def test_each_step_is_in_the_trail(client: httpx2.AsyncClient, session: AsyncSession) -> None:
    made = await registered(client)
    await client.put(f"{PATH}/{made['id']}", json={"url": "https://crm.test/other"})
    await acted(client, made, "rotate-secret", body={})
    await acted(client, made, "pause", body={"reason": "moved"})
    await acted(client, made, "resume")
    await acted(client, made, "ping", 202)
    await client.delete(f"{PATH}/{made['id']}")
    entries = (await client.get("/v1/audit", params={"object_id": made["id"]})).json()["items"]
    steps = ["registered", "changed", "rotated", "paused", "resumed", "pinged", "deleted"]
    assert [each["action"] for each in reversed(entries)] == [f"webhook.{each}" for each in steps]
    assert entries[-1]["after"]["url"] == "https://crm.test/hook"
    assert (entries[3]["reason"], entries[0]["after"]["state"]) == ("moved", "deleted")


async def test_a_key_of_a_unit_makes_webhooks_of_its_unit_and_below_and_sees_those_alone(
    client: httpx2.AsyncClient, of: CallerOf
) -> None:
    branch = await of("B1")
    own, below = await registered(branch), await registered(branch, unit="B1-S1")
    assert (own["unit"], below["unit"]) == ("B1", "B1-S1")
    bank, beside = await registered(client), await registered(client, unit="B2")
    for unit in ("HO", "B2", "NONE"):
        answer = await branch.post(PATH, json={**ORDER, "unit": unit})
        assert refusal(answer) == (422, "no_such_unit")
    assert {each["id"] for each in (await branch.get(PATH)).json()["items"]} == {own["id"], below["id"]}
    for hidden in (bank, beside):
        answers = [await branch.get(f"{PATH}/{hidden['id']}"), await branch.delete(f"{PATH}/{hidden['id']}")]
        answers += [await branch.post(f"{PATH}/{hidden['id']}/rotate-secret", json={})]
        assert [refusal(each) for each in answers] == [(404, "webhook_not_found")] * 3


async def test_pages_run_from_the_latest_and_may_be_of_one_state(
    client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    made = []
    for _ in range(3):
        made.append((await registered(client))["id"])
        clock.advance(timedelta(seconds=1))
    await acted(client, {"id": made[1]}, "pause", body={"reason": "moved"})
    first = (await client.get(PATH, params={"limit": "2"})).json()
    rest = (await client.get(PATH, params={"limit": "2", "cursor": first["next_cursor"]})).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None
    paused = (await client.get(PATH, params={"state": "paused"})).json()["items"]
    assert [each["id"] for each in paused] == [made[1]]


async def test_what_strayed_while_a_webhook_changed_is_put_right(
    client: httpx2.AsyncClient, session: AsyncSession
) -> None:
    """As if each event had been written by a transaction that still saw the state before."""
    made = [await registered(client) for _ in range(3)]
    await told(session, "C-1")
    await acted(client, made[1], "pause", body={"reason": "moved"})
    await client.delete(f"{PATH}/{made[2]['id']}")
    stray = text("UPDATE delivery SET state = :state, next_at = :at, ended_at = NULL WHERE endpoint_id = :id")
    for webhook, state in zip(made, ("parked", "pending", "pending"), strict=True):
        at = None if state == "parked" else NOON
        await session.execute(stray, {"state": state, "at": at, "id": webhook["id"]})
    assert await settle(session, NOON) == 3
    assert [(await deliveries(session, each))[0] for each in made] == [
        ("pending", None),
        ("parked", None),
        ("exhausted", "endpoint_deleted"),
    ]
    assert await settle(session, NOON) == 0


async def test_under_another_key_webhooks_are_shown_but_not_rotated(client: httpx2.AsyncClient, app: FastAPI) -> None:
    made = await registered(client)
    other = SecretStr("b3RoZXIga2V5IG90aGVyIGtleSBvdGhlciBrZXkgMTI=")
    app.state.settings = app.state.settings.model_copy(update={"webhook_key": other})
    app.state.settings.__dict__.pop("webhook_seeds", None)
    assert (await client.get(f"{PATH}/{made['id']}")).json()["header_names"] is None
    answer = await client.post(f"{PATH}/{made['id']}/rotate-secret", json={})
    assert refusal(answer) == (503, "webhook_key_unavailable")


@pytest.mark.parametrize("url", ["https://inside.allowed.test/hook", "https://crm.test:8443/hook"])
async def test_headers_that_were_told_for_one_host_do_not_go_to_another(
    client: httpx2.AsyncClient, session: AsyncSession, app: FastAPI, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setitem(NAMES, "inside.allowed.test", "93.184.216.35")
    made = await registered(client)
    path, document = f"{PATH}/{made['id']}", {"url": url, "types": []}
    answer = await client.put(path, json=document)
    assert refusal(answer) == (422, "invalid_webhook")
    [wrong] = answer.json()["errors"]
    assert (wrong["pointer"], wrong["code"]) == ("/headers", "headers_of_another_host")
    assert (await stored(session, made)).url == ORDER["url"]
    anew = await client.put(path, json={**document, "headers": {"X-Other": "own"}})
    assert (anew.status_code, anew.json()["header_names"]) == (200, ["x-other"])


async def test_one_that_rests_is_sent_to_at_once_when_it_is_resumed(
    client: httpx2.AsyncClient, session: AsyncSession
) -> None:
    made = await registered(client)
    await session.execute(text("UPDATE webhook_endpoint SET resume_at = :at"), {"at": NOON + timedelta(hours=24)})
    assert (await acted(client, made, "resume"))["resume_at"] is None


async def test_of_very_many_that_wait_a_request_settles_some_and_the_rest_follows(
    client: httpx2.AsyncClient, session: AsyncSession, sessions: Sessions, clock: ManualClock
) -> None:
    made = await registered(client)
    await told(session, *(f"C-{number}" for number in range(AT_ONCE + 5)))
    await acted(client, made, "pause", body={"reason": "moved"})
    assert Counter(await deliveries(session, made)) == {("parked", None): AT_ONCE, ("pending", None): 5}
    await put_right(sessions, clock)
    assert Counter(await deliveries(session, made)) == {("parked", None): AT_ONCE + 5}
