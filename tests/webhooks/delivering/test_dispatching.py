"""From an event to its receiver, on a real database and a real connection."""

import asyncio
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import event, text

from app.events.envelope import public_id
from tests.webhooks.delivering.office import Office
from tests.webhooks.delivering.receiver import Receiver, Reply, receiving

pytestmark = pytest.mark.enable_socket

FAILS = Reply(500, body=b"out of order")


async def test_an_event_comes_signed_and_what_became_of_it_is_kept(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url)
    receiver.reply = lambda _: Reply(200, body=b"thanks")
    [event_id] = await office.tell("C-1")
    await office.dispatched()
    [sent] = receiver.sent
    assert sent.id == public_id(event_id) == orjson.loads(sent.body)["id"]
    assert sent.headers["webhook-timestamp"] == str(int(office.clock.now().timestamp()))
    assert sent.headers["webhook-signature"].startswith("v1,")
    row = await office.one("SELECT * FROM delivery")
    assert (row.state, row.attempts, row.status, row.error) == ("delivered", 1, 200, None)
    assert (row.next_at, row.claim_id, row.lease_until, row.ended_at) == (None, None, None, office.clock.now())
    attempt = await office.one("SELECT number, at, status, error, response FROM delivery_attempt")
    assert attempt == (1, office.clock.now(), 200, None, b"thanks")


async def test_each_attempt_sends_the_same_body_under_the_same_id_at_its_own_moment(
    office: Office, receiver: Receiver
) -> None:
    await office.endpoint(receiver.url)
    receiver.reply = lambda _: Reply(204) if len(receiver.sent) == 3 else FAILS
    await office.tell("C-1")
    moments = []
    for _ in range(3):
        await office.dispatched()
        moments.append(str(int(office.clock.now().timestamp())))
        office.clock.advance(timedelta(minutes=10))
    assert len({(sent.id, sent.body) for sent in receiver.sent}) == 1
    assert [sent.headers["webhook-timestamp"] for sent in receiver.sent] == moments
    assert len(set(moments)) == 3
    rows = await office.ask("SELECT number, status, error, response FROM delivery_attempt ORDER BY number")
    assert rows == [(1, 500, None, b"out of order"), (2, 500, None, b"out of order"), (3, 204, None, None)]
    assert await office.states() == {"delivered": 1}
    assert await office.one("SELECT failures, failing_since, resume_at FROM webhook_endpoint") == (0, None, None)


async def test_after_ten_failures_a_delivery_is_exhausted_and_kept(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url)
    receiver.reply = lambda _: FAILS
    await office.tell("C-1")
    began = office.clock.now()
    for _ in range(10):
        await office.dispatched()
        if await office.states() == {"pending": 1}:
            await office.until_next()
    assert len(receiver.sent) == 10
    row = await office.one("SELECT state, attempts, status, next_at, ended_at FROM delivery")
    assert row == ("exhausted", 10, 500, None, office.clock.now())
    assert timedelta(hours=60) < office.clock.now() - began < timedelta(hours=91)


async def test_no_more_than_its_share_is_on_the_way_to_a_receiver_whoever_sends(
    office: Office, receiver: Receiver
) -> None:
    await office.endpoint(receiver.url, concurrency=3)
    await office.tell(*(f"C-{number}" for number in range(20)))
    receiver.gate.clear()
    running = [asyncio.create_task(office.dispatched()) for _ in range(3)]
    await receiver.has(3)
    await asyncio.gather(*(office.dispatched() for _ in range(3)))
    assert len(receiver.sent) == receiver.open == 3
    receiver.gate.set()
    await asyncio.gather(*running, *(office.dispatched() for _ in range(3)))
    assert receiver.most_at_once == 3
    assert len({sent.id for sent in receiver.sent}) == len(receiver.sent) == 20


