"""`tierbook rulebook` from the outside: what it prints, and how it ends."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.db.engine import open_engine, open_sessions
from app.rulebooks.check import check
from app.rulebooks.cli import app
from app.rulebooks.governance import widen
from app.rulebooks.reign import Term
from app.rulebooks.service import store_draft
from app.rulebooks.shipped import EARLIEST
from app.settings import Settings
from tests.rulebooks.publishing import SECOND, published
from tests.rulebooks.seeded import SUMMED, WEIGHTED, Edit, edited
from tests.rulebooks.small_bank import found_small_bank
from tests.service import change_of

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in a folder of its own, without a terminal."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *arguments, text=None: runner.invoke(app, list(arguments), input=text)


def written(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_a_sound_file_tells_what_was_proved(run: Run) -> None:
    result = run("check", written("small.yaml", WEIGHTED))

    assert result.exit_code == 0
    assert result.stdout.startswith("small.yaml is sound (sha256:")
    assert "  proved  size: small, large reachable" in result.stdout
    assert "  proved  3 examples agree" in result.stdout


def test_faults_of_every_file_are_printed_as_compilers_do(run: Run) -> None:
    first = written(
        "first.yaml", edited(WEIGHTED, Edit("weight: 70", "weight: 60"), Edit("large: 2亿}", "large: 2 Yi}"))
    )
    second = written("second.yaml", SUMMED)
    third = written("third.yaml", edited(SUMMED, Edit("base: 10", "base: ten")))

    result = run("check", first, second, third)

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("first.yaml:21:35 AMOUNT_INVALID '2 Yi' for deposits is not an amount of money — write ")
    assert lines[1] == "first.yaml:47:7 WEIGHTS_SUM the weights sum to 90 (60 + 30) — make them sum to 100"
    assert lines[2].startswith("second.yaml is sound")
    assert lines[-1].startswith("third.yaml:13:9 AMOUNT_INVALID 'ten'")


def test_programs_get_json(run: Run) -> None:
    faulty = written("faulty.yaml", edited(SUMMED, Edit("base: 10", "base: ten")))

    result = run("check", "--json", faulty, written("sound.yaml", SUMMED))

    said: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == 1
    assert said["problems"] == [
        {
            "file": "faulty.yaml",
            "line": 13,
            "column": 9,
            "code": "AMOUNT_INVALID",
            "message": "'ten' is not a number of points",
            "mend": "write points as a plain decimal",
        }
    ]
    assert [(each["file"], each["sound"]) for each in said["files"]] == [("faulty.yaml", False), ("sound.yaml", True)]
    assert "2 examples agree" in said["files"][1]["proved"]


def test_standard_input_is_read_for_a_dash(run: Run) -> None:
    result = run("check", "-", text=SUMMED)

    assert result.exit_code == 0
    assert result.stdout.startswith("- is sound")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.yaml", None, "there is no such file"),
        ("folder", None, "it is a folder"),
        ("image.yaml", b"\x89PNG\r\n\x1a\n", "it is no text in UTF-8"),
        ("gbk.yaml", "title: 客户".encode("gbk"), "it is no text in UTF-8"),
        ("big.yaml", "客".encode() * 1_000_000, "TOO_LARGE"),
        ("nul\x00name", None, "it cannot be read"),
        ("empty.yaml", b"", "the document cannot be empty"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_no_traceback(
    run: Run, name: str, content: bytes | None, says: str
) -> None:
    Path("folder").mkdir()
    if content is not None:
        Path(name).write_bytes(content)

    result = run("check", name, written("sound.yaml", SUMMED))

    assert result.exit_code == 1
    assert result.stdout.startswith(f"{name}:1:1 ")
    assert says in result.stdout.splitlines()[0]
    assert "sound.yaml is sound" in result.stdout


@pytest.mark.parametrize("arguments", [["check"], ["check", "--colour", "x"], ["diff", "a.yaml"], ["nothing"]])
def test_wrong_usage_ends_with_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_two_files_are_compared_in_words(run: Run) -> None:
    before = written("before.yaml", WEIGHTED)
    after = written("after.yaml", edited(WEIGHTED, Edit("stay: {score: 70}", "stay: {score: 68}")))

    assert run("diff", before, after).stdout == "tier gold: stays at 68 (was 70) on score\n"
    assert run("diff", before, before).stdout == "no change\n"


def test_a_document_that_cannot_be_read_is_not_compared(run: Run) -> None:
    result = run("diff", written("a.yaml", "facts: [\n"), written("b.yaml", WEIGHTED))

    assert result.exit_code == 1
    assert "a.yaml:2:1 NOT_YAML" in result.stderr


def test_the_schema_is_printed_or_written(run: Run) -> None:
    printed = json.loads(run("schema").stdout)

    assert run("schema", "-o", "schema.json").exit_code == 0
    assert json.loads(Path("schema.json").read_text(encoding="utf-8")) == printed
    assert printed["title"] == "Tierbook rulebook"
    assert run("schema", "-o", "no/such/folder.json").exit_code == 1


def test_a_file_can_be_explained(run: Run) -> None:
    result = run("show", written("small.yaml", WEIGHTED), "--explain")

    assert result.exit_code == 0
    assert "scorecard.strength.deposits\n  deposits from 10亿: 100 points" in result.stdout
    assert run("show", written("faulty.yaml", "facts: ["), "--explain").exit_code == 1


@pytest.mark.parametrize("command", ["", "check", "diff", "schema", "list", "show"])
def test_help_teaches(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")

    assert result.exit_code == 0
    assert command not in {"check", "diff", "schema"} or "Example" in result.stdout


def test_a_check_touches_no_database_and_imports_none() -> None:
    program = (
        "import sys; from typer.testing import CliRunner; from app.rulebooks.cli import app;"
        "CliRunner().invoke(app, ['check', '-'], input='a: b');"
        "print({'sqlalchemy', 'psycopg', 'fastapi', 'polars'} & set(sys.modules))"
    )

    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "set()\n"
    )


@pytest.fixture
def stored(fresh_database_url: str, bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions of `small`, the second a draft, in the database of DATABASE_URL."""
    settings = bare_settings.with_database(fresh_database_url)
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    changed = edited(WEIGHTED, Edit("stay: {score: 70}", "stay: {score: 68}"))

    async def store() -> None:
        engine = open_engine(settings)
        async with open_sessions(engine).begin() as session:
            first = await published(session, WEIGHTED, Term((), EARLIEST))
            await found_small_bank(session)
            await widen(change_of(session, person=SECOND), first, Term(("B1",), date(2027, 1, 1), date(2027, 6, 1)))
            await store_draft(change_of(session), "small", changed, check(changed))
        await engine.dispose()

    asyncio.run(store())


