"""Facts in bulk: every line for itself, every chunk once, whatever is sent."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.clients import fact_chunks
from app.clients.fact_recording import Told, digest_of
from app.db.engine import Sessions
from tests.clients.conftest import CallerOf
from tests.clients.telling import (
    CLIENT,
    LONG,
    SHORT,
    TODAY,
    govern,
    known,
    line,
    ndjson,
    open_client,
    stored,
    upload,
    values,
)


@pytest.fixture
async def client(app: FastAPI, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """An administrator of a bank with the client C-1 and two rulebooks."""
    await govern(app, SHORT, LONG)
    await open_client(client)
    return client


@pytest.fixture
def by_threes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three lines."""
    monkeypatch.setattr(fact_chunks, "CHUNK", 3)


def summary(lines: int, recorded: int = 0, unchanged: int = 0, refused: int = 0) -> dict[str, Any]:
    return {"summary": {"lines": lines, "recorded": recorded, "unchanged": unchanged, "refused": refused}}


async def entries(sessions: Sessions) -> list[Any]:
    """What the trail says of uploads, the oldest first."""
    async with sessions() as session:
        rows = await session.execute(text("SELECT * FROM audit_entry WHERE object_type = 'fact_load' ORDER BY id"))
        return list(rows)


async def test_every_line_is_recorded_and_answered(client: httpx2.AsyncClient) -> None:
    lines = [line("5"), line("AA", fact="rating", source=None), line(7, as_of="2026-11-01")]
    assert await upload(client, ndjson(lines)) == [
        {"line": 1, "status": 201},
        {"line": 2, "status": 201},
        {"line": 3, "status": 201},
        summary(3, recorded=3),
    ]
    assert await values(client) == {"balance": "5", "rating": "AA"}
    assert await values(client, as_of="2026-11-10") == {"balance": "7"}


async def test_a_bad_line_fails_alone(client: httpx2.AsyncClient) -> None:
    lines = [line("5"), line("D", fact="rating"), line("6", client_id="C-0"), line("7", as_of="2026-11-23"), line("8")]
    results = await upload(client, ndjson(lines))
    assert [(each["line"], each["status"], each.get("code")) for each in results[:-1]] == [
        (1, 201, None),
        (2, 422, "invalid_value"),
        (3, 422, "client_not_found"),
        (4, 422, "after_today"),
        (5, 201, None),
    ]
    assert results[-1] == summary(5, recorded=2, refused=3)
    assert await values(client) == {"balance": "8"}


