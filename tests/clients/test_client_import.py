"""Clients and assignments from files: all of a file or nothing, every problem by its line."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.clients import client_import
from app.clock import ManualClock
from app.db.engine import Sessions
from app.importing.kinds import load_kind
from app.importing.report import Report
from app.importing.sheet import format_of, open_sheet
from app.importing.work import Job, import_file
from app.progress_bar import shown
from app.settings import Settings
from app.trail.actor import Actor
from tests.clients.sent import PATH, company, got, put
from tests.clients.telling import govern
from tests.standing.watched import CLASSES

Imported = Callable[..., Awaitable[Report]]

CLIENTS = """\
client_id,kind,name,unit,assisting_units,level,category,co_managed,group
C-1,company,北方重工,B1-S1,B2-S1;B1-S2,bank_wide,industry_leader,yes,C-2
C-2,company,北方集团,B1,,,,no,
P-3,person,张伟民,B1-S1-O1,,,,,
"""
CHINESE = """\
客户号,客户类型,客户名称,主办行,协办行,管理级别,客户类别,是否共管,所属集团
C-1,企业,北方重工,B1-S1,B2-S1、B1-S2,全行性,行业龙头集团,是,C-2
C-2,企业,北方集团,B1,,,,否,
P-3,个人,张伟民,B1-S1-O1,,,,,
"""


@pytest.fixture
def imported(app: FastAPI, settings: Settings, sessions: Sessions, clock: ManualClock, tmp_path: Path) -> Imported:
    """Imports a text as a file: `await imported("clients", "clients.csv", "…")`."""

    async def run(kind: str, name: str, content: str, *, dry_run: bool = False, charset: str = "utf-8") -> Report:
        path = tmp_path / name
        path.write_bytes(content.encode(charset))
        written = format_of(path)
        assert written is not None
        sheet = open_sheet(path, written)
        job = Job(load_kind(kind), sheet, name, Actor("cli:test"), dry_run)
        with shown(name, sheet.size) as progress:
            return await import_file(job, sessions, settings, clock, progress)

    return run


def counts(report: Report) -> tuple[int, int, int]:
    return report.tally.created, report.tally.changed, report.tally.unchanged


async def test_a_file_of_clients_is_put_whole_and_again_without_effect(
    client: httpx2.AsyncClient, imported: Imported
) -> None:
    report = await imported("clients", "clients.csv", CLIENTS)
    assert (report.lines(), counts(report)) == ([], (3, 0, 0))
    shown = await got(client, f"{PATH}/C-1")
    assert (shown["assisting_units"], shown["category"], shown["co_managed"]) == (
        ["B1-S2", "B2-S1"],
        "industry_leader",
        True,
    )
    assert shown["relations"] == [{"kind": "group", "client_id": "C-2"}]
    assert counts(await imported("clients", "clients.csv", CLIENTS)) == (0, 0, 3)
    assert counts(await imported("clients", "clients.csv", CLIENTS.replace("北方重工", "南方"))) == (0, 1, 2)


async def test_an_empty_level_in_a_file_leaves_the_client_s_as_it_is(
    client: httpx2.AsyncClient, imported: Imported
) -> None:
    await imported("clients", "clients.csv", CLIENTS)
    assert counts(await imported("clients", "clients.csv", CLIENTS.replace("bank_wide,industry_leader", ","))) == (
        0,
        0,
        3,
    )
    assert (await got(client, f"{PATH}/C-1"))["level"] == "bank_wide"


async def test_headings_and_words_may_be_chinese_and_the_charset_gb18030(imported: Imported) -> None:
    assert counts(await imported("clients", "clients.csv", CLIENTS)) == (3, 0, 0)
    assert counts(await imported("clients", "客户.csv", CHINESE, charset="gb18030")) == (0, 0, 3)


async def test_a_segment_that_no_rulebook_knows_is_kept_and_remarked_upon(app: FastAPI, imported: Imported) -> None:
    rows = [company(client_id=f"C-{number}", segment="corprate") for number in (1, 2)]
    assert (await imported("clients", "clients.json", json.dumps(rows))).remarked() == []
    await govern(app, CLASSES)
    report = await imported("clients", "clients.json", json.dumps(rows))
    assert report.remarked() == [
        "clients.json: segment corprate: no rulebook in force knows it; did you mean corporate? (2 lines)"
    ]


async def test_json_takes_what_the_api_takes(client: httpx2.AsyncClient, imported: Imported) -> None:
    first = company(
        client_id="C-1",
        co_managed=True,
        assisting_units=["B2-S1"],
        relations=[{"kind": "upstream", "client_id": "C-2"}],
    )
    both = [first, company(client_id="C-2")]
    assert counts(await imported("clients", "clients.json", json.dumps(both))) == (2, 0, 0)
    by_line = "\n".join(map(json.dumps, both))
    assert counts(await imported("clients", "clients.ndjson", by_line)) == (0, 0, 2)
    assert (await got(client, f"{PATH}/C-1"))["relations"] == first["relations"]


async def test_a_dry_run_says_what_would_be_and_changes_nothing(client: httpx2.AsyncClient, imported: Imported) -> None:
    assert counts(await imported("clients", "clients.csv", CLIENTS, dry_run=True)) == (3, 0, 0)
    assert (await got(client, PATH))["items"] == []


async def test_every_problem_is_told_by_its_line_and_nothing_is_applied(
    client: httpx2.AsyncClient, imported: Imported
) -> None:
    await put(client, "P-0", company(kind="person"))
    wrong = (
        "client_id,kind,name,unit,assisting_units,level,category,group\n"
        "C-1,company,one,B1,,,,\n"
        "C-2,company,two,B9,B1;B8,,,\n"
        "C-3,company,three,B1,,regional,industry_leader,C-9;C-3\n"
        "C-4,firm,four,B1,,,,\n"
        "C-5,company,five,B1,,,,C-4;C-2\n"
        "P-0,company,six,B1,,,,\n"
        "C-1,company,seven,B1,,,,\n"
        "C-8,company,,B1,,,,\n"
    )
    report = await imported("clients", "wrong.csv", wrong)
    assert report.lines() == [
        "wrong.csv:3 unit no such unit B9",
        "wrong.csv:3 assisting_units no such unit B8",
        "wrong.csv:4 category belongs to the level bank_wide",
        "wrong.csv:4 group no such client C-9",
        "wrong.csv:4 group is the client itself",
        "wrong.csv:5 kind Input should be 'company', 'institution' or 'person'",
        "wrong.csv:7 client_id A client does not become a natural person, nor cease to be one",
        "wrong.csv:8 client_id stands in line 2 already",
        "wrong.csv:9 name is needed",
    ]
    assert [each["client_id"] for each in (await got(client, PATH))["items"]] == ["P-0"]


ASSIGNMENTS = """\
client_id,officer_id,role,owner,from,until
C-1,b1-s1-rm-2,relationship_manager,yes,2021-01-01,2024/01/01
C-1,b1-s1-rm,客户经理,是,2024年1月1日,
C-1,ho-president,head_office_president,,2024-01-01,
C-2,b1-s1-rm,relationship_manager,1,,
"""


async def test_a_file_of_assignments_is_put_whole_and_again_without_effect(
    client: httpx2.AsyncClient, imported: Imported
) -> None:
    await imported("clients", "clients.csv", CLIENTS)
    report = await imported("assignments", "book.csv", ASSIGNMENTS)
    assert (report.lines(), counts(report)) == ([], (4, 0, 0))
    assert counts(await imported("assignments", "book.csv", ASSIGNMENTS)) == (0, 0, 4)
    book: dict[str, Any] = await got(client, "/v1/officers/b1-s1-rm/book")
    assert [(each["client_id"], each["owner"], each["since"]) for each in book["items"]] == [
        ("C-1", True, "2024-01-01"),
        ("C-2", True, "2026-11-22"),
    ]
    past = await got(client, "/v1/officers/b1-s1-rm-2/book", as_of="2023-06-30")
    assert [each["client_id"] for each in past["items"]] == ["C-1"]


async def test_every_wrong_assignment_is_told_by_its_line(client: httpx2.AsyncClient, imported: Imported) -> None:
    await imported("clients", "clients.csv", CLIENTS)
    wrong = (
        "client_id,officer_id,role,owner,from,until\n"
        "C-9,b1-s1-rm,relationship_manager,,,\n"
        "C-1,nobody,no_role,,,\n"
        "C-1,b1-s1-rm,relationship_manager,yes,2024-01-01,\n"
        "C-1,b1-s1-rm-2,relationship_manager,yes,2025-01-01,\n"
        "C-1,b1-s1-rm,relationship_manager,,2025-01-01,\n"
        "C-2,b1-s1-rm,relationship_manager,maybe,2025-01-01,2024-01-01\n"
        "C-2,b1-s1-rm,relationship_manager,no,2025-01-01,2024-01-01\n"
    )
    report = await imported("assignments", "wrong.csv", wrong)
    assert report.lines() == [
        "wrong.csv:2 client_id no such client C-9",
        "wrong.csv:3 officer_id no such officer nobody",
        "wrong.csv:3 role no such role no_role",
        "wrong.csv:5 owner Another officer owns the client",
        "wrong.csv:6 from The officer has that role at the client already",
        "wrong.csv:7 owner Input should be a valid boolean",
        "wrong.csv:8 until is not after the first day",
    ]
    assert (await got(client, f"{PATH}/C-1/assignments"))["items"] == []


async def test_clients_of_a_large_file_name_each_other_across_its_pieces(
    client: httpx2.AsyncClient, imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_import, "_AT_ONCE", 2)
    ring = "client_id,kind,name,unit,group\n" + "".join(f"C-{n},company,c,B1,C-{(n + 3) % 7}\n" for n in range(7))
    assert counts(await imported("clients", "ring.csv", ring)) == (7, 0, 0)
    assert counts(await imported("clients", "ring.csv", ring)) == (0, 0, 7)
    assert (await got(client, f"{PATH}/C-6"))["relations"] == [{"kind": "group", "client_id": "C-2"}]
    broken = ring.replace("C-2,company", "C-2,firm")
    assert len((await imported("clients", "broken.csv", broken)).lines()) == 1
