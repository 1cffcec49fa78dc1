"""`tierbook score`: decide a file of clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, TypeAlias

import typer

from app.clock import Clock, SystemClock
from app.db.opened import DatabaseUnusableError
from app.errors import Problem
from app.rulebooks.files import UnreadableFileError, check_file
from app.rulebooks.finding import published_rulebook, rulebook_of_file
from app.rulebooks.published import Published
from app.rulebooks.refusals import UnsoundRulebook
from app.settings import SettingsError, read_settings

EPILOG: Final = """\
Examples:

\b
  tierbook score clients.csv --rulebook national-size -o sized.csv
  tierbook score book.parquet --rulebook strategic-clients --map annual_revenue=revenue_2025 -o tiers.parquet
  tierbook score clients.ndjson --rulebook my-draft.yaml -o try.csv
"""


if TYPE_CHECKING:
    from app.tiering.files.tally import Tally
    from app.tiering.files.task import Task

    Outcome: TypeAlias = tuple[Tally, Path]


class Engine(StrEnum):
    """What does the arithmetic; both give the same integers."""

    POLARS = "polars"
    SPARK = "spark"


app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(name="score", epilog=EPILOG, no_args_is_help=True)
def score(
    source: Annotated[Path, typer.Argument(metavar="IN", help="clients: .csv, .ndjson or .parquet; a row each")],
    rulebook: Annotated[str, typer.Option("--rulebook", "-r", help="a published rulebook's name, or a .yaml file")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="OUT", help="results: .csv, .ndjson or .parquet; for spark a folder"),
    ],
    version: Annotated[int | None, typer.Option(min=1, help="pin a version; else --as-of picks it")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="the day of the decision; today if left out"),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FACT=COLUMN", help="which column gives a fact, where the names differ; repeat for several"
        ),
    ] = None,
    standing: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="the column with the tier each client stands in")
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="polars: here; spark: a local or given Spark session (extra `spark`)")
    ] = Engine.POLARS,
    excel: Annotated[
        bool, typer.Option("--excel", help="mark CSV as UTF-8, so that Chinese Excel (中文 Excel) reads it")
    ] = False,
) -> None:
    """Score and tier a file of clients under one rulebook (批量评分).

    Every row comes out decided, or is set aside in OUT.aside.csv with its line and the reason: none is dropped. Empty
    cells are missing facts and count as the rulebook says; the closing table tells how many there were. Amounts are
    read exactly: 199999999.99, 5000万, 2亿, 35%.

    OUT has the file's own columns, then each class, points_INDICATOR, dimension_DIMENSION, weights, score, tier,
    visits_ROLE_per_PERIOD, complete and missing, as far as the rulebook has them; decided_ stands before a name that
    the file has already. Warnings, exits, ceilings, reasons and the review cadence are answered by POST /v1/score.

    Exit codes: 0 done, 1 the file, the rulebook or the database is not usable, 2 wrong usage.
    """
    with _in_words():
        asked = _mapping(mapping or [])
        published = _published(rulebook, version, as_of.date() if as_of else None)
        from app.tiering.files.task import Task
        from app.tiering.files.terminal import close

        task = Task(published.sound.rulebook, source, output, asked, standing, excel)
        tally, aside = _with_spark(task) if engine is Engine.SPARK else _with_polars(task)
        close(published, tally, output, aside)


def _with_polars(task: "Task") -> "Outcome":
    from app.tiering.files.polars_engine import score_with_polars

    return score_with_polars(task)


def _with_spark(task: "Task") -> "Outcome":
    if task.excel:
        _fail("--excel is for one CSV; Spark writes parts for programs", code=2)
    from app.tiering.files.spark_engine import score_with_spark

    return score_with_spark(task)


def _published(rulebook: str, version: int | None, as_of: date | None) -> Published:
    if rulebook.endswith((".yaml", ".yml")):
        if version is not None or as_of is not None:
            _fail(f"--version and --as-of pick a published rulebook; {rulebook} is a file", code=2)
        return _draft(rulebook)
    settings = read_settings()
    clock: Clock = SystemClock()
    return published_rulebook(settings, clock, rulebook, version, as_of or clock.today(settings.timezone))


def _draft(file: str) -> Published:
    """A rulebook file; its faults are told as `tierbook rulebook check` tells them."""
    try:
        return rulebook_of_file(Path(file))
    except UnsoundRulebook:
        _fail("\n".join([f"{file} has faults", *check_file(file).lines()]))


def _mapping(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        fact, equals, column = text.partition("=")
        if not (fact and equals and column):
            _fail(f"--map {text}: write FACT=COLUMN", code=2)
        if fact in found:
            _fail(f"--map {text}: {fact} is mapped twice", code=2)
        found[fact] = column
    return found


@contextmanager
def _in_words() -> Iterator[None]:
    """What went wrong in a line, not in a traceback."""
    from polars.exceptions import PolarsError

    from app.tiering.files.source import FileRefusedError

    try:
        yield
    except Problem as problem:
        _fail("\n".join([str(problem.detail), *(error.detail for error in problem.errors)]))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except (FileRefusedError, UnreadableFileError, DatabaseUnusableError, SettingsError) as error:
        _fail(str(error))
    except PolarsError as error:
        _fail(str(error).splitlines()[0])


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(f"tierbook score: {message}", err=True)
    raise typer.Exit(code)