@pytest.mark.usefixtures("by_threes")
async def test_the_same_file_again_changes_nothing(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    content = ndjson(line(str(number), as_of=f"2026-11-{number:02}") for number in range(1, 9))
    assert (await upload(client, content))[-1] == summary(8, recorded=8)
    before, trail = await known(client), await entries(sessions)
    again = await upload(client, content)
    assert {each["status"] for each in again[:-1]} == {200}
    assert again[-1] == summary(8, unchanged=8)
    assert (await known(client), await entries(sessions)) == (before, trail)


async def test_a_line_that_stands_twice_is_recorded_once(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    results = await upload(client, ndjson([line("5"), line("5"), line("6"), line("6"), line("5")]))
    assert [each["status"] for each in results[:-1]] == [201, 200, 201, 200, 201]
    async with sessions() as session:
        assert [value for _, _, value in await stored(session)] == ["5", "6", "5"]
    assert await values(client) == {"balance": "5"}


async def test_a_name_that_no_rulebook_knows_is_kept_and_said(client: httpx2.AsyncClient) -> None:
    results = await upload(client, ndjson([line("5", fact="balanc"), line("5", fact="zzz")]))
    assert results[:-1] == [
        {"line": 1, "status": 201, "read_by": [], "nearest": "balance"},
        {"line": 2, "status": 201, "read_by": [], "nearest": None},
    ]


async def test_what_the_profile_holds_is_refused_line_by_line(client: httpx2.AsyncClient) -> None:
    refused, kept, end = await upload(client, ndjson([line("yes", fact="co_managed"), line("5")]))
    assert (refused["status"], refused["code"], kept["status"]) == (422, "in_profile", 201)
    assert end == summary(2, recorded=1, refused=1)


async def test_what_only_a_pilot_can_read_is_kept(app: FastAPI, client: httpx2.AsyncClient) -> None:
    pilot = SHORT.replace("[B, A]", "[C, B, A]").replace("low: B", "low: C")
    await govern(app, pilot, units=("B1",), until=TODAY.replace(year=2027))
    assert (await upload(client, ndjson([line("C", fact="rating")])))[0]["status"] == 201


@pytest.mark.usefixtures("by_threes")
async def test_each_chunk_has_its_entry_with_its_lines_and_a_digest_of_what_was_recorded(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    lines = [line("1"), line("2", client_id="C-0"), line("3"), line("3"), line("3"), line("4")]
    await upload(client, ndjson(lines))
    found = await entries(sessions)
    assert [
        (each.action, each.after["recorded"], each.after["first_line"], each.after["last_line"]) for each in found
    ] == [
        ("facts.recorded", 2, 1, 3),
        ("facts.recorded", 1, 6, 6),
    ]
    assert len({each.object_id for each in found}) == 1
    async with sessions() as session:
        rows = await session.execute(text("SELECT client_id, name, value, as_of, source FROM fact_record ORDER BY id"))
        recorded = [(row.client_id, Told(row.name, row.value, row.as_of, row.source)) for row in rows]
    assert [each.after["digest"] for each in found] == [digest_of(recorded[:2]), digest_of(recorded[2:])]


async def test_a_digest_is_over_every_part_of_what_was_recorded() -> None:
    whole = ("C-1", Told("balance", "5", TODAY, "core"))
    others = [
        ("C-2", whole[1]),
        ("C-1", whole[1]._replace(name="rating")),
        ("C-1", whole[1]._replace(value="6")),
        ("C-1", whole[1]._replace(as_of=TODAY.replace(day=1))),
        ("C-1", whole[1]._replace(source=None)),
    ]
    assert len({digest_of([each]) for each in [whole, *others]}) == 6
    assert digest_of([whole, others[0]]) != digest_of([others[0], whole])


async def test_clients_outside_the_unit_are_unknown_and_the_denial_is_kept_once_a_chunk(
    client: httpx2.AsyncClient, of: CallerOf, sessions: Sessions
) -> None:
    await open_client(client, "C-2", unit="B2-S1")
    caller = await of("B1")
    results = await upload(caller, ndjson([line("5"), line("5", client_id="C-2"), line("6", client_id="C-0")] * 2))
    assert [each["status"] for each in results[:-1]] == [201, 422, 422, 200, 422, 422]
    assert {name: value for name, value in results[1].items() if name != "line"} == {
        name: value for name, value in results[2].items() if name != "line"
    }
    async with sessions() as session:
        assert await stored(session) == [(CLIENT, "balance", "5")]
        denied = "SELECT object_type, object_id, unit FROM audit_entry WHERE outcome = 'denied'"
        assert (await session.execute(text(denied))).all() == [("client", "C-2", "B2-S1")]


@pytest.mark.usefixtures("by_threes")
async def test_of_an_upload_that_is_cut_off_the_whole_chunks_stay_and_the_rest_comes_with_the_next(
    app: FastAPI, client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    content = ndjson(line(str(number), as_of=f"2026-11-{number:02}") for number in range(1, 9))
    await cut_off(app, client, content[: len(content) // 2 + 20])
    async with sessions() as session:
        assert len(await stored(session)) == 3
    assert len(await entries(sessions)) == 1
    assert (await upload(client, content))[-1] == summary(8, recorded=5, unchanged=3)


async def cut_off(app: FastAPI, client: httpx2.AsyncClient, content: bytes) -> None:
    """Send this much, then hang up."""
    headers = [(b"content-type", b"application/x-ndjson"), (b"authorization", client.headers["authorization"].encode())]
    place = {"path": "/v1/facts/bulk", "raw_path": b"/v1/facts/bulk", "query_string": b"", "root_path": ""}
    messages: list[Any] = [
        {"type": "http.request", "body": content, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Any:
        return messages.pop(0)

    async def send(_: Any) -> None:
        """Nobody listens."""

    scope = {"type": "http", "method": "POST", "headers": headers, "scheme": "http", "server": ("test", 80), **place}
    await app(scope, receive, send)


@pytest.mark.usefixtures("by_threes")
async def test_a_chunk_that_the_database_refuses_leaves_those_before_it_and_says_so(
    client: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = fact_chunks.record_lines

    async def failing(change: Any, read: Any) -> Any:
        results = await record(change, read)
        if read[0].line > 3:
            raise ConnectionError
        return results

    monkeypatch.setattr(fact_chunks, "record_lines", failing)
    content = ndjson(line(str(number), as_of=f"2026-11-{number:02}") for number in range(1, 9))
    *results, last = await upload(client, content)
    assert [each["status"] for each in results] == [201, 201, 201]
    assert last["problem"]["status"] == 503
    async with sessions() as session:
        assert len(await stored(session)) == 3
    assert len(await entries(sessions)) == 1


NO_FACTS = (
    (b"x", 400, "malformed_json"),
    (b'{"client_id": "C-1"', 400, "malformed_json"),
    (b"\xff\xfe", 400, "malformed_json"),
    (b'{"client_id": "\xed\xa0\x80"}', 400, "malformed_json"),
    (b'{"client_id": "\x00"}', 400, "malformed_json"),
    (b"null", 422, "model_type"),
    (b"[]", 422, "model_type"),
    (b"{}", 422, "missing"),
    (b'"' + b"x" * 5000 + b'"', 413, "line_too_long"),
    (b"x" * 1_000_000, 413, "line_too_long"),
    (b"[" * 4000, 400, "malformed_json"),
    (b'{"a":' * 800, 400, "malformed_json"),
    (b'{"fact": "balance", "fact": "rating"}', 400, "malformed_json"),
)


async def test_lines_that_are_no_facts_are_refused_by_name(client: httpx2.AsyncClient) -> None:
    content = b"\n".join(bad for bad, _, _ in NO_FACTS) + b"\n" + ndjson([line()])
    *refused, good, end = await upload(client, content)
    assert [(each["status"], each["code"]) for each in refused] == [(status, code) for _, status, code in NO_FACTS]
    assert all(each["detail"] for each in refused)
    assert (good["status"], end) == (201, summary(len(NO_FACTS) + 1, recorded=1, refused=len(NO_FACTS)))


HOSTILE = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "null",
    "[]",
    "{}",
    r'"\u0000"',
    r'"\ud800"',
    '""',
    '"  "',
    "9" * 65,
)


@pytest.mark.parametrize("fact", ["balance", "nobody_reads_it"])
async def test_a_hostile_value_is_refused_whether_a_rulebook_reads_it_or_not(
    client: httpx2.AsyncClient, fact: str
) -> None:
    values_sent = [*HOSTILE, f'"{"x" * 201}"']
    content = "\n".join(json.dumps(line("@", fact=fact)).replace('"@"', value) for value in values_sent)
    *refused, end = await upload(client, content.encode())
    assert {each["status"] for each in refused} == {400, 422}
    assert end == summary(len(values_sent), refused=len(values_sent))
    assert await values(client) == {}


async def test_the_wrong_part_of_a_line_is_named(client: httpx2.AsyncClient) -> None:
    parts: list[tuple[str, Any]] = [
        ("client_id", "../C-1"),
        ("client_id", 5),
        ("client_id", "bulk"),
        ("fact", "Balance"),
        ("fact", ""),
        ("as_of", 20261120),
        ("as_of", "2026-02-30"),
        ("as_of", None),
        ("source", ""),
        ("source", "x" * 201),
        ("unknown", 1),
    ]
    *refused, _ = await upload(client, ndjson(line(**{name: value}) for name, value in parts))
    assert [each["status"] for each in refused] == [422] * len(parts)
    assert [each["detail"].split(" ")[0] for each in refused] == [f"/{name}" for name, _ in parts]


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\n", b"\xef\xbb\xbf"])
async def test_an_upload_without_lines_changes_nothing(client: httpx2.AsyncClient, content: bytes) -> None:
    assert await upload(client, content) == [summary(0)]


async def test_blank_lines_carriage_returns_and_half_a_line_at_the_end(client: httpx2.AsyncClient) -> None:
    whole, half = json.dumps(line("5")).encode(), json.dumps(line("6")).encode()
    content = b"\xef\xbb\xbf" + whole + b"\r\n\r\n   \n" + whole + b"\r\n" + half[:-3]
    results = await upload(client, content)
    assert [(each["line"], each["status"]) for each in results[:-1]] == [(1, 201), (4, 200), (5, 400)]
    assert (await upload(client, half))[0]["status"] == 201


async def test_ten_thousand_bad_lines_are_ten_thousand_refusals(client: httpx2.AsyncClient) -> None:
    bad = [line("x"), line("5", client_id="C-0"), {"client_id": 1}, 5, line("5", as_of="2099-01-01")] * 2000
    results = await upload(client, ndjson(bad))
    assert len(results) == 10_001
    assert [each["line"] for each in results[:-1]] == list(range(1, 10_001))
    assert results[-1] == summary(10_000, refused=10_000)


async def test_an_upload_comes_in_pieces_of_any_size(client: httpx2.AsyncClient) -> None:
    content = ndjson(line(str(number), as_of=f"2026-11-{number:02}") for number in range(1, 6))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    assert (await upload(client, pieces()))[-1] == summary(5, recorded=5)


@pytest.mark.parametrize("media_type", ["application/json", "text/csv", ""])
async def test_what_is_not_declared_as_ndjson_is_refused(client: httpx2.AsyncClient, media_type: str) -> None:
    answer = await client.post("/v1/facts/bulk", content=ndjson([line()]), headers={"Content-Type": media_type})
    assert answer.status_code == 415
    assert await values(client) == {}


async def test_a_key_that_may_not_record_sends_no_megabytes(client: httpx2.AsyncClient, stranger: Any) -> None:
    asked = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal asked
        for _ in range(100):
            asked += 1
            yield b"x" * 100_000

    headers = {"Content-Type": "application/x-ndjson"}
    answer = await stranger.post("/v1/facts/bulk", content=flood(), headers=headers)
    assert (answer.status_code, asked) == (401, 0)


async def test_values_are_in_no_log(client: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]) -> None:
    await upload(client, ndjson([line("987654321"), line("987654321x"), line("5", client_id="987654321")]))
    output = capsys.readouterr()
    assert "/v1/facts/bulk" in output.out  # the log is what is looked at
    assert "987654321" not in output.out + output.err
