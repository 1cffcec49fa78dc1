"""`tierbook import`, as typed: units and officers whole, or not at all."""

import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner, Result

from app.cli import app
from app.importing.report import SHOWN
from app.settings import Settings

UNITS = """\
机构号,机构级别,名称,上级机构,生效日期
B1-S1,支行,一支行,B1,2016/3/1
HO,总行,总行,,2000-01-01
B1,分行,第一分行,HO,2001-01-01
"""
STAFF = """\
officer_id,name,unit_id,role,from,until
1001,李雷,B1,branch_president,2020-01-01,
1001,李雷,HO,committee_member,2021-01-01,
1002,韩梅梅,B1-S1,客户经理,2019-01-01,2023-01-01
1002,韩梅梅,B1,Relationship manager,2023-01-01,
"""


class Place:
    """A folder to import from and a database to import into."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    def load(self, kind: str, content: str | bytes, *options: str, name: str = "file.csv", code: int = 0) -> Result:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        result = CliRunner().invoke(app, ["import", kind, str(path), *options])
        assert result.exit_code == code, result.output
        return result

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address) as connection:
            return connection.execute(query.encode()).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608  ours


@pytest.fixture
def place(tmp_path: Path, fresh_database_url: str, bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    return Place(tmp_path, fresh_database_url)


def test_units_come_in_any_order_with_chinese_headings(place: Place) -> None:
    said = place.load("units", UNITS).stdout
    assert said == "file.csv: 3 lines, 3 created, 0 changed, 0 unchanged\n"
    assert place.rows(
        "SELECT ancestor, from_day::text FROM unit_tree WHERE descendant = 'B1-S1' ORDER BY distance"
    ) == [
        ("B1-S1", "2016-03-01"),
        ("B1", "2016-03-01"),
        ("HO", "2016-03-01"),
    ]
    (entry,) = place.rows("SELECT key_name, action, unit FROM audit_entry WHERE object_id = 'B1-S1'")
    assert re.fullmatch("cli:.+", entry[0])
    assert entry[1:] == ("unit.created", "B1-S1")


def test_a_file_that_was_imported_changes_nothing_a_second_time(place: Place) -> None:
    place.load("units", UNITS)
    place.load("officers", STAFF)
    entries = place.count("audit_entry")
    assert place.load("units", UNITS).stdout == "file.csv: 3 lines, 0 created, 0 changed, 3 unchanged\n"
    assert place.load("officers", STAFF).stdout == "file.csv: 4 lines, 0 created, 0 changed, 2 unchanged\n"
    assert place.count("audit_entry") == entries


def test_officers_have_a_line_for_each_posting(place: Place) -> None:
    place.load("units", UNITS)
    assert place.load("officers", STAFF).stdout == "file.csv: 4 lines, 2 created, 0 changed, 0 unchanged\n"
    query = (
        "SELECT unit_id, role, from_day::text, until_day::text FROM posting WHERE officer_id = '1002' ORDER BY from_day"
    )
    assert place.rows(query) == [
        ("B1-S1", "relationship_manager", "2019-01-01", "2023-01-01"),
        ("B1", "relationship_manager", "2023-01-01", None),
    ]
    actions = place.rows("SELECT action, count(*) FROM audit_entry WHERE object_type <> 'unit' GROUP BY 1 ORDER BY 1")
    assert actions == [("officer.created", 2), ("posting.begun", 4)]


def test_of_json_a_key_that_is_no_column_is_told_in_its_line_beside_all_else(place: Place) -> None:
    lines = [
        '{"unit_id": "HO", "kind": "head_office", "name": "总行"}',
        '{"unit_id": "B1", "kind": "region", "colour": 1}',
    ]
    said = place.load("units", "\n".join(lines), name="units.ndjson", code=1).stderr.splitlines()
    assert [each.partition(" is ")[0] for each in said[:3]] == [
        "units.ndjson:2 colour",
        "units.ndjson:2 kind Input should be 'head_office', 'branch', 'sub_branch' or 'outlet'",
        "units.ndjson:2 name",
    ]


def test_a_heading_that_is_no_column_keeps_no_problem_of_a_line_back(place: Place) -> None:
    said = place.load("units", "unit_id,kind,colour\nHO,region,red\n", code=1).stderr.splitlines()
    assert [each.partition(" ")[0] for each in said] == ["file.csv:1", "file.csv:1", "file.csv:2", "tierbook"]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(place: Place) -> None:
    said = place.load("units", UNITS, "--dry-run").stdout
    assert said == ("file.csv: 3 lines, would be 3 created, 0 changed, 0 unchanged (dry run: nothing was changed)\n")
    assert (place.count("unit"), place.count("audit_entry")) == (0, 0)


BAD_UNITS = """\
unit_id,kind,name,parent_id,from,closed_on
HO,head_office,Head office,,2000-01-01,
B1,branch,First,HO,1999-01-01,
B2,region,Second,HO,2001-01-01,
B2-S1,sub_branch,Of a broken line,B2,2001-01-01,
S9,sub_branch,,B99,2001-01-01,
S8,sub_branch,Stray,B99,2001-01-01,
B1,branch,Again,HO,2001-01-01,
O1,outlet,Under itself,O1,2001-01-01,
O 2,outlet,Blank in its number,B1,2001-01-01,2000-01-01
HQ,head_office,Another,,2000-01-01,
"""


def test_every_problem_is_listed_by_its_line_and_nothing_is_applied(place: Place) -> None:
    said = place.load("units", BAD_UNITS, code=1).stderr.splitlines()
    assert said[:-1] == [
        "file.csv:2 kind a bank has one head office, and it is there",
        "file.csv:3 parent_id that unit is open from 2000-01-01, not throughout from 1999-01-01",
        "file.csv:4 kind Input should be 'head_office', 'branch', 'sub_branch' or 'outlet'",
        "file.csv:6 name is empty",
        "file.csv:7 parent_id no such unit B99",
        "file.csv:8 unit_id stands in line 3 already",
        "file.csv:9 parent_id outlet does not stand under outlet",
        "file.csv:10 unit_id String should match pattern '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'",
        "file.csv:11 kind a bank has one head office, and it is there",
    ]
    assert said[-1] == "tierbook import: 9 problems in file.csv; nothing was changed"
    assert (place.count("unit"), place.count("audit_entry")) == (0, 0)


def test_officers_problems_are_told_at_the_line_of_the_posting(place: Place) -> None:
    place.load("units", UNITS)
    bad = """\
