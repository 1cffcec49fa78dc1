"""The trail over HTTP: found by what it is about, seen within one's own unit, and whoever reads it is in it."""

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.scopes import Scope
from app.audit.checkpoint import Checkpoint, signer
from app.audit.checkpoint_folder import CheckpointFolder
from app.audit.note import Verifier, opened
from app.audit.sealing import seal
from app.db.engine import Sessions
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.entry import Entry
from app.trail.recording import record
from tests.service import NOON, client_of, new_key

_UNITS: Final = {"HQ": (), "B1": ("HQ",), "O1": ("B1", "HQ"), "B2": ("HQ",)}
"""Each unit with those above it."""

_UNIT = "INSERT INTO unit VALUES (:id, 'outlet', :id, '2020-01-01', null, 1, '2020-01-01Z')"
_PLACED = "INSERT INTO unit_placement (unit_id, from_day) VALUES (:id, '2020-01-01')"
_BELOW = "INSERT INTO unit_tree VALUES (:above, :id, '2020-01-01', null, :distance)"

_WRITTEN: Final = (
    (Actor("crm", person="E1"), Entry("client.updated", "client", "C1", "O1", {"a": 1}, {"a": 2**80}, "改")),
    (Actor("crm", person="E2"), Entry("client.read", "client", "C2", "B2")),
    (Actor("policy"), Entry("rulebook.published", "rulebook", "tiers@1", digest="sha256:00")),
    (Actor("E1"), Entry("client_relation.added", "client", "C1", "B1", outcome="denied")),
)
"""One an hour, from noon on."""


@pytest.fixture(autouse=True)
async def _written(sessions: Sessions) -> None:
    """Four entries with ids of their own."""
    async with sessions.begin() as session:
        for number, (actor, entry) in enumerate(_WRITTEN):
            await record(session, actor, NOON + timedelta(hours=number), [entry])


async def _found(caller: httpx2.AsyncClient, **asked: Any) -> list[str]:
    """The actions found, without the traces of asking."""
    answer = await caller.get("/v1/audit", params=asked)
    assert answer.status_code == 200, answer.text
    return [each["action"] for each in answer.json()["items"] if each["action"] not in {"audit.read", "key.created"}]


async def _caller(app: FastAPI, unit: str, *scopes: Scope) -> httpx2.AsyncClient:
    settings: Settings = app.state.settings
    async with app.state.sessions.begin() as session:
        for one, above in _UNITS.items():
            for each in (_UNIT, _PLACED):
                await session.execute(text(f"{each} ON CONFLICT DO NOTHING"), {"id": one})
            for distance, each in enumerate((one, *above)):
                rows = {"above": each, "id": one, "distance": distance}
                await session.execute(text(f"{_BELOW} ON CONFLICT DO NOTHING"), rows)
        key = new_key(session, settings, *scopes, name=f"of {unit}", unit=unit)
    return client_of(app, key.token)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [3, 2, 1, 0]),
        ({"object_type": "client"}, [3, 1, 0]),
        ({"object_type": "client", "object_id": "C1"}, [3, 0]),
        ({"action": "client."}, [1, 0]),
        ({"action": "client_"}, [3]),
        ({"action": "client.updated"}, [0]),
        ({"action": "%"}, []),
        ({"actor": "crm"}, [1, 0]),
        ({"actor": "E1"}, [3, 0]),
        ({"unit": "B1"}, [3]),
        ({"outcome": "denied"}, [3]),
        ({"since": "2026-11-22T05:00:00Z"}, [3, 2, 1]),
        ({"until": "2026-11-22T13:00:00+08:00"}, [0]),
        ({"since": "2026-11-22T05:00:00Z", "until": "2026-11-22T06:00:00Z", "actor": "crm"}, [1]),
    ],
)
async def test_entries_are_found_by_what_they_are_about(
    client: httpx2.AsyncClient, asked: dict[str, str], found: list[int]
) -> None:
    assert await _found(client, **asked) == [_WRITTEN[number][1].action for number in found]


