"""`tierbook score` as staff meet it: what it says, what it leaves behind, how it fails."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from tests.tiering.scoring import SIZE_FACTS, SIZES, STRATEGIC, left_in, rows_of, score, write_csv

HEADER = ["client", "industry", "staff", "annual_revenue"]
ROWS = [["1", "other", "300", ""], ["2", "retail", "", "1亿"], ["3", "nope", "1", ""], ["4", "other", "1.5", ""]]


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "clients.csv", HEADER, ROWS)


def test_the_closing_table_counts_what_came_out(clients: Path, tmp_path: Path) -> None:
    result = score(clients, tmp_path / "out.csv", "--map", "employees=staff")
    assert result.exit_code == 0
    said = re.sub(r"[ │┃]+", " ", result.output)
    assert "national-size: 2 decided, 2 set aside" in said
    for line in (
        "size large 1 50.0 %",
        "size medium 0 0.0 %",
        "size micro 1 50.0 %",
        "incomplete (不完整) a missing fact counts as worst 1 50.0 %",
        "missing (缺失) employees (counts as worst) 1 50.0 %",
        "set aside (未评) staff is not a whole number 1 25.0 %",
    ):
        assert line in said
    assert re.search(r"national-size, not published, sha256:[0-9a-f]{64}", said)
    assert f"results {tmp_path / 'out.csv'}" in said
    assert f"set aside {tmp_path / 'out.aside.csv'}" in said


def test_the_command_leaves_the_result_and_what_was_set_aside(clients: Path, tmp_path: Path) -> None:
    score(clients, tmp_path / "out.csv", "--map", "employees=staff")
    assert left_in(tmp_path) == {"clients.csv", "out.csv", "out.aside.csv"}
    assert [row["size"] for row in rows_of(tmp_path / "out.csv")] == ["large", "micro"]
    assert [row["line"] for row in rows_of(tmp_path / "out.aside.csv")] == ["4", "5"]


def test_rows_set_aside_by_an_earlier_run_do_not_stay(clients: Path, tmp_path: Path) -> None:
    score(clients, tmp_path / "out.csv", "--map", "employees=staff")
    write_csv(clients, HEADER, ROWS[:1])
    result = score(clients, tmp_path / "out.csv", "--map", "employees=staff")
    assert left_in(tmp_path) == {"clients.csv", "out.csv"}
    assert "out.aside.csv" not in result.output


def test_a_standing_tier_is_given_by_a_column(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["annual_revenue", "now"], [["1亿", "core"], ["1亿", ""], ["1亿", "best"]])
    result = score(source, tmp_path / "out.csv", "--standing", "now", rulebook=STRATEGIC)
    assert result.exit_code == 0
    reasons = [row["reason"] for row in rows_of(tmp_path / "out.aside.csv")]
    assert reasons[-1:] == ["now is none of the tiers none, ecosystem, potential, key, core"]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--map", "employees"], 2, "--map employees: write FACT=COLUMN"),
        (["--map", "=staff"], 2, "--map =staff: write FACT=COLUMN"),
        (["--map", "employees=staff", "--map", "employees=x"], 2, "--map employees=x: employees is mapped twice"),
        (["--version", "1"], 2, f"--version and --as-of pick a published rulebook; {SIZES} is a file"),
        (["--as-of", "2026-01-01"], 2, f"--version and --as-of pick a published rulebook; {SIZES} is a file"),
        (["--map", "employees=no"], 1, f"--map employees=no: the file has no column no; it has {', '.join(HEADER)}"),
        (["--standing", "client"], 1, "--standing client: national-size has no tiers"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_a_line(
    clients: Path, tmp_path: Path, options: list[str], code: int, message: str
) -> None:
    result = score(clients, tmp_path / "out.csv", *options)
    assert (result.exit_code, result.stderr, result.stdout) == (code, f"tierbook score: {message}\n", "")
    assert left_in(tmp_path) == {"clients.csv"}


@pytest.mark.parametrize(
    ("source", "output", "message"),
    [
        ("none.csv", "out.csv", r".*none\.csv: there is no such file"),
        ("clients.csv", "out.xlsx", r"out\.xlsx: write to a file that ends in \.csv, \.ndjson, \.jsonl, \.parquet"),
        ("clients.csv", "out", r"out: write to a file that ends in .*"),
        ("clients.csv", "none/out.csv", r".*none is no folder"),
        ("clients.csv", "clients.csv", r".*clients\.csv: would overwrite .*clients\.csv, which is read; .*"),
        ("clients.csv", "folder.csv", r".*folder\.csv is a folder"),
        ("old.aside.csv", "old.csv", r".*old\.csv: would overwrite .*old\.aside\.csv, which is read; .*"),
        ("clients.csv", "linked.csv", r".*linked\.csv: would overwrite .*clients\.csv, which is read; .*"),
    ],
)
def test_files_that_will_not_do_are_told_in_a_line_and_nothing_is_lost(
    clients: Path, tmp_path: Path, source: str, output: str, message: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "linked.csv").symlink_to(clients)
    (tmp_path / "old.aside.csv").write_bytes(clients.read_bytes())
    before = left_in(tmp_path)
    result = score(tmp_path / source, tmp_path / output)
    assert result.exit_code == 1
    assert re.fullmatch(rf"tierbook score: {message}\n", result.stderr)
    assert left_in(tmp_path) == before
    assert len(rows_of(clients)) == len(rows_of(tmp_path / "old.aside.csv")) == len(ROWS)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["not there", "no text"])
def test_a_rulebook_file_that_cannot_be_read_is_told_in_a_line(
    clients: Path, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_bytes(content)
    result = score(clients, tmp_path / "out.csv", rulebook=str(path))
    assert result.exit_code == 1
    assert re.fullmatch(rf"tierbook score: {re.escape(str(path))}: .+\n", result.stderr)
    assert not (tmp_path / "out.csv").exists()


def test_an_unsound_rulebook_is_refused_with_its_faults(clients: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("rulebook: mine\n", encoding="utf-8")
    result = score(clients, tmp_path / "out.csv", rulebook=str(path))
    checked = CliRunner().invoke(app, ["rulebook", "check", str(path)]).output
    assert f"{path}:1:1 FIELD_MISSING " in checked
    assert (result.exit_code, result.stderr) == (1, f"tierbook score: {path} has faults\n{checked}")
    assert not (tmp_path / "out.csv").exists()


def test_facts_without_a_column_are_told_with_the_columns_that_are_not_used(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["client", "Revenue", "industry"], [["1", "1亿", "other"]])
    result = score(source, tmp_path / "out.csv")
    assert result.exit_code == 0
    assert result.stderr == (
        "tierbook score: no column for (缺少列): employees, annual_revenue, total_assets; "
        "columns not used (未用列): client, Revenue; perhaps --map annual_revenue=Revenue\n"
    )
    given = write_csv(tmp_path / "in.csv", ["client", *SIZE_FACTS], [["1", "other", "1", "1", "1"]])
    assert score(given, tmp_path / "out.csv").stderr == ""


def test_a_mapping_that_is_proposed_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["annual revenue", "industry"], [["1亿", "other"]])
    said = score(source, tmp_path / "out.csv").stderr
    assert said.endswith("; perhaps --map 'annual_revenue=annual revenue'\n")


def test_columns_that_are_not_used_are_told_in_a_line_however_many(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["industry", *(f"x{at}" for at in range(50))], [])
    said = score(source, tmp_path / "out.csv").stderr
    assert said.endswith("x0, x1, x2, x3, x4, x5, x6, x7 and 42 more; give one by --map FACT=COLUMN\n")


def test_a_column_of_the_standing_is_used(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ["annual_revenue", "now"], [["1亿", "core"]])
    assert score(source, tmp_path / "out.csv", "--standing", "now", rulebook=STRATEGIC).stderr == ""


@pytest.mark.parametrize(("options", "start"), [(["--excel"], b"\xef\xbb\xbf"), ([], b"")], ids=["Excel", "programs"])
def test_csv_is_marked_for_excel_where_asked_and_read_again(
    clients: Path, tmp_path: Path, options: list[str], start: bytes
) -> None:
    mapped = ["--map", "employees=staff", *options]
    score(clients, tmp_path / "out.csv", *mapped)
    assert (tmp_path / "out.csv").read_bytes().startswith(start + b"client,industry")
    assert (tmp_path / "out.aside.csv").read_bytes().startswith(start + b"line,reason,client")
    assert score(tmp_path / "out.aside.csv", tmp_path / "again.csv", *mapped).exit_code == 0
    assert [row["aside_line"] for row in rows_of(tmp_path / "again.aside.csv")] == ["2", "3"]


def test_excel_and_spark_do_not_go_together(clients: Path, tmp_path: Path) -> None:
    result = score(clients, tmp_path / "out.csv", "--excel", "--engine", "spark")
    message = "tierbook score: --excel is for one CSV; Spark writes parts for programs\n"
    assert (result.exit_code, result.stderr) == (2, message)


def test_help_tells_what_the_results_hold_and_what_they_do_not() -> None:
    said = " ".join(CliRunner().invoke(app, ["score", "--help"]).output.split())
    for words in ("points_INDICATOR", "visits_ROLE_per_PERIOD", "the review cadence are answered by POST /v1/score"):
        assert words in said