async def test_the_oldest_are_sent_first(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url, concurrency=1)
    ids = []
    for number in range(5):
        ids += await office.tell(f"C-{number}")
        office.clock.advance(timedelta(seconds=1))
    await office.dispatched()
    assert [sent.id for sent in receiver.sent] == [public_id(each) for each in ids]


async def test_what_a_dead_process_had_claimed_is_tried_when_its_lease_ends(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url)
    await office.tell("C-1")
    receiver.gate.clear()
    dead = office.dispatcher()
    task = asyncio.create_task(dead.do_waiting())
    await receiver.has(1)
    task.cancel()
    await dead.close()
    receiver.gate.set()
    await office.dispatched()
    assert len(receiver.sent) == 1
    office.clock.advance(timedelta(seconds=31))
    await office.dispatched()
    assert len(receiver.sent) == 2
    assert len({(sent.id, sent.body) for sent in receiver.sent}) == 1
    assert await office.states() == {"delivered": 1}


async def test_an_answer_that_comes_after_another_took_over_changes_nothing(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url, concurrency=2)
    await office.tell("C-1")
    receiver.gate.clear()
    slow, quick = office.dispatcher(), office.dispatcher()
    late = asyncio.create_task(slow.do_waiting())
    await receiver.has(1)
    office.clock.advance(timedelta(seconds=31))
    taking_over = asyncio.create_task(quick.do_waiting())
    await receiver.has(2)
    held = await office.one("SELECT claim_id, attempts FROM delivery")
    receiver.reply = lambda _: FAILS
    receiver.gate.set()
    await late
    await taking_over
    assert await office.one("SELECT claim_id IS NULL, attempts FROM delivery") == (True, 1)
    assert held.attempts == 0
    assert len(await office.ask("SELECT number FROM delivery_attempt")) == 1
    await slow.close()
    await quick.close()


async def test_what_was_claimed_too_long_ago_is_not_sent(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url)
    await office.tell("C-1")
    frozen = office.dispatcher()
    await frozen._turn()
    office.clock.advance(timedelta(minutes=1))
    await asyncio.wait(frozen._flying)
    await frozen.close()
    assert receiver.sent == []
    await office.dispatched()
    assert len(receiver.sent) == 1


async def test_a_receiver_that_is_gone_is_disabled_and_all_that_is_for_it_is_kept(
    office: Office, receiver: Receiver
) -> None:
    gone = await office.endpoint(receiver.url, "tierbook.warning.raised.v1", concurrency=1)
    receiver.reply = lambda _: Reply(410)
    async with receiving() as other:
        told = await office.endpoint(other.url, "tierbook.endpoint.disabled.v1")
        await office.tell("C-1", "C-2", "C-3")
        await office.dispatched()
        [sent] = other.sent
    data = orjson.loads(sent.body)["data"]
    assert (data["webhook_id"], data["why"]) == (str(gone), "it answered 410 Gone")
    assert len(receiver.sent) == 1
    counted = "SELECT endpoint_id, state, count(*) FROM delivery GROUP BY endpoint_id, state"
    assert {*await office.ask(counted)} == {(gone, "parked", 3), (told, "delivered", 1)}
    row = await office.one("SELECT state, state_why, revision FROM webhook_endpoint WHERE id = :id", id=gone)
    assert row == ("disabled", "it answered 410 Gone", 2)
    entry = await office.one("SELECT action, object_id FROM audit_entry")
    assert entry == ("webhook.disabled", str(gone))


async def test_a_receiver_that_did_nothing_but_fail_for_five_days_is_disabled(
    office: Office, receiver: Receiver
) -> None:
    await office.endpoint(receiver.url, "tierbook.warning.raised.v1", concurrency=1)
    receiver.reply = lambda _: FAILS
    began = office.clock.now()
    told = 0
    while (await office.one("SELECT state FROM webhook_endpoint")).state == "active":
        told += 1
        await office.tell(f"C-{told}")
        await office.dispatched()
        office.clock.advance(timedelta(hours=6))
    assert timedelta(days=5) <= office.clock.now() - began <= timedelta(days=5, hours=6)
    assert sum((await office.states()).values()) == told
    assert set(await office.states()) <= {"parked", "exhausted"}


