"""`tierbook demo`: the whole story told; and a made-up bank to try Tierbook on."""

import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import typer

from app.clock import SystemClock
from app.portfolio.demo.cli import EPILOG, data
from app.receiver.answering import Delivered
from app.receiver.cli import short
from app.story.scenes import ZONE, Story
from app.story.stage import StoryError, staged

_STORY: Final = """\
It starts a service of its own in a folder that goes again, with a PostgreSQL
of its own, on free ports of 127.0.0.1, and lets months pass in about a minute.
Nothing of yours is touched.
"""
_MORNING: Final = time(9, 0)
_FRIDAY: Final = 4
_TELLING: Final = ("before", "after", "period", "role", "tier", "due_at", "warning", "deadline", "owner")
"""What of an event is shown: few words, no ids."""

app = typer.Typer(
    help="The whole story told, and a made-up bank to try Tierbook on (演示).",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command(epilog=EPILOG)(data)


@app.callback(invoke_without_command=True, epilog=_STORY)
def demo(context: typer.Context) -> None:
    """Tell the whole story of a client: classed, recognised, visited, reviewed, warned; signed events arrive (演示).

    Exit codes: 0 told to its end, 1 something went otherwise (it says what).
    """
    if context.invoked_subcommand is not None:
        return
    with tempfile.TemporaryDirectory(prefix="tierbook-demo-", ignore_cleanup_errors=True) as folder:
        typer.echo("Making a bank and starting a service; this takes a moment (准备中)")
        try:
            with staged(Path(folder), _begins()) as stage:
                Story(stage, _say, _show).tell()
        except StoryError as error:
            typer.echo(f"tierbook demo: {error}", err=True)
            raise typer.Exit(1) from None
    typer.echo("That is the story (完).")


def _begins() -> datetime:
    """The first morning of next month that is no weekend, where the bank is."""
    day = (SystemClock().today(ZONE).replace(day=1) + timedelta(days=32)).replace(day=1)
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1)
    return datetime.combine(day, _MORNING, ZONE)


def _say(text: str) -> None:
    typer.echo(f"\n{text}" if not text.startswith(" ") else text)


def _show(delivered: Delivered) -> None:
    event: dict[str, Any] = delivered.event
    day = datetime.fromisoformat(event["time"]).astimezone(ZONE).date()
    told = (f"{name} {event['data'][name]}" for name in _TELLING if event["data"].get(name))
    typer.echo(f"   => {day}  {short(event):20} genuine  {', '.join(told)}")