async def test_an_entry_says_everything(client: httpx2.AsyncClient) -> None:
    (entry,) = (await client.get("/v1/audit", params={"action": "client.updated"})).json()["items"]
    assert entry | {"id": 0} == {
        "id": 0,
        "at": "2026-11-22T04:00:00Z",
        "key_id": None,
        "key_name": "crm",
        "key_unit": None,
        "person": "E1",
        "request_id": None,
        "action": "client.updated",
        "object_type": "client",
        "object_id": "C1",
        "unit": "O1",
        "before": {"a": 1},
        "after": {"a": 2**80},
        "reason": "改",
        "digest": None,
        "outcome": "done",
    }


async def test_pages_follow_each_other_without_gap_or_repetition(client: httpx2.AsyncClient) -> None:
    found, cursor = [], None
    while True:
        asked = {"object_type": "client", "limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/audit", params=asked)).json()
        found += [each["action"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == ["client_relation.added", "client.read", "client.updated"]


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-11-22"},
        {"since": "1795320000"},
        {"since": "2026-11-22T05:00:00"},
        {"until": "2026-11-22T05:00:00 08:00"},
        {"outcome": "undone"},
        {"limit": "201"},
        {"limit": "0"},
        {"cursor": "0"},
        {"cursor": "9223372036854775808"},
        {"actor": ""},
        {"object": "client"},
    ],
)
async def test_what_cannot_be_meant_is_refused(client: httpx2.AsyncClient, asked: dict[str, str]) -> None:
    answer = await client.get("/v1/audit", params=asked)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"query/{name}" for name in asked]


@pytest.mark.parametrize(
    ("unit", "actions"),
    [
        ("B1", ["client_relation.added", "client.updated"]),
        ("O1", ["client.updated"]),
        ("B2", ["client.read"]),
        ("HQ", ["client_relation.added", "client.read", "client.updated"]),
    ],
)
async def test_a_key_of_a_unit_sees_that_unit_and_below(app: FastAPI, unit: str, actions: list[str]) -> None:
    async with await _caller(app, unit, Scope.AUDIT_READ) as caller:
        assert await _found(caller) == actions
        if "client.read" in actions:
            assert await _found(caller, unit="B2") == ["client.read"]
        else:
            outside, missing = [await caller.get("/v1/audit", params={"unit": each}) for each in ("B2", "B9")]
            assert (outside.status_code, outside.json()["type"]) == (404, "urn:tierbook:problem:unit_not_found")
            assert outside.json()["detail"] == missing.json()["detail"]


@pytest.mark.parametrize(("unit", "seen"), [("B1", True), ("O1", True), ("B2", False)])
async def test_what_happened_at_a_unit_is_seen_after_it_closed(
    app: FastAPI, sessions: Sessions, unit: str, *, seen: bool
) -> None:
    async with await _caller(app, unit, Scope.AUDIT_READ) as caller:
        async with sessions.begin() as session:
            await session.execute(text("UPDATE unit SET closed_on = '2026-11-22' WHERE id = 'O1'"))
            await session.execute(text("UPDATE unit_tree SET until_day = '2026-11-22' WHERE descendant = 'O1'"))
        assert ("client.updated" in await _found(caller)) is seen


