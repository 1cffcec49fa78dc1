"""`tierbook score` as staff meet it: what it says, what it leaves behind, how it fails."""

import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from app.db.migrate import ROOT
from tests.tiering.scoring import SIZES, STRATEGIC, rows_of, score, write_csv

HEADER = ["client", "industry", "staff", "annual_revenue"]
ROWS = [["1", "other", "300", ""], ["2", "retail", "", "1亿"], ["3", "nope", "1", ""], ["4", "other", "1.5", ""]]


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "clients.csv", HEADER, ROWS)


def left_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "tierbook score: {path}: No such file or directory\n"),
        (b"\xff\xfe", "tierbook score: {path}: is not UTF-8\n"),
        (b"rulebook: mine\n", None),
    ],
)
def test_a_rulebook_that_will_not_do_is_told(
    clients: Path, tmp_path: Path, content: bytes | None, message: str | None
) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_bytes(content)
    result = score(clients, tmp_path / "out.csv", rulebook=str(path))
    assert result.exit_code == 1
    assert result.stderr.startswith("tierbook score: ")
    assert message is None or result.stderr == message.format(path=path)
    assert not (tmp_path / "out.csv").exists()


def damaged_parquet(path: Path) -> Path:
    """A file whose first part can be read, and whose last cannot."""
    frame = pl.DataFrame({"industry": ["other"] * 200_000, "employees": pl.int_range(200_000, eager=True).shuffle(1)})
    frame.write_parquet(path, row_group_size=50_000)
    content = bytearray(path.read_bytes())
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    content[footer // 2 : footer] = b"\xff" * (footer - footer // 2)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
def test_a_file_that_breaks_half_way_leaves_the_earlier_result_as_it_was(tmp_path: Path, suffix: str) -> None:
    source = damaged_parquet(tmp_path / "in.parquet")
    earlier, aside = tmp_path / f"out.{suffix}", tmp_path / "out.aside.csv"
    earlier.write_bytes(b"earlier result")
    aside.write_bytes(b"earlier rows")
    result = score(source, earlier)
    assert result.exit_code == 1
    assert re.fullmatch(r"tierbook score: in\.parquet: cannot be read as Parquet: .+\n", result.stderr)
    assert (earlier.read_bytes(), aside.read_bytes()) == (b"earlier result", b"earlier rows")
    assert left_in(tmp_path) == {"in.parquet", earlier.name, aside.name}


def many_clients(path: Path, count: int) -> Path:
    frame = pl.select(
        client=pl.int_range(count).cast(pl.String).str.zfill(12),
        industry=pl.lit("other"),
        employees=pl.int_range(count) % 1000,
        annual_revenue=pl.int_range(count).cast(pl.String) + pl.lit(".99"),
    )
    frame.write_csv(path)
    return path


RUN = "import sys; from app.cli import app; app()"


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_who_stops_it_half_way_finds_the_earlier_result(tmp_path: Path, number: str) -> None:
    source, output = many_clients(tmp_path / "in.csv", 300_000), tmp_path / "out.csv"
    output.write_bytes(b"earlier result")
    watched = (
        "import os, signal, threading\n"
        "def stop():\n"
        f"    while not os.path.exists({str(tmp_path / '.out.csv.draft')!r}): pass\n"
        f"    os.kill(os.getpid(), signal.{number})\n"
        "threading.Thread(target=stop, daemon=True).start()\n" + RUN
    )
    command = [sys.executable, "-c", watched, "score", str(source), "-r", SIZES, "-o", str(output)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode != 0
    assert output.read_bytes() == b"earlier result"
    if number == "SIGINT":
        assert left_in(tmp_path) == {"in.csv", "out.csv"}
        assert b"Traceback" not in ended.stderr


def test_a_draft_that_a_killed_run_left_is_in_nobodys_way(clients: Path, tmp_path: Path) -> None:
    (tmp_path / ".out.csv.draft").write_bytes(b"half a res")
    (tmp_path / ".out.aside.csv.draft").write_bytes(b"half")
    write_csv(clients, HEADER, ROWS[:1])
    assert score(clients, tmp_path / "out.csv").exit_code == 0
    assert left_in(tmp_path) == {"clients.csv", "out.csv"}


MEASURE = """
import resource, sys
from app.cli import app
app(sys.argv[1:], standalone_mode=False)
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_mib(source: Path) -> int:
    """The most memory that scoring a file takes, in MiB."""
    command = [
        sys.executable,
        "-c",
        MEASURE,
        "score",
        str(source),
        "-r",
        SIZES,
        "-o",
        str(source.with_suffix(".out.csv")),
    ]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = re.search(r"peak (\d+)", said)
    assert found is not None
    return int(found[1]) // 1024


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, large = (peak_mib(many_clients(tmp_path / f"{count}.csv", count)) for count in (60_000, 300_000))
    assert large < small + 150
