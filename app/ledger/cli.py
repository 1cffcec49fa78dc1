"""`tierbook ledger`: does everything add up? Speaks to the database, not to the service."""

import sys
from collections.abc import Sequence
from typing import Annotated, Final

import orjson
import typer

from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError, in_database
from app.events.adding_up import Balance
from app.ledger.keeping import balances
from app.ledger.sides import SIDES
from app.settings import SettingsError, read_settings

_OFF: Final = 1
_NOT_POSSIBLE: Final = 2
_EXAMPLE: Final = """\
Example:

\b
  $ tierbook ledger
  scheduled   12,345 = emitted 8,000 + superseded 12 + cancelled 333 + waiting 4,000   adds up
"""

app = typer.Typer(
    help="Prove that everything that was scheduled is accounted for (对账).",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command(epilog=_EXAMPLE)
def ledger(json: Annotated[bool, typer.Option("--json", help="for programs")] = False) -> None:
    """Add up the ledger of what falls due and of what was told of it (对账).

    Every step that was ever scheduled was emitted as an event, superseded by a later one that was due as well,
    cancelled, or waits; and every event is on its way to each of its receivers, or has arrived, or is kept for it. The
    same is checked every hour and told to Prometheus as tierbook_ledger_off, which must be 0.

    Exit codes: 0 it adds up, 1 it does not, 2 nothing could be checked.
    """
    try:
        found = in_database(read_settings(), _added_up)
    except (SettingsError, DatabaseUnusableError) as error:
        print(f"tierbook: {error}", file=sys.stderr)
        raise typer.Exit(_NOT_POSSIBLE) from None
    print(orjson.dumps([_as_data(each) for each in found]).decode() if json else "\n".join(_lines(found)))
    if any(each.off for each in found):
        raise typer.Exit(_OFF)


async def _added_up(sessions: Sessions) -> list[Balance]:
    async with sessions.begin() as session:
        return await balances(session, SIDES)


def _as_data(balance: Balance) -> dict[str, object]:
    return {
        "side": balance.name,
        "whole": balance.whole,
        "parts": dict(balance.parts),
        "strays": balance.strays,
        "off": balance.off,
    }


def _lines(found: Sequence[Balance]) -> list[str]:
    """Each side in a line, its name and verdict in columns."""
    sums = [
        f"{each.whole:,} = " + " + ".join(f"{part} {number:,}" for part, number in each.parts.items()) for each in found
    ]
    names, widest = max(len(each.name) for each in found), max(map(len, sums))
    return [
        f"{each.name:<{names}}   {line:<{widest}}   {_verdict(each)}" for each, line in zip(found, sums, strict=True)
    ]


def _verdict(balance: Balance) -> str:
    return "adds up" if not balance.off else f"DOES NOT ADD UP: off by {balance.off:,} ({balance.strays:,} by rows)"
