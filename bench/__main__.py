"""`make bench`: measure, print the table, write `bench/results.md`. A figure below its reach is no failure."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

import typer

from bench import columnar, coverage, deliveries, portfolio, scoring, sweeping, writing
from bench.report import RESULTS, Row, show, write
from bench.side_by_side import Rates

PARTS: Final[Mapping[str, Callable[[], tuple[list[Row], list[Rates]]]]] = {
    "scoring": scoring.measure,
    "columnar": columnar.measure,
    "writing": writing.measure,
    "portfolio": portfolio.measure,
    "coverage": coverage.measure,
    "sweeping": sweeping.measure,
    "deliveries": deliveries.measure,
}
_EXAMPLES: Final = """\
Examples:

\b
  $ make bench                                          # all: about a quarter of an hour
  $ .venv/bin/python -m bench coverage sweeping         # some; results.md stays as it is

`columnar` alone needs packages that only `make bench` installs.

Exit codes: 0 measured, whatever the figures; 2 wrong usage.
"""


def bench(
    parts: Annotated[list[str] | None, typer.Argument(help=f"of: {', '.join(PARTS)}; none: all")] = None,
) -> None:
    """Measure Tierbook side by side with what it is compared to, in turns on this machine.

    Each part starts the servers it needs on 127.0.0.1, in a folder that is removed afterwards, and ends them again.
    What is compared, and why that is fair, stands at the top of each file in bench/.
    """
    wanted = list(dict.fromkeys(parts or PARTS))
    unknown = [each for each in wanted if each not in PARTS]
    if unknown:
        raise typer.BadParameter(f"no part {unknown[0]}; there are: {', '.join(PARTS)}")
    measured = [PARTS[each]() for each in wanted]
    rows = [row for found, _ in measured for row in found]
    show(rows)
    if set(wanted) == set(PARTS):
        rates = [each for _, found in measured for each in found]
        write(rows, [f"{each.title}, {each.name}: {each.typical:,.0f}/s" for each in rates])
        print(f"Written to {RESULTS.relative_to(RESULTS.parents[1])}")


if __name__ == "__main__":
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
    app.command(epilog=_EXAMPLES)(bench)
    app()
