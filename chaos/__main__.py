"""`make chaos`: do harm, print the table, write `chaos/results.md`; exit code 1 where a promise is broken."""

import random
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Final

import typer

from chaos.killing import kill
from chaos.promises import Promise, show, write
from chaos.replicas import replicas
from chaos.sizes import FULL, SHORT, Sizes
from chaos.weather import weather

_BROKEN: Final = 1
SCENARIOS: Final[Mapping[str, Callable[[Sizes, random.Random], list[Promise]]]] = {
    "kill": kill,
    "weather": weather,
    "replicas": replicas,
}
_EXAMPLES: Final = """\
Examples:

\b
  $ make chaos                                   # all, in full: about a quarter of an hour
  $ .venv/bin/python -m chaos --short            # all, small: some minutes
  $ .venv/bin/python -m chaos kill --seed 7      # one, with the same choices as before

Exit codes: 0 every promise was kept, 1 one was broken, 2 wrong usage.
"""


def chaos(
    scenarios: Annotated[list[str] | None, typer.Argument(help=f"of: {', '.join(SCENARIOS)}; none: all")] = None,
    *,
    short: Annotated[bool, typer.Option("--short", help="smaller sizes; results.md stays as it is")] = False,
    seed: Annotated[int | None, typer.Option(min=0, help="of what is left to chance; else drawn and printed")] = None,
) -> None:
    """Hold what is promised of events against processes that die, a database that goes away, receivers that misbehave.

    Each scenario starts a PostgreSQL, `tierbook serve`, `tierbook worker` and receivers of its own on 127.0.0.1, in a
    folder that is removed afterwards, and ends them again. What each does stands at the top of its file in chaos/.
    """
    wanted = scenarios or list(SCENARIOS)
    unknown = [each for each in wanted if each not in SCENARIOS]
    if unknown:
        raise typer.BadParameter(f"no scenario {unknown[0]}; there are: {', '.join(SCENARIOS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # ends what was started, as Ctrl-C does
    drawn = secrets.randbelow(10**6) if seed is None else seed
    print(f"seed {drawn}", flush=True)
    found = [(name, _run(name, SHORT if short else FULL, drawn)) for name in wanted]
    if len(found) > 1:
        show(found)
    if not short and set(wanted) == set(SCENARIOS):
        write(found, f"make chaos (seed {drawn})")
    if any(each.kept is False for _, promises in found for each in promises):
        raise typer.Exit(_BROKEN)


def _run(name: str, sizes: Sizes, seed: int) -> list[Promise]:
    print(f"{name} …", flush=True)
    promises = SCENARIOS[name](sizes, random.Random(f"{name} {seed}"))
    show([(name, promises)])
    return promises


if __name__ == "__main__":
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
    app.command(epilog=_EXAMPLES)(chaos)
    app()