@pytest.mark.usefixtures("stored")
def test_stored_versions_are_listed_shown_and_compared(run: Run) -> None:
    listed = [line.split("\t") for line in run("list").stdout.splitlines()]

    assert [line[:4] for line in listed] == [
        ["small", "2", "draft", "–"],
        ["small", "1", "published", "2017-01-01, 2027-01-01 to 2027-06-01 in B1"],
    ]
    assert run("show", "small").stdout == WEIGHTED
    assert "score: 68" in run("show", "small@2").stdout
    assert run("diff", "small", "small@2").stdout == "tier gold: stays at 68 (was 70) on score\n"
    assert (
        run("diff", "small@2", written("small.yaml", WEIGHTED)).stdout == "tier gold: stays at 70 (was 68) on score\n"
    )


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("reference", "code", "says"),
    [
        ("other", 1, "No published rulebook is named 'other'"),
        ("small@9", 1, "small has no version 9"),
        ("small@two", 2, "NAME@VERSION"),
        ("small@0", 2, "NAME@VERSION"),
    ],
)
def test_what_is_not_stored_is_told(run: Run, reference: str, code: int, says: str) -> None:
    result = run("show", reference)

    assert result.exit_code == code
    assert says in result.stderr


def test_a_database_that_is_away_is_told_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///none?host=/nowhere")

    result = run("list")

    assert result.exit_code == 1
    assert result.stderr == "tierbook rulebook: the database of DATABASE_URL does not answer\n"
