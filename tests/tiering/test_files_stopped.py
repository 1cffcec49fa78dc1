"""A run that breaks, is stopped or meets a large file: no half results, and bounded memory."""

import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from app.db.migrate import ROOT
from tests.tiering.scoring import SIZES, left_in, score, write_csv

FEW = {"POLARS_MAX_THREADS": "2"}
"""Each thread has memory of its own, so that a peak would grow with the machine."""


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


def test_a_draft_that_a_killed_run_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / ".out.csv.draft").write_bytes(b"half a res")
    (tmp_path / ".out.aside.csv.draft").write_bytes(b"half")
    source = write_csv(tmp_path / "in.csv", ["industry"], [["other"]])
    assert score(source, tmp_path / "out.csv").exit_code == 0
    assert left_in(tmp_path) == {"in.csv", "out.csv"}


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
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ | FEW).stdout
    found = re.search(r"peak (\d+)", said)
    assert found is not None
    return int(found[1]) // 1024


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, large = (peak_mib(many_clients(tmp_path / f"{count}.csv", count)) for count in (60_000, 300_000))
    assert large < small + 150