async def test_who_acted_is_told_as_far_as_the_fence(
    app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    """On what is B1's matter a neighbour acts that shares the client, the head office, an outlet and the whole bank."""
    acted = {"B2": "b2-rm", "HQ": "hq-1", "O1": "o1-rm", None: "hq-2"}
    async with await _caller(app, "B1", Scope.AUDIT_READ) as caller:
        async with sessions.begin() as session:
            for unit, person in acted.items():
                actor = Actor(f"key of {unit}", uuid4(), unit, person)
                await record(session, actor, NOON, [Entry("client.told", "client", "C1", "B1")])
        items = (await caller.get("/v1/audit", params={"action": "client.told"})).json()["items"]
        who = [(each["key_name"], each["key_unit"], each["person"], each["key_id"] is None) for each in items]
        hidden = (None, None, None, True)
        assert who == [("key of None", None, None, False), ("key of O1", "O1", "o1-rm", False), hidden, hidden]
        one = (await caller.get(f"/v1/audit/{items[-1]['id']}")).json()
        assert (one["key_name"], one["person"]) == (None, None)
        found = {person: len(await _found(caller, actor=person)) for person in acted.values()}
        assert found == {"b2-rm": 0, "hq-1": 0, "o1-rm": 1, "hq-2": 0}
        assert await _found(caller, actor="key of None") == ["client.told"]
    assert len(await _found(client, actor="b2-rm")) == 1


_SERVES: Final = (
    "INSERT INTO officer VALUES (:id, 'a name', null, 1, '2020-01-01Z')",
    "INSERT INTO role VALUES ('rm', 'RM', '客户经理', 1, '2020-01-01Z') ON CONFLICT DO NOTHING",
    "INSERT INTO posting VALUES (gen_random_uuid(), :id, :unit, 'rm', '2020-01-01', null)",
)


async def test_for_whom_a_front_end_of_the_whole_bank_acted_is_told_where_that_person_serves(
    app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    served = {"o1-rm": "O1", "b2-rm": "B2"}
    async with await _caller(app, "B1", Scope.AUDIT_READ) as caller:
        async with sessions.begin() as session:
            for person, unit in served.items():
                for each in _SERVES:
                    await session.execute(text(each), {"id": person, "unit": unit})
                voted = Entry("nomination.voted", "nomination", "N1", "B1", None, {"member": person, "choice": "for"})
                await record(session, Actor("crm", uuid4(), None, person), NOON, [voted])
        asked = {"action": "nomination.voted"}
        items = (await caller.get("/v1/audit", params=asked)).json()["items"]
        assert [(each["key_name"], each["person"], each["after"]) for each in items] == [
            ("crm", None, {"choice": "for"}),
            ("crm", "o1-rm", {"member": "o1-rm", "choice": "for"}),
        ]
        assert {person: len(await _found(caller, actor=person, **asked)) for person in served} == {
            "o1-rm": 1,
            "b2-rm": 0,
        }
    items = (await client.get("/v1/audit", params=asked)).json()["items"]
    assert [each["after"]["member"] for each in items] == ["b2-rm", "o1-rm"]


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("nomination", {"member": "H1"}),
        ("nomination", {"expert": "H1"}),
        ("nomination", {"nominators": ["H1"], "unit": "HQ"}),
        ("nomination", {"by": "H1"}),
        ("exit", {"owners": {"notify": "H1"}}),
        ("exit", {"owner": "H1", "step": "notify"}),
    ],
)
async def test_a_step_names_nobody_where_it_is_not_told_who_acted(
    app: FastAPI, sessions: Sessions, kind: str, named: dict[str, Any]
) -> None:
    async with await _caller(app, "B1", Scope.AUDIT_READ) as caller:
        async with sessions.begin() as session:
            for unit in ("HQ", "O1"):
                entry = Entry(f"{kind}.told", kind, "X1", "B1", {"state": "vote"}, {"state": "vote", **named})
                await record(session, Actor("a key", uuid4(), unit, "H1"), NOON, [entry])
        within, above = (await caller.get("/v1/audit", params={"action": f"{kind}.told"})).json()["items"]
    assert within["after"] == {"state": "vote", **named}
    assert (above["person"], above["before"]) == (None, {"state": "vote"})
    assert "H1" not in str(above)


