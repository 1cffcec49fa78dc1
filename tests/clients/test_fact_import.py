"""`tierbook import facts`: a file of facts whole, or not at all."""

import asyncio
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.clients import fact_import
from app.clients.tables import Client
from app.rulebooks.reign import Term
from app.settings import Settings
from tests.clients.telling import LONG, SHORT
from tests.importing.test_import import Place
from tests.rulebooks.publishing import published
from tests.service import NOON

FACTS = """\
客户号,指标,数值,数据日期,来源
C-1,balance,2.3亿,2026/10/31,core
C-2,rating,AA,2026年6月30日,
C-1,balance,1.5亿,2026-09-30,core
C-2,moon_phase,new,2026-10-31,
"""


@pytest.fixture
def place(tmp_path: Path, fresh_database_url: str, bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A database with two clients and two rulebooks that read `balance` and `rating`."""
    asyncio.run(_prepare(fresh_database_url))
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    return Place(tmp_path, fresh_database_url)


async def _prepare(url: str) -> None:
    engine = create_async_engine(url)
    async with async_sessionmaker(engine, expire_on_commit=False).begin() as session:
        for text in (SHORT, LONG):
            await published(session, text, Term((), date(2026, 1, 1)))
        stamps = {"kind": "company", "co_managed": False, "revision": 1, "created_at": NOON, "updated_at": NOON}
        await session.execute(insert(Client), [{"id": each, **stamps} for each in ("C-1", "C-2")])
    await engine.dispose()


def facts(place: Place) -> list[tuple[str, ...]]:
    return place.rows("SELECT client_id, name, value, as_of::text, source FROM fact_record ORDER BY id")


def test_facts_come_with_chinese_headings_and_days(place: Place) -> None:
    said = place.load("facts", FACTS).stdout
    assert said == "file.csv: 4 lines, 4 created, 0 changed, 0 unchanged\n"
    assert facts(place) == [
        ("C-1", "balance", "2.3亿", "2026-10-31", "core"),
        ("C-2", "rating", "AA", "2026-06-30", None),
        ("C-1", "balance", "1.5亿", "2026-09-30", "core"),
        ("C-2", "moon_phase", "new", "2026-10-31", None),
    ]
    (entry,) = place.rows("SELECT action, unit, after FROM audit_entry WHERE object_type = 'fact_load'")
    assert entry[:2] == ("facts.recorded", None)
    assert (entry[2]["recorded"], entry[2]["first_line"], entry[2]["last_line"]) == (4, 2, 5)


def test_a_fact_that_no_rulebook_knows_is_kept_and_remarked_upon(place: Place) -> None:
    lines = [f"C-1,{fact},5,2026-10-{day},core" for fact, day in (("balanc", 30), ("balanc", 31), ("zzz", 31))]
    result = place.load("facts", "\n".join([BAD.splitlines()[0], *lines, ""]))
    assert "3 created" in result.stdout
    assert result.stderr.splitlines() == [
        "file.csv: fact balanc: no rulebook in force knows it; did you mean balance? (2 lines)",
        "file.csv: fact zzz: no rulebook in force knows it (1 line)",
    ]


def test_json_has_numbers_and_flags_as_they_are_written(place: Place) -> None:
    row = {"client_id": "C-1", "as_of": "2026-10-31"}
    written = [row | {"fact": name, "value": f"@{name}"} for name in ("balance", "flag", "number")]
    content = (
        json.dumps(written)
        .replace('"@balance"', "199999999.99")
        .replace('"@flag"', "true")
        .replace('"@number"', "1.50")
    )
    place.load("facts", content, name="facts.json")
    assert [value for _, _, value, _, _ in facts(place)] == ["199999999.99", "true", "1.50"]


def test_the_same_file_again_changes_nothing(place: Place) -> None:
    place.load("facts", FACTS)
    entries = place.count("audit_entry")
    assert place.load("facts", FACTS).stdout == "file.csv: 4 lines, 0 created, 0 changed, 4 unchanged\n"
    assert (place.count("fact_record"), place.count("audit_entry")) == (4, entries)


def test_a_dry_run_says_what_would_be_recorded(place: Place) -> None:
    assert "would be 4 created" in place.load("facts", FACTS, "--dry-run").stdout
    assert place.count("fact_record") == 0


BAD = """\
client_id,fact,value,as_of,source
C-1,balance,5,2026-10-31,core
C-0,balance,5,2026-10-31,core
C-1,rating,D,2026-10-31,core
C-1,rating,A,2999-10-31,core
C-1,Rating,A,2026-10-31,core
C-1,rating,,2026-10-31,core
C-1,rating,A,yesterday,core
C-1,co_managed,yes,2026-10-31,core
C-1,balance,6,2026-10-31,core
"""


@pytest.mark.parametrize("at_once", [2, 2000])
def test_every_problem_is_listed_by_its_line_and_nothing_is_recorded(
    place: Place, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fact_import, "KIND", replace(fact_import.KIND, at_once=at_once))
    said = place.load("facts", BAD, code=1).stderr.splitlines()
    assert said == [
        "file.csv:3 client_id No such client",
        "file.csv:4 value is none of A, AA (long-lived); is none of B, A (short-lived)",
        "file.csv:5 as_of is of 2999-10-31, a day to come",
        "file.csv:6 fact String should match pattern '^[a-z][a-z0-9_]{0,63}$'",
        "file.csv:7 value is empty",
        "file.csv:8 as_of Input should be a day, written as 2026-11-22",
        "file.csv:9 fact is kept in the client's profile: PUT /v1/clients/{client_id}",
        "file.csv:10 client_id stands in line 2 already",
        "tierbook import: 8 problems in file.csv; nothing was changed",
    ]
    assert (place.count("fact_record"), place.rows("SELECT 1 FROM audit_entry WHERE object_type = 'fact_load'")) == (
        0,
        [],
    )
