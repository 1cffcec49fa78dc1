"""`tierbook import`: a whole file into the database. Speaks to the database, not to the service."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from app.clock import SystemClock
from app.db.engine import Sessions
from app.db.failures import sqlstate
from app.db.opened import DatabaseUnusableError, in_database
from app.errors import Problem
from app.importing.kinds import KINDS, load_kind
from app.importing.report import Report
from app.importing.sheet import Format, format_of, open_sheet
from app.importing.work import Job, import_file
from app.progress_bar import shown
from app.settings import SettingsError, read_settings
from app.tiering.files.source import FileRefusedError
from app.trail.actor import Actor

EPILOG: Final = """\
Columns, in any order; Chinese headings will do (机构号, 名称, 上级机构, …):

\b
  units     unit_id, kind, name, parent_id, [from], [closed_on]
  officers  officer_id, name, unit_id, role, [from], [until], [left_on]
            a line for each posting
  clients   client_id, kind, name, unit, [segment], [level], [category],
            [co_managed], [industry], [region], [ownership],
            [life_cycle_stage], [assisting_units], [group], [upstream],
            [downstream]; several in one cell stand between semicolons
  assignments
            client_id, officer_id, role, [owner], [from], [until]
  facts     client_id, fact, value, as_of, [source]
            the clients are there already; a day is today at the latest

Examples:

\b
  tierbook import units units.csv --dry-run
  tierbook import officers staff.json
"""

_LOCKED: Final = "55P03"

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(name="import", epilog=EPILOG, no_args_is_help=True)
def import_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"what the file holds: {', '.join(KINDS)}")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, or JSON: an array, or an object a line")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would happen, and change nothing (试运行)")
    ] = False,
    written: Annotated[
        Format | None, typer.Option("--format", help="how the file is written, where its name does not say")
    ] = None,
) -> None:
    """Import a file whole (批量导入): all of it in one transaction, or, where anything is wrong, nothing.

    Every problem is listed by its line. What is there already and the same stays untouched, so a file may be imported
    again. What no rulebook in force knows is kept and remarked upon. CSV is UTF-8 or GB18030; days are written
    2026-11-22 or 2026/11/22; an empty cell says nothing.

    Exit codes: 0 done, 1 there are problems and nothing was changed, 2 wrong usage.
    """
    if kind not in KINDS:
        _fail(f"{kind}: there are {', '.join(KINDS)}", code=2)
    told = written or format_of(file)
    if told is None:
        _fail(f"{file.name}: does it hold csv or json? say so by --format", code=2)
    with _in_words():
        report = _imported(kind, file, told, dry_run=dry_run)
    if report.remarks:
        typer.echo("\n".join(report.remarked()), err=True)
    if report.problems:
        typer.echo("\n".join(report.lines()), err=True)
        _fail(f"{_problems(report.problems)} in {file.name}; nothing was changed")
    typer.echo(_told(report, dry_run=dry_run))


def _imported(kind: str, file: Path, written: Format, *, dry_run: bool) -> Report:
    sheet = open_sheet(file, written)
    settings, clock = read_settings(), SystemClock()
    job = Job(load_kind(kind), sheet, file.name, Actor(f"cli:{getpass.getuser()}"), dry_run)
    with shown(file.name, sheet.size) as progress:

        async def work(sessions: Sessions) -> Report:
            return await import_file(job, sessions, settings, clock, progress)

        return in_database(settings, work)


def _told(report: Report, *, dry_run: bool) -> str:
    """The closing line."""
    tally = report.tally
    would = "would be " if dry_run else ""
    counts = f"{tally.created} created, {tally.changed} changed, {tally.unchanged} unchanged"
    return f"{report.file}: {report.rows} lines, {would}{counts}" + (
        " (dry run: nothing was changed)" if dry_run else ""
    )


def _problems(count: int) -> str:
    return "1 problem" if count == 1 else f"{count} problems"


@contextmanager
def _in_words() -> Iterator[None]:
    """What went wrong in a line, not in a traceback."""
    try:
        yield
    except Problem as problem:
        _fail(str(problem.detail))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except DatabaseUnusableError as error:
        locked = error.__cause__ is not None and sqlstate(error.__cause__) == _LOCKED
        _fail("somebody else is changing the same at this moment; try again" if locked else str(error))
    except (FileRefusedError, SettingsError) as error:
        _fail(str(error))


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(f"tierbook import: {message}", err=True)
    raise typer.Exit(code)
