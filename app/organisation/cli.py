"""`tierbook calendar`: which days are worked, as the service counts them. Speaks to the database."""

from datetime import date
from typing import Annotated

import typer

from app.clock import SystemClock
from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError, in_database
from app.errors import Problem
from app.organisation.calendar_days import Calendar
from app.organisation.calendar_reading import calendar_as_of
from app.organisation.calendar_wire import years_of
from app.settings import SettingsError, read_settings

app = typer.Typer(
    help="Which days are worked (工作日历).",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _calendar() -> None:
    """Which days are worked (工作日历)."""


@app.command(epilog="Example: tierbook calendar show CN --year 2026")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="the country, by its ISO 3166 code")],
    year: Annotated[int | None, typer.Option("--year", "-y", help="this year where nothing is said")] = None,
) -> None:
    """Show a year of a calendar: weekdays of rest (休), and days of weekends that are worked (班).

    Exit codes: 0 shown, 1 there is no such calendar, it does not reach the year, or the database is not usable.
    """
    clock = SystemClock()

    async def work(sessions: Sessions) -> Calendar:
        async with sessions.begin() as session:
            return await calendar_as_of(session, name, clock.now())

    try:
        settings = read_settings()
        calendar = in_database(settings, work)
    except (DatabaseUnusableError, SettingsError, Problem) as error:
        typer.echo(f"tierbook calendar: {error.detail if isinstance(error, Problem) else error}", err=True)
        raise typer.Exit(1) from None
    wanted = clock.today(settings.timezone).year if year is None else year
    lines = _lines(calendar, wanted)
    for line in lines:
        typer.echo(line)
    if not lines:
        reach = calendar.days.reach
        typer.echo(f"tierbook calendar: {name} reaches from {reach.start} to before {reach.until}", err=True)
        raise typer.Exit(1)


def _lines(calendar: Calendar, wanted: int) -> list[str]:
    """A year in words; nothing where the calendar does not reach it."""
    found = next((each for each in years_of(calendar) if each.year == wanted), None)
    if found is None:
        return []
    head = f"{calendar.name} {wanted}: {found.working_days} working days (version {calendar.number}, {calendar.source})"
    days = sorted([*((day, "rest 休") for day in found.rest), *((day, "work 班") for day in found.work)])
    return [head, *(f"  {_written(day)}  {what}" for day, what in days)]


def _written(day: date) -> str:
    return f"{day.isoformat()} {('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[day.weekday()]}"