async def test_an_entry_of_another_unit_is_as_if_it_were_not(
    app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    (entry,) = (await client.get("/v1/audit", params={"unit": "B2"})).json()["items"]
    async with await _caller(app, "B1", Scope.AUDIT_READ) as caller:
        outside, missing = [await caller.get(f"/v1/audit/{number}") for number in (entry["id"], 2**62)]
    for answer in (outside, missing):
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:tierbook:problem:audit_entry_not_found"
    denied = await client.get("/v1/audit", params={"outcome": "denied", "action": "audit."})
    assert [(each["object_id"], each["unit"]) for each in denied.json()["items"]] == [
        (f"entry={2**62}", "B1"),
        (f"entry={entry['id']}", "B1"),
    ]


async def test_a_sealed_entry_names_its_place_and_its_hash(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    (entry,) = (await client.get("/v1/audit", params={"action": "client.updated"})).json()["items"]
    waiting = (await client.get(f"/v1/audit/{entry['id']}")).json()
    assert waiting == entry | {"seal": None}
    async with sessions.begin() as session:
        await seal(session, NOON, 1)
        stored = bytes(await session.scalar(text("SELECT hash FROM audit_chain")))
    found = (await client.get(f"/v1/audit/{entry['id']}")).json()
    assert found["seal"] == {"position": 1, "hash": stored.hex(), "sealed_at": "2026-11-22T04:00:00Z"}


async def test_whoever_reads_is_written_down_with_what_was_asked(app: FastAPI, client: httpx2.AsyncClient) -> None:
    async with await _caller(app, "B1", Scope.AUDIT_READ) as caller:
        await caller.get("/v1/audit", params={"action": "client.", "since": "2026-11-22T05:00:00Z"})
        await caller.get("/v1/audit")
        await caller.get("/v1/audit/checkpoint")
    found = (await client.get("/v1/audit", params={"action": "audit.read"})).json()["items"]
    asked = [(each["key_name"], each["unit"], each["object_id"], each["after"]) for each in found]
    assert asked == [
        ("of B1", "B1", "checkpoint", None),
        ("of B1", "B1", "entries", {}),
        ("of B1", "B1", "entries", {"action": "client.", "since": "2026-11-22T05:00:00+00:00"}),
    ]


async def test_however_much_is_asked_for_it_is_answered_and_written_down(client: httpx2.AsyncClient) -> None:
    drawn = Random(1)  # what repeats itself would be compressed in the index
    names = ("object_type", "object_id", "action", "actor", "unit")
    words = {name: "".join(chr(drawn.randrange(0x20000, 0x2A6DF)) for _ in range(200)) for name in names}
    answer = await client.get("/v1/audit", params=words)
    assert (answer.status_code, answer.json()["items"]) == (200, [])
    [entry] = (await client.get("/v1/audit", params={"action": "audit.read"})).json()["items"]
    assert entry["after"] == words


async def test_a_checkpoint_is_signed_and_says_what_waits(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        assert await seal(session, NOON, 3) == 3
    found = (await client.get("/v1/audit/checkpoint")).json()
    checkpoint = Checkpoint.read(opened(found["note"], [Verifier.read(found["verifier"])]))
    assert (checkpoint.size, checkpoint.text.split("\n")[2]) == (3, found["root"])
    assert found["size"] == 3
    assert found["pending"] >= 1
    assert found["waiting_since"] is not None


async def test_a_chain_that_contradicts_what_was_signed_is_not_signed(app: FastAPI, client: httpx2.AsyncClient) -> None:
    settings: Settings = app.state.settings
    folder = CheckpointFolder(settings.checkpoint_folder)
    assert (await client.get("/v1/audit/checkpoint")).status_code == 200
    folder.add(7, signer(bytes(32)).sign(Checkpoint(7, bytes(32)).text))
    assert (await client.get("/v1/audit/checkpoint")).status_code == 200  # of another key: nothing to compare with
    note = signer(settings.audit_seed).sign(Checkpoint(8, bytes(32)).text)
    for size, each in ((8, note), (9, note.replace("\n8\n", "\n9\n"))):
        folder.add(size, each)
        answer = await client.get("/v1/audit/checkpoint")
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:tierbook:problem:audit_chain_contradicted"


async def test_a_checkpoint_that_cannot_be_signed_names_the_setting(
    app: FastAPI, client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    settings: Settings = app.state.settings
    newest = settings.checkpoint_folder / f"{7:012}.checkpoint"
    newest.mkdir(parents=True)
    unread = await client.get("/v1/audit/checkpoint")
    file = tmp_path / "file"
    file.touch()
    app.state.settings = settings.model_copy(update={"home": file, "audit_key": None})
    app.state.settings.__dict__.pop("audit_seed", None)
    keyless = await client.get("/v1/audit/checkpoint")
    for answer, setting in ((unread, "TIERBOOK_AUDIT_CHECKPOINTS"), (keyless, "TIERBOOK_AUDIT_KEY")):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert answer.json()["type"] == "urn:tierbook:problem:audit_checkpoint_unavailable"
        assert setting in answer.json()["detail"]
        assert str(tmp_path) not in answer.json()["detail"]


async def test_only_who_may_read_the_trail_does(app: FastAPI, stranger: httpx2.AsyncClient) -> None:
    async with await _caller(
        app, "HQ", *(scope for scope in Scope if scope not in {Scope.AUDIT_READ, Scope.ADMIN})
    ) as caller:
        for path in ("/v1/audit", "/v1/audit/1", "/v1/audit/checkpoint"):
            assert (await stranger.get(path)).status_code == 401
            assert (await caller.get(path)).status_code == 403
