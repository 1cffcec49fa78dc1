"""The made-up bank: the same from the same seed, importable, of every segment, loaded whole or not at all."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from app.cli import app
from app.db.engine import Sessions
from app.importing.kinds import load_kind
from app.portfolio.demo.bank import make_bank
from app.portfolio.demo.book import DemoClient, make_clients
from app.portfolio.demo.files import write_files
from app.portfolio.demo.loading import NotEmptyError, load
from app.rulebooks.check import load_sound
from app.rulebooks.shipped import shipped_texts
from tests.postgres import Founding, nothing
from tests.service import change_of

DAY = date(2026, 11, 22)
SEED = 7


@pytest.fixture(scope="session")
def founding() -> Founding:
    return nothing


def drawn(clients: int, seed: int = SEED) -> list[DemoClient]:
    return list(make_clients(make_bank(clients, seed), clients, seed, DAY))


def written(folder: Path, clients: int, seed: int = SEED) -> dict[str, bytes]:
    bank = make_bank(clients, seed)
    assert sum(write_files(folder, bank, make_clients(bank, clients, seed, DAY))) == clients
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    first, again, other = (written(tmp_path / str(at), 50, seed) for at, seed in enumerate((SEED, SEED, SEED + 1)))
    assert first == again
    assert first["facts.csv"] != other["facts.csv"]


def test_every_line_is_one_that_can_be_imported(tmp_path: Path) -> None:
    files = written(tmp_path, 40)
    assert files.keys() == {f"{kind}.csv" for kind in ("units", "officers", "clients", "assignments", "facts")}
    for path in tmp_path.iterdir():
        row = load_kind(path.stem).row
        with path.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                row.model_validate({name: value for name, value in line.items() if value})


def test_the_shipped_rulebooks_can_read_every_fact_that_they_declare() -> None:
    books = [load_sound(document).rulebook for document in shipped_texts()]
    for client in drawn(60):
        for fact in client.facts:
            for book in books:
                if fact.fact in book.facts:
                    book.facts[fact.fact].encode(fact.value)


def test_clients_are_of_every_segment_and_firms_have_more_than_twenty_facts() -> None:
    clients = drawn(300)
    segments = Counter(each.profile.segment for each in clients)
    assert segments.keys() == {"corporate", "institution", "retail"}
    assert all(len(each.facts) > 20 for each in clients if each.profile.segment != "retail")
    assert all(len({fact.fact for fact in each.facts}) == len(each.facts) for each in clients)


def test_few_firms_have_most_of_the_deposits() -> None:
    held = (fact.value for each in drawn(2000) for fact in each.facts if fact.fact == "deposit_balance")
    deposits = sorted(map(int, held), reverse=True)
    assert sum(deposits[: len(deposits) // 10]) > sum(deposits) // 2


async def test_it_loads_with_its_trail(sessions: Sessions, session: AsyncSession) -> None:
    bank, told = make_bank(30, SEED), list[int]()
    await load(sessions, change_of, bank, make_clients(bank, 30, SEED, DAY), told.append)
    assert told == [30]
    each_client = ("client", "client_revision", "client_unit", "assignment", "assignment_known")
    counts = {}
    for table in (*each_client, "unit", "fact_record"):
        counts[table] = await session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
    facts = sum(len(each.facts) for each in drawn(30))
    assert counts == {
        **dict.fromkeys(each_client, 30),
        "unit": len(bank.units),
        "fact_record": facts,
    }
    entry: Any = await session.scalar(text("SELECT after FROM audit_entry WHERE action = 'demo.loaded'"))
    assert (entry["clients"], entry["facts"]) == (30, facts)


async def test_names_of_made_up_persons_are_sealed_as_those_of_real_ones_are(sessions: Sessions) -> None:
    bank = make_bank(30, SEED)
    await load(sessions, change_of, bank, make_clients(bank, 30, SEED, DAY), lambda _: None)
    query = "SELECT profile FROM client_revision JOIN client ON id = client_id WHERE kind = 'person'"
    async with sessions() as session:
        profiles = list(await session.scalars(text(query)))
    assert profiles
    assert all("sealed" in each["name"] for each in profiles)


async def test_it_is_not_loaded_over_another_bank(sessions: Sessions) -> None:
    bank = make_bank(1, SEED)
    await load(sessions, change_of, bank, [], lambda _: None)
    with pytest.raises(NotEmptyError):
        await load(sessions, change_of, bank, [], lambda _: None)


def test_the_command_writes_files_and_says_that_all_is_generated(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["demo", "data", "-n", "5", "--as-of", "2026-11-22", "-o", str(tmp_path / "demo")])
    assert said.exit_code == 0, said.output
    assert "generated" in said.output
    assert (tmp_path / "demo" / "facts.csv").exists()


def test_the_command_wants_to_know_where_to() -> None:
    assert CliRunner().invoke(app, ["demo", "data"]).exit_code == 2
