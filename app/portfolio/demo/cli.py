"""`tierbook demo data`: a made-up bank to try Tierbook on."""

import getpass
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app.clock import Clock, SystemClock
from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError
from app.portfolio.demo.bank import Bank, make_bank
from app.portfolio.demo.book import DemoClient, make_clients
from app.portfolio.demo.files import write_files
from app.portfolio.demo.loading import NotEmptyError, load
from app.progress_bar import Bar, shown
from app.rulebooks.command_database import in_database
from app.settings import Settings, SettingsError, read_settings
from app.trail.actor import Actor
from app.trail.change import Change

EPILOG = """\
All of it is generated: no bank, firm or person in it is a real one. The same
number, seed and day give the same files, byte for byte.

Examples:

\b
  tierbook demo data --clients 1000 --output demo
  tierbook import units demo/units.csv
  tierbook demo data --clients 100000 --load
"""


def data(
    clients: Annotated[int, typer.Option("--clients", "-n", min=1, max=9_999_999, help="how many clients")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="another number draws another bank")] = 1,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="the day facts are of; today if left out")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="write files for `tierbook import` here")
    ] = None,
    into_database: Annotated[bool, typer.Option("--load", help="load it into an empty database (直接入库)")] = False,
) -> None:
    """Draw a bank: head office, branches, sub-branches, outlets, officers, clients of all segments with their facts.

    Exit codes: 0 done, 1 the database is not empty or not usable, 2 wrong usage.
    """
    if output is None and not into_database:
        _fail("say --output FOLDER, --load, or both", code=2)
    clock = SystemClock()
    try:
        settings = read_settings()
        zone = settings.timezone
        day = as_of.date() if as_of else clock.today(zone)
        bank = make_bank(clients, seed)
        if output is not None:
            with shown(f"writing {output}", clients, counted=True) as bar:
                for one in write_files(output, bank, make_clients(bank, clients, seed, day)):
                    bar.advance(one)
        if into_database:
            with shown("loading", clients, counted=True) as bar:
                _load(settings, clock, bank, make_clients(bank, clients, seed, day), bar)
    except (SettingsError, DatabaseUnusableError, NotEmptyError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}")
    typer.echo(f"{len(bank.units)} units, {len(bank.officers)} officers, {clients} clients; all generated")


def _load(settings: Settings, clock: Clock, bank: Bank, drawn: Iterable[DemoClient], bar: Bar) -> None:
    """Load the bank into the database of DATABASE_URL, or the embedded one; raises NotEmptyError."""

    def begin(session: Any) -> Change:
        zone = settings.timezone
        return Change(Actor(f"cli:{getpass.getuser()}"), clock.now(), clock.today(zone), zone, session=session)

    async def work(sessions: Sessions) -> None:
        await load(sessions, begin, bank, drawn, bar.advance)

    in_database(settings, clock, work)


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(f"tierbook demo: {message}", err=True)
    raise typer.Exit(code)
