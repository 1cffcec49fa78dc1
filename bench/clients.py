"""The rulebook and the clients that the columnar rows measure; the same clients on every machine."""

from pathlib import Path
from typing import Final

import polars as pl

from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import Indicator, StepPoints
from app.rulebooks.check import load_sound

BOOK: Final = Path(__file__).with_name("book.yaml")
_PRIME: Final = 2**31 - 1
_FINE: Final = 10**6
_MISSING: Final = 50
"""One value in so many is missing."""


def bench_rulebook() -> Rulebook:
    """Compile `book.yaml`."""
    return load_sound(BOOK.read_text(encoding="utf-8")).rulebook


def indicators(book: Rulebook) -> list[Indicator]:
    """Every line of its scorecard."""
    dimensions = book.scorecard.dimensions if book.scorecard else ()
    return [line for dimension in dimensions for line in dimension.indicators]


def make_clients(book: Rulebook, count: int) -> pl.DataFrame:
    """Encoded facts of `count` clients, spread evenly over every indicator's steps; one in fifty is missing."""
    rows = pl.int_range(count, eager=True)
    columns = {
        f"fact__{line.fact}": _values(line, book.facts[line.fact], _scattered(rows, seed))
        for seed, line in enumerate(indicators(book), 1)
    }
    return pl.DataFrame(columns)


def as_dicts(book: Rulebook, clients: pl.DataFrame) -> list[dict[str, int]]:
    """The clients one by one, with what was given."""
    facts = clients.rename({f"fact__{name}": name for name in book.facts})
    return [{name: value for name, value in row.items() if value is not None} for row in facts.iter_rows(named=True)]


def as_counted(book: Rulebook, clients: pl.DataFrame) -> list[dict[str, int]]:
    """The clients one by one, a missing value already as what it counts as."""
    fallbacks = {fact.name: fact.fallback for fact in book.facts.values()}
    return [fallbacks | given for given in as_dicts(book, clients)]


def _scattered(rows: pl.Series, seed: int) -> pl.Series:
    """Whole numbers below 2^31 without a visible pattern: two squarings modulo a prime."""
    once = ((rows + seed * 7_919_993) % _PRIME) ** 2 % _PRIME
    return (once + seed) ** 2 % _PRIME


def _values(line: Indicator, fact: Fact, scattered: pl.Series) -> pl.Series:
    assert isinstance(line.curve, StepPoints)
    first, *_, last = bounds = line.curve.bounds
    starts = pl.Series([max(fact.low, first - (bounds[1] - first)), *bounds])
    ends = pl.Series([*bounds, 2 * last])
    band, rest = scattered % len(starts), scattered // len(starts)
    values = starts.gather(band) + (ends - starts).gather(band) * (rest % _FINE) // _FINE
    return values.set(rest // _FINE % _MISSING == 0, None)