async def test_a_receiver_that_says_when_to_come_again_is_left_in_peace_until_then(
    office: Office, receiver: Receiver
) -> None:
    await office.endpoint(receiver.url, concurrency=1)
    receiver.reply = lambda _: Reply(429, ("Retry-After: 3600",)) if len(receiver.sent) == 1 else Reply()
    await office.tell("C-1", "C-2")
    await office.dispatched()
    office.clock.advance(timedelta(minutes=59))
    await office.dispatched()
    assert len(receiver.sent) == 1
    office.clock.advance(timedelta(minutes=1))
    await office.dispatched()
    assert await office.states() == {"delivered": 2}


async def test_a_redirect_is_a_failure_and_is_not_followed(office: Office, receiver: Receiver) -> None:
    async with receiving() as elsewhere:
        receiver.reply = lambda _: Reply(307, (f"Location: {elsewhere.url}",))
        await office.endpoint(receiver.url)
        await office.tell("C-1")
        await office.dispatched()
        assert elsewhere.sent == []
    assert await office.one("SELECT state, attempts, status FROM delivery") == ("pending", 1, 307)


async def test_one_that_fails_is_tried_by_one_probe_at_a_time(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url, concurrency=4)
    receiver.reply = lambda _: FAILS
    await office.tell(*(f"C-{number}" for number in range(40)))
    await office.dispatched()
    before = len(receiver.sent)
    assert 10 <= before <= 13
    office.clock.advance(timedelta(seconds=30))
    await office.dispatched()
    assert len(receiver.sent) == before + 1
    receiver.reply = lambda _: Reply()
    office.clock.advance(timedelta(seconds=60))
    await office.dispatched()
    office.clock.advance(timedelta(minutes=10))
    await office.dispatched()
    assert await office.states() == {"delivered": 40}


async def test_one_that_hangs_holds_up_nobody_else(office: Office, receiver: Receiver) -> None:
    hanging = await office.endpoint(receiver.url)
    receiver.gate.clear()
    dispatcher = office.dispatcher()
    async with receiving() as well:
        await office.endpoint(well.url)
        await office.tell(*(f"C-{number}" for number in range(50)))
        running = asyncio.create_task(dispatcher.run())
        await well.has(50)
        assert len(receiver.sent) == receiver.open == 4
        counted = "SELECT count(*) FROM delivery WHERE endpoint_id = :id AND state = 'pending'"
        assert await office.one(counted, id=hanging) == (50,)
        receiver.gate.set()
        await dispatcher.stop()
    await running


async def test_one_that_is_being_changed_holds_up_nobody_else_and_its_failures_are_written_then(
    office: Office, receiver: Receiver
) -> None:
    changed = await office.endpoint(receiver.url)
    receiver.reply = lambda _: FAILS
    async with receiving() as well:
        await office.endpoint(well.url)
        dispatcher = office.dispatcher()
        async with office.sessions.begin() as other:
            await other.execute(text("SELECT FROM webhook_endpoint WHERE id = :id FOR NO KEY UPDATE"), {"id": changed})
            await office.tell("C-1")
            running = asyncio.create_task(dispatcher.run())
            await asyncio.gather(receiver.has(1), well.has(1))
            await office.tell("C-2", "C-3")
            dispatcher.wake()
            await asyncio.gather(receiver.has(3), well.has(3))
            assert await office.one("SELECT count(*) FROM delivery_attempt WHERE status = 500") == (0,)
        await dispatcher.stop()
    await running
    assert await office.one("SELECT failures FROM webhook_endpoint WHERE id = :id", id=changed) == (3,)
    assert await office.states() == {"delivered": 3, "pending": 3}


