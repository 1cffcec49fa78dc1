"""`tierbook replay`, as typed."""

import asyncio

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from app.clock import ManualClock
from app.db.engine import open_engine, open_sessions
from app.settings import Settings
from app.standing import cli
from app.standing.cli import app
from tests.service import NOON, client_of, new_key, under_test

CLIENT = "/v1/clients/C-1"


@pytest.fixture
def place(fresh_database_url: str, bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with a client whom two rulebooks decided."""
    settings = bare_settings.with_database(fresh_database_url)
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    asyncio.run(_decided(settings))
    return settings


async def _decided(settings: Settings) -> None:
    engine = open_engine(settings)
    service = under_test(settings, engine, open_sessions(engine), ManualClock(NOON))
    async with service.state.sessions.begin() as session:
        key = new_key(session, settings)
    await service.state.rulebooks.refresh()
    async with client_of(service, key.token) as caller:
        await caller.put(CLIENT, json={"kind": "company", "name": "北方重工", "unit": "B1", "segment": "corporate"})
        assert (await caller.post(f"{CLIENT}/assessments", json={})).status_code == 201
    await engine.dispose()


RESULT = "UPDATE assessment SET result = replace(result, 'none', 'core') WHERE rulebook = 'watched-clients'"
DIGEST = "UPDATE assessment SET digest = 'sha256:lost' WHERE rulebook = 'watched-clients'"


async def _falsify(settings: Settings, change: str) -> None:
    """As only whoever administers the database can."""
    engine = open_engine(settings)
    async with engine.begin() as connection:
        for statement in (
            "SET ROLE NONE",
            "ALTER TABLE assessment DISABLE TRIGGER USER",
            change,
        ):
            await connection.execute(text(statement))
    await engine.dispose()


def replayed(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result


def test_every_decision_is_made_again_and_counted(place: Settings) -> None:
    assert replayed().stdout == "2 assessments replayed: 2 identical, 0 not\n"
    assert replayed("--rulebook", "balance-classes").stdout == "1 assessments replayed: 1 identical, 0 not\n"
    assert replayed("--client", "C-1").stdout == "2 assessments replayed: 2 identical, 0 not\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [(("--client", "C-2"), "There is no client C-2."), (("-r", "nope"), "No published rulebook is named 'nope'.")],
)
def test_a_client_or_a_rulebook_that_there_is_not_is_told(place: Settings, words: tuple[str, ...], says: str) -> None:
    assert replayed(*words, code=2).stderr == f"tierbook replay: {says}\n"


def test_a_result_that_was_changed_is_named(place: Settings) -> None:
    asyncio.run(_falsify(place, RESULT))
    named, counted = replayed(code=1).stdout.splitlines()
    assert named.endswith(" C-1 watched-clients as of 2026-11-22 differs")
    assert counted == "2 assessments replayed: 1 identical, 1 not"


def test_what_cannot_be_made_again_is_named_and_the_rest_is_replayed(place: Settings) -> None:
    asyncio.run(_falsify(place, DIGEST))
    named, counted, missed = replayed(code=1).stdout.splitlines()
    assert " C-1 watched-clients as of 2026-11-22 not replayed: No published version has the digest" in named
    assert counted == "1 assessments replayed: 1 identical, 0 not"
    assert missed == "1 not replayed: their version cannot be read"


def test_it_goes_through_all_piece_by_piece_and_names_a_few(place: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_PIECE", 1)
    monkeypatch.setattr(cli, "_SHOWN", 0)
    asyncio.run(_falsify(place, RESULT))
    assert replayed(code=1).stdout == "2 assessments replayed: 1 identical, 1 not\n"


def test_without_a_database_it_says_so_in_a_line(bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x?host=/nonexistent")
    result = replayed(code=1)
    assert result.stdout == ""
    assert result.stderr.startswith("tierbook replay: ")
    assert result.stderr.count("\n") == 1