officer_id,name,unit_id,role,from,left_on
1,A,B1,branch_president,2020-01-01,
1,B,B1-S1,sub_branch_head,2020-01-01,
2,C,B9,branch_president,2020-01-01,
3,D,B1,king,2020-01-01,
4,E,B1,lobby_manager,1999-01-01,
4,E,B1,lobby_manager,2020-01-01,2019-01-01
"""
    said = place.load("officers", bad, code=1).stderr.splitlines()
    assert said == [
        "file.csv:3 name is another in line 2, of the same officer",
        "file.csv:4 unit_id no such unit B9",
        "file.csv:5 role no such role king",
        "file.csv:6 from the unit is open from 2001-01-01, not throughout from 1999-01-01",
        "file.csv:7 left_on is another in line 6, of the same officer",
        "tierbook import: 5 problems in file.csv; nothing was changed",
    ]
    assert place.count("officer") == 0


def test_names_of_officers_are_not_repeated(place: Place) -> None:
    place.load("units", UNITS)
    result = place.load("officers", STAFF.replace("B1,", "B9,"), code=1)
    assert "李雷" not in result.output
    assert "韩梅梅" not in result.output


def test_more_problems_than_are_read_are_counted(place: Place) -> None:
    lines = [f"U{number},outlet,x,NONE" for number in range(SHOWN + 20)]
    said = place.load("units", "\n".join(["unit_id,kind,name,parent_id", *lines]), code=1).stderr.splitlines()
    assert len(said) == SHOWN + 2
    assert said[0] == "file.csv:2 parent_id no such unit NONE"
    assert said[-2:] == [
        "and 20 more",
        f"tierbook import: {SHOWN + 20} problems in file.csv; nothing was changed",
    ]


def test_json_is_imported_as_well(place: Place) -> None:
    units = [
        {"unit_id": "HO", "kind": "head_office", "name": "Head office", "from": "2000-01-01"},
        {"unit_id": "B1", "kind": "branch", "name": "First", "parent_id": "HO", "from": None},
    ]
    assert "2 created" in place.load("units", json.dumps(units), name="units.json").stdout
    lines = "\n".join(map(json.dumps, units))
    assert "2 unchanged" in place.load("units", lines, "--format", "json", name="units.txt").stdout


def test_what_is_left_out_stays_and_what_closed_is_not_opened_by_an_old_file(place: Place) -> None:
    place.load("units", UNITS)
    header, *lines = UNITS.splitlines()
    closing = f"{header},撤销日期\n{lines[0]},2099-01-01\n"
    assert "1 changed" in place.load("units", closing).stdout
    assert "3 unchanged" in place.load("units", UNITS).stdout
    assert place.rows("SELECT closed_on::text FROM unit WHERE id = 'B1-S1'") == [("2099-01-01",)]


def test_a_move_to_come_stays_ordered_when_a_file_tells_of_today(place: Place) -> None:
    place.load("units", UNITS)
    place.load(
        "units", "unit_id,kind,name,parent_id,from\nB2,branch,Second,HO,\nB1-S1,sub_branch,一支行,B2,2099-01-01\n"
    )
    assert "3 unchanged" in place.load("units", UNITS).stdout


def test_a_unit_that_moved_is_not_moved_back_by_an_old_file(place: Place) -> None:
    place.load("units", UNITS)
    place.load("units", "unit_id,kind,name,parent_id\nB2,branch,Second,HO\nB1-S1,sub_branch,一支行,B2\n")
    said = place.load("units", UNITS, code=1).stderr
    assert re.match(r"file\.csv:2 生效日期 has not stood there from 2016-03-01 to ", said)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["import", "planets", "x.csv"], "planets: there are "),
        (["import", "units", "units.txt"], "units.txt: does it hold csv or json? say so by --format"),
        (["import", "units", "x.csv", "--format", "xml"], "xml"),
        (["import", "units"], "FILE"),
    ],
)
def test_wrong_usage_is_told_with_2(words: list[str], says: str) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("units.csv", b"", "the first line is empty"),
        ("units.csv", b"unit_id,form\n", r"units\.csv:1 form is none of the columns unit_id, kind, name, parent_id"),
        ("units.json", b"[{]", r"units\.json:1 is not JSON"),
        ("units.csv", b"PK\x03\x04", "is an Excel workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_line(place: Place, name: str, content: bytes, says: str) -> None:
    assert re.search(says, place.load("units", content, name=name, code=1).stderr)


def test_a_file_that_is_not_there_is_told_in_a_line(place: Place) -> None:
    result = CliRunner().invoke(app, ["import", "units", str(place.folder / "none.csv")])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "there is no such file" in result.stderr


def test_whoever_changes_the_organisation_meanwhile_is_waited_for_and_told(place: Place) -> None:
    with psycopg.connect(place.address) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('organisation'))")
        said = place.load("units", UNITS, code=1).stderr
    assert said == "tierbook import: somebody else is changing the same at this moment; try again\n"
    assert "3 created" in place.load("units", UNITS).stdout


def test_an_empty_file_does_nothing(place: Place) -> None:
    assert "0 lines, 0 created" in place.load("units", "unit_id,kind,name\n").stdout
