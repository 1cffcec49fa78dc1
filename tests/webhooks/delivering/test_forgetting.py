"""Events go when nobody has waited for them for long enough."""

from datetime import timedelta

from app.webhooks.forgetting import forget_old_events
from tests.webhooks.delivering.office import Office

NINETY = timedelta(days=90)


async def forgotten(office: Office) -> int:
    async with office.sessions.begin() as session:
        return await forget_old_events(session, office.clock.now(), NINETY)


async def test_events_are_forgotten_once_nobody_waits_for_them(office: Office) -> None:
    await office.endpoint("https://crm.test/hook")
    ended, late, parked, unplaced = await office.tell("C-1", "C-2", "C-3", "C-4")
    await office.say("DELETE FROM event_pending WHERE event_id <> :id", id=unplaced)
    now, end = office.clock.now(), "UPDATE delivery SET state = 'delivered', ended_at = :at WHERE event_id = ANY(:ids)"
    await office.say(end, at=now, ids=[ended, unplaced])
    await office.say(end, at=now + timedelta(days=5), ids=[late])
    await office.say("UPDATE delivery SET state = 'parked' WHERE event_id = :id", id=parked)
    office.clock.advance(NINETY)
    assert await forgotten(office) == 0
    office.clock.advance(timedelta(seconds=1))
    assert await forgotten(office) == 1
    assert {row.id for row in await office.ask("SELECT id FROM event")} == {late, parked, unplaced}
    office.clock.advance(timedelta(days=5))
    assert await forgotten(office) == 1
    assert await office.ask("SELECT id FROM delivery WHERE event_id IN (:a, :b)", a=ended, b=late) == []


async def test_the_last_place_of_the_feed_is_never_forgotten(office: Office) -> None:
    first, last = await office.tell("C-1", "C-2")
    await office.say("DELETE FROM event_pending")
    for place, event_id in enumerate((first, last), 1):
        placed = "INSERT INTO event_sequence (sequence, event_id, sequenced_at) VALUES (:place, :id, :at)"
        await office.say(placed, place=place, id=event_id, at=office.clock.now())
    office.clock.advance(2 * NINETY)
    assert await forgotten(office) == 1
    assert [row.id for row in await office.ask("SELECT id FROM event")] == [last]
