"""What became of each event, over HTTP; and sending it after all."""

from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from app.events.envelope import public_id
from app.webhooks.adding_up import add_up_deliveries
from app.webhooks.recovering import Recovered, recover
from tests.service import NOON, change_of
from tests.webhooks.delivering.office import Office
from tests.webhooks.delivering.receiver import Receiver, Reply

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def office(lasting_app: FastAPI, lasting_client: httpx2.AsyncClient) -> Office:
    state = lasting_app.state
    settings = state.settings.model_copy(update={"webhook_allow": "127.0.0.1/32"})
    return Office(settings, state.sessions, state.clock)


@pytest.fixture
def http(lasting_client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    return lasting_client


async def exhausted(office: Office, receiver: Receiver, *clients: str) -> UUID:
    """A webhook for which these events were tried as often as they are."""
    endpoint = await office.endpoint(receiver.url, concurrency=1)
    receiver.reply = lambda _: Reply(503, body=b"closed \xff")
    await office.tell(*clients)
    await office.dispatched()
    await office.say("UPDATE delivery SET attempts = 9, next_at = :now", now=office.clock.now())
    await office.say("UPDATE webhook_endpoint SET resume_at = NULL")
    await office.dispatched()
    assert await office.states() == {"exhausted": len(clients)}
    receiver.reply = lambda _: Reply()
    return endpoint


async def off(office: Office) -> int:
    async with office.sessions.begin() as session:
        return (await add_up_deliveries(session)).off


async def test_deliveries_are_listed_the_latest_first(
    office: Office, receiver: Receiver, http: httpx2.AsyncClient
) -> None:
    endpoint = await office.endpoint(receiver.url)
    ids = []
    for number in range(3):
        ids += await office.tell(f"C-{number}")
        office.clock.advance(timedelta(minutes=1))
    await office.say("UPDATE delivery SET state = 'delivered' WHERE event_id = :id", id=ids[1])
    path = f"/v1/webhooks/{endpoint}/deliveries"
    first = (await http.get(path, params={"limit": 2})).json()
    rest = (await http.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [each["event_id"] for each in first["items"] + rest["items"]] == [public_id(each) for each in reversed(ids)]
    assert rest["next_cursor"] is None
    item = first["items"][0]
    assert (item["type"], item["subject"], item["state"]) == ("tierbook.warning.raised.v1", "C-2", "pending")
    narrowed = {"state": "pending", "type": "tierbook.warning.raised.v1", "since": "2026-11-22T04:01:00Z"}
    assert [each["subject"] for each in (await http.get(path, params=narrowed)).json()["items"]] == ["C-2"]
    assert (await http.get(path, params={"type": "tierbook.tier.changed.v1"})).json()["items"] == []


async def test_one_shows_each_attempt_and_what_was_answered(
    office: Office, receiver: Receiver, http: httpx2.AsyncClient
) -> None:
    endpoint = await exhausted(office, receiver, "C-1")
    path = f"/v1/webhooks/{endpoint}/deliveries"
    [item] = (await http.get(path)).json()["items"]
    found = (await http.get(f"{path}/{item['id']}")).json()
    assert (found["state"], found["status"]) == ("exhausted", 503)
    assert [(each["status"], each["response"]) for each in found["log"]] == [(503, "closed \ufffd")] * 2
    assert (await http.get(f"{path}/{endpoint}")).json()["type"] == "urn:tierbook:problem:delivery_not_found"


async def test_what_is_exhausted_is_retried_as_a_new_series_under_the_same_id(
    office: Office, receiver: Receiver, http: httpx2.AsyncClient
) -> None:
    endpoint = await exhausted(office, receiver, "C-1")
    [row] = await office.ask("SELECT id, attempts FROM delivery")
    path = f"/v1/webhooks/{endpoint}/deliveries/{row.id}"
    answer = await http.post(f"{path}/retry")
    assert (answer.status_code, answer.json()["state"], answer.json()["attempts"]) == (202, "pending", 10)
    receiver.reply = lambda _: Reply(500)
    await office.dispatched()
    assert await office.one("SELECT state, attempts, earlier FROM delivery") == ("pending", 1, 10)
    receiver.reply = lambda _: Reply()
    await http.post(f"{path}/retry")
    await office.dispatched()
    assert await office.states() == {"delivered": 1}
    await http.post(f"{path}/retry")
    await office.dispatched()
    assert len({(sent.id, sent.body) for sent in receiver.sent}) == 1
    assert [each["number"] for each in (await http.get(path)).json()["log"]] == [1, 10, 11, 12, 13]
    assert len(receiver.sent) == 5
    assert await off(office) == 0


async def test_all_that_a_webhook_missed_since_a_moment_is_sent_and_twice_is_once(
    office: Office, receiver: Receiver, http: httpx2.AsyncClient
) -> None:
    await office.tell("C-0")
    office.clock.advance(timedelta(hours=1))
    since = office.clock.now().isoformat()
    await office.tell("C-1", "C-2")
    office.clock.advance(timedelta(hours=1))
    endpoint = await exhausted(office, receiver, "C-3")
    sent = len(receiver.sent)
    path = f"/v1/webhooks/{endpoint}/recover"
    assert (await http.post(path, json={"since": since})).json() == {"again": 1, "first": 2, "has_more": False}
    assert (await http.post(path, json={"since": since})).json() == {"again": 0, "first": 0, "has_more": False}
    await office.dispatched()
    assert (await http.post(path, json={"since": since})).json() == {"again": 0, "first": 0, "has_more": False}
    assert await office.states() == {"delivered": 3}
    assert len({each.id for each in receiver.sent[sent:]}) == len(receiver.sent) - sent == 3
    assert await off(office) == 0
    [entry] = await office.ask("SELECT after FROM audit_entry WHERE action = 'webhook.recovered'")
    assert (entry.after["again"], entry.after["first"]) == (1, 2)


async def test_of_very_many_the_oldest_are_recovered_first_and_the_rest_when_asked_again(
    office: Office, receiver: Receiver
) -> None:
    endpoint = await office.endpoint(receiver.url, "tierbook.other.v1", concurrency=1)
    told = [event for name in ("C-1", "C-2", "C-3") for event in await _told_later(office, name)]
    await office.say("UPDATE webhook_endpoint SET types = '{}'")
    found = []
    for _ in range(3):
        async with office.sessions.begin() as session:
            found.append(await recover(change_of(session, now=office.clock.now()), endpoint, NOON, most=2))
        await office.dispatched()
    assert found == [Recovered(0, 2, has_more=True), Recovered(0, 1, has_more=False), Recovered(0, 0, has_more=False)]
    assert [each.id for each in receiver.sent] == [public_id(each) for each in told]


async def _told_later(office: Office, name: str) -> list[UUID]:
    office.clock.advance(timedelta(minutes=1))
    return await office.tell(name)


async def test_a_webhook_that_takes_nothing_now_is_resumed_first(
    office: Office, receiver: Receiver, http: httpx2.AsyncClient
) -> None:
    endpoint = await exhausted(office, receiver, "C-1")
    await office.say("UPDATE webhook_endpoint SET state = 'disabled'")
    answer = await http.post(f"/v1/webhooks/{endpoint}/recover", json={"since": "2026-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tierbook:problem:webhook_takes_nothing")


async def test_a_delivery_that_is_lost_is_seen(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url)
    await office.tell("C-1", "C-2")
    assert await off(office) == 0
    await office.say("DELETE FROM delivery WHERE event_id = (SELECT id FROM event LIMIT 1)")
    assert await off(office) > 0