async def test_what_was_answered_while_the_database_was_away_is_written_when_it_is_back(
    office: Office, receiver: Receiver
) -> None:
    await office.endpoint(receiver.url)
    await office.tell("C-1", "C-2")
    receiver.gate.clear()
    dispatcher = office.dispatcher()
    running = asyncio.create_task(dispatcher.do_waiting())
    await receiver.has(2)
    await office.hang_up()
    receiver.gate.set()
    await running
    await dispatcher.close()
    assert len(receiver.sent) == 2
    assert await office.states() == {"delivered": 2}


async def test_what_is_parked_while_it_is_on_its_way_is_delivered_or_stays_parked(
    office: Office, receiver: Receiver
) -> None:
    await office.endpoint(receiver.url, concurrency=2)
    await office.tell("C-1", "C-2")
    receiver.gate.clear()
    receiver.reply = lambda sent: FAILS if b"C-2" in sent.body else Reply()
    dispatcher = office.dispatcher()
    running = asyncio.create_task(dispatcher.do_waiting())
    await receiver.has(2)
    await office.say("UPDATE webhook_endpoint SET state = 'paused'")
    await office.say("UPDATE delivery SET state = 'parked', next_at = NULL WHERE state = 'pending'")
    receiver.gate.set()
    await running
    await dispatcher.close()
    assert await office.states() == {"delivered": 1, "parked": 1}


async def test_an_event_is_on_its_way_when_the_dispatcher_is_woken(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url)
    dispatcher = office.dispatcher()
    running = asyncio.create_task(dispatcher.run())
    await office.tell("C-1")
    dispatcher.wake()
    await receiver.has(1)
    await dispatcher.stop()
    await running
    assert await office.states() == {"delivered": 1}


async def test_a_stop_waits_for_what_is_under_way_and_gives_back_what_takes_too_long(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.webhooks.dispatching.GRACE_S", 0.05)
    await office.endpoint(receiver.url)
    await office.tell("C-1")
    receiver.gate.clear()
    dispatcher = office.dispatcher()
    running = asyncio.create_task(dispatcher.run())
    await receiver.has(1)
    await dispatcher.stop()
    with suppress(asyncio.CancelledError):
        await running
    assert await office.one("SELECT state, claim_id, lease_until FROM delivery") == ("pending", None, None)
    receiver.gate.set()
    await office.dispatched()
    assert await office.states() == {"delivered": 1}


async def test_a_receiver_whose_secrets_cannot_be_opened_gets_nothing_and_fails(
    office: Office, receiver: Receiver
) -> None:
    await office.endpoint(receiver.url)
    await office.say("UPDATE webhook_endpoint SET secrets = 'torn'")
    await office.tell("C-1")
    await office.dispatched()
    assert receiver.sent == []
    assert await office.one("SELECT state, attempts, error FROM delivery") == ("pending", 1, "internal")


async def test_a_receiver_is_opened_once_however_many_events_wait_for_it(office: Office, receiver: Receiver) -> None:
    await office.endpoint(receiver.url, concurrency=32)
    await office.tell(*(f"C-{number}" for number in range(32)))
    asked: list[str] = []

    def heard(*said: Any) -> None:
        asked.append(said[2])

    event.listen(office.sessions.kw["bind"].sync_engine, "before_cursor_execute", heard)
    await office.dispatched()
    assert len(receiver.sent) == 32
    assert len([each for each in asked if "FROM webhook_endpoint" in each]) == 1


async def test_what_could_not_be_tried_without_the_database_is_given_back_at_once(
    office: Office, receiver: Receiver
) -> None:
    await office.endpoint(receiver.url)
    await office.tell("C-1")
    dispatcher = office.dispatcher()
    async with AsyncExitStack() as held:
        for _ in range(office.settings.database_pool):
            session = await held.enter_async_context(office.sessions.begin())
            await session.connection()
        await dispatcher._turn()
        await asyncio.wait(dispatcher._flying)
    assert receiver.sent == []
    await dispatcher.do_waiting()
    await dispatcher.close()
    assert len(receiver.sent) == 1
    assert await office.states() == {"delivered": 1}
