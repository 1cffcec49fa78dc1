"""`tierbook audit`: prove the trail, witness it, read it. Speaks to the database, not to the service."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn

import orjson
import typer

from app.audit.checkpoint import signer
from app.audit.commands import listed, proved, signed
from app.audit.entry_list import as_lines, as_table
from app.audit.note import NoteError, Verifier
from app.audit.queries import LAST_ID
from app.audit.wanted import Wanted
from app.audit.witness import ContradictionError
from app.audit.wording import report_data, report_lines
from app.db.opened import DatabaseUnusableError, in_database
from app.logs import configure_logs
from app.progress_bar import shown
from app.settings import Settings, SettingsError, read_settings
from app.trail.entry import Outcome

_BROKEN: Final = 1
_NOT_POSSIBLE: Final = 2
_VERIFY_EXAMPLE: Final = """\
Example:

\b
  $ tierbook audit verify
  12,345 entries from 2026-11-22 12:00:00 to 2026-11-23 09:10:11 unbroken (完整); agrees with 3 checkpoints, the newest
  of 2026-11-23 09:00:00 at 12,300; 2 not yet sealed
"""
_LIST_EXAMPLE: Final = "Example: tierbook audit list --object-type client --object-id C17 --since 2026-11-01"
_MOMENTS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]

app = typer.Typer(
    help="Prove, witness and read the audit trail (审计).",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command(epilog=_VERIFY_EXAMPLE)
def verify(
    against: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="CHECKPOINT",
            exists=True,
            dir_okay=False,
            help="hold the chain against this file, kept elsewhere; repeat for several; else against every one in "
            "TIERBOOK_AUDIT_CHECKPOINTS",
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VERIFIER", help="trust checkpoints of this key, as `audit key` prints it; repeat; else of our own"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Prove that nothing was edited, deleted or cut off (核验).

    Every entry is hashed again from what the database holds, and the chain is held against signed checkpoints. Found
    and named is whatever was edited, deleted, slipped in, reordered, cut off or written anew. Copy checkpoints to where
    nobody who administers the database can write: without them, a chain that was cut at its end or written anew as a
    whole still fits.

    Exit codes: 0 unbroken, 1 broken, 2 wrong usage, or nothing could be checked.
    """
    settings = _settings()
    known = [_verifier(text) for text in key or ()]
    with _plain_errors(), shown("audit") as bar:
        report = in_database(settings, lambda sessions: proved(settings, sessions, against or (), known, bar.reach))
    if json:
        typer.echo(orjson.dumps(report_data(report), option=orjson.OPT_INDENT_2))
    else:
        typer.echo("\n".join(report_lines(report, settings.timezone)))
    if not report.clean:
        raise typer.Exit(_BROKEN)


@app.command()
def checkpoint(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="write it here, not to the folder")
    ] = None,
) -> None:
    """Seal what waits, and sign how far the chain reaches (检查点).

    The checkpoint is kept as the service keeps it, every ten minutes and when it stops: in a file of its own in
    TIERBOOK_AUDIT_CHECKPOINTS. It is printed, too, where no other file is named.

    Exit codes: 0 signed, 1 the chain contradicts the newest checkpoint, 2 not possible.
    """
    settings = _settings()
    configure_logs(settings)
    with _plain_errors():
        note = in_database(settings, lambda sessions: signed(settings, sessions, output))
    if output is None:
        typer.echo(note, nl=False)


@app.command()
def key() -> None:
    """Print the public key of our checkpoints (公钥).

    `tierbook audit verify --key` takes it, and every verifier of C2SP signed notes.
    """
    settings = _settings()
    with _plain_errors():
        typer.echo(str(signer(settings.audit_seed).verifier))


@app.command("list", epilog=_LIST_EXAMPLE)
def list_entries(
    object_type: Annotated[str | None, typer.Option(metavar="TYPE", help="what it was done to: client, unit…")] = None,
    object_id: Annotated[str | None, typer.Option(metavar="ID", help="which one of them")] = None,
    action: Annotated[str | None, typer.Option(metavar="ACTION", help="how it begins: client.")] = None,
    actor: Annotated[str | None, typer.Option(metavar="WHO", help="a key's name, or a person's staff number")] = None,
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="whose matter it is: this very unit")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="whether it was done, or denied")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=_MOMENTS, metavar="MOMENT", help="from then on, in the bank's time")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_MOMENTS, metavar="MOMENT", help="before then, in the bank's time")
    ] = None,
    before: Annotated[int | None, typer.Option(min=1, max=LAST_ID, metavar="ID", help="go on below this entry")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many")] = 50,
) -> None:
    """List what was done and denied, the newest first (审计记录).

    Moments are in the bank's time (TIERBOOK_TIMEZONE), as --since and --until are. Tab-separated where it is no
    terminal, moments then with their offset. That it was read is written into the trail, like everything else.
    """
    settings = _settings()
    moments = (None if at is None else at.replace(tzinfo=settings.timezone) for at in (since, until))
    wanted = Wanted(object_type, object_id, action, actor, unit, outcome, *moments)
    with _plain_errors():
        found = in_database(settings, lambda sessions: listed(settings, sessions, wanted, limit, before))
    typer.echo(
        as_table(found, settings.timezone) if sys.stdout.isatty() else as_lines(found, settings.timezone), nl=False
    )


def _verifier(text: str) -> Verifier:
    try:
        return Verifier.read(text)
    except NoteError as error:
        raise typer.BadParameter(f"{text} {error}", param_hint="--key") from None


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        _fail(str(error))


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what can go wrong into one line that says what to do."""
    try:
        yield
    except ContradictionError as error:
        _fail(f"{error}, so nothing was signed: look with `tierbook audit verify`", _BROKEN)
    except (DatabaseUnusableError, NoteError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _fail(message: str, code: int = _NOT_POSSIBLE) -> NoReturn:
    typer.echo(f"tierbook audit: {message}", err=True)
    raise typer.Exit(code)
