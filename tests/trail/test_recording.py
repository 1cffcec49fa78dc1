"""What a change notes is written with it, whole, or not at all."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.trail.actor import Actor
from app.trail.entry import Entry
from app.trail.recording import record
from tests.service import NOON, change_of

_ACTOR = Actor("crm", UUID(int=7), "branch-1", "E1001", "request-1")


async def test_an_entry_says_who_what_and_why(session: AsyncSession) -> None:
    entry = Entry(
        "client.updated", "client", "C1", "outlet-7", {"level": "a"}, {"level": "b"}, "改", "sha256:00", "denied"
    )
    await record(session, _ACTOR, NOON, [entry])
    (row,) = (await session.execute(text("SELECT * FROM audit_entry"))).mappings()
    assert {name: row[name] for name in row if name != "id"} == {
        "at": NOON,
        "key_id": UUID(int=7),
        "key_name": "crm",
        "key_unit": "branch-1",
        "person": "E1001",
        "request_id": "request-1",
        "action": "client.updated",
        "object_type": "client",
        "object_id": "C1",
        "unit": "outlet-7",
        "before": {"level": "a"},
        "after": {"level": "b"},
        "reason": "改",
        "digest": "sha256:00",
        "outcome": "denied",
    }


async def test_many_at_once_are_written_as_each_would_be_alone(session: AsyncSession) -> None:
    change = {"name": {"sealed": "…"}, "plan": None, "moves": [{"kind": "放置", "reasons": ["a\\b\t'\""]}]}
    entries = [
        Entry("client.assessed", "client", f"C{number}", "outlet-7", before, after, "改\n\\N", "sha256:00")
        for number, (before, after) in enumerate([(None, change), (change, {}), (None, None)])
    ]
    alone = "SELECT to_jsonb(entry) - 'id' FROM audit_entry AS entry ORDER BY id"
    for entry in entries:
        await record(session, _ACTOR, NOON, [entry])
    one_by_one = list(await session.scalars(text(alone)))
    await record(session, _ACTOR, NOON, entries)
    assert list(await session.scalars(text(alone))) == one_by_one * 2


async def test_nothing_before_and_after_is_null_and_not_json_s_null(session: AsyncSession) -> None:
    await change_of(session).note(Entry("client.read", "client", "C1"))
    assert await session.scalar(text("SELECT count(*) FROM audit_entry WHERE before IS NULL AND after IS NULL")) == 1


async def test_every_entry_waits_to_be_sealed(session: AsyncSession) -> None:
    await change_of(session).note(*(Entry("client.read", "client", f"C{number}") for number in range(3)))
    waiting = await session.scalar(text("SELECT count(*) FROM audit_pending JOIN audit_entry ON id = entry_id"))
    assert waiting == 3


async def test_no_entries_are_no_statement(session: AsyncSession) -> None:
    await change_of(session).note()
    assert await session.scalar(text("SELECT count(*) FROM audit_entry")) == 0


def test_two_keys_of_one_person_are_one_identity() -> None:
    assert Actor("crm", person="E1001").identity == Actor("cli:root", person="E1001").identity == "E1001"
    assert Actor("crm").identity == "crm"
