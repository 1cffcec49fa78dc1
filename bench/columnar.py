"""A portfolio: a million clients by twelve indicators, every contribution kept.

Ours is `decide_columns`, planning included, with all the flags it makes; the yardsticks make points, dimensions, score
and tier. Every engine's answers are compared before anything is measured.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import narwhals as nw
import polars as pl

from app.kernel.columns.decide import decide_columns
from app.kernel.columns.names import outcome_names
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from bench.by_hand import decide_by_hand
from bench.clients import as_counted, as_dicts, bench_rulebook, make_clients
from bench.report import Row, ratio_row
from bench.side_by_side import Rates, take_turns, timed
from bench.zen_rules import ZenRules, expressions, tables

CLIENTS: Final = 1_000_000
SAMPLE: Final = 10_000
"""Clients that the rules engine decides; it would take minutes over a million."""
_FEW: Final = 2_000
_WHAT: Final = "columns, 1M clients × 12 indicators"


def measure() -> tuple[list[Row], list[Rates]]:
    """Measure; the rows of the table and the rates behind them."""
    print("A portfolio of a million clients", flush=True)
    book = bench_rulebook()
    clients = make_clients(book, CLIENTS)
    ours, by_hand = partial(decide_portfolio, book, clients), partial(decide_by_hand, clients)
    names = [name for name in outcome_names(book) if name != "weights"]
    wanted = ours().select(names)
    assert by_hand().select(names).equals(wanted)
    polars = take_turns("columns", 21, tierbook=timed(ours, CLIENTS), Polars_by_hand=timed(by_hand, CLIENTS))
    sample = as_counted(book, clients.head(SAMPLE))
    zen = _zen(sample, wanted.head(SAMPLE).to_dicts(), ours)
    single = _one_by_one(Scorer(book), as_dicts(book, clients.head(_FEW)), sample[:_FEW])
    rows = [
        ratio_row(_WHAT, "Polars by hand", polars[0].against(polars[1]), 0.5),
        ratio_row(_WHAT, "zen-engine, a table an indicator", zen[0].against(zen[1]), 300),
        ratio_row(_WHAT, "zen-engine, all in one expression node", zen[0].against(zen[2]), 300),
        ratio_row("one client, reasons and all", "zen-engine, one call a client", single[0].against(single[1])),
    ]
    return rows, [*polars, *zen, *single]


def decide_portfolio(book: Rulebook, clients: pl.DataFrame) -> pl.DataFrame:
    """Decide them all by Tierbook on Polars."""
    return pl.DataFrame(decide_columns(book, nw.from_native(clients.lazy())).collect().to_native())


def _zen(clients: list[dict[str, int]], wanted: list[dict[str, Any]], ours: Callable[[], object]) -> list[Rates]:
    engines = [ZenRules(tables()), ZenRules(expressions())]
    for engine in engines:
        decided = engine.decide_all(clients)
        assert [{name: each[name] for name in wanted[0]} for each in decided] == wanted
    in_tables, in_one = (timed(partial(engine.decide_all, clients), SAMPLE) for engine in engines)
    often = timed(ours, CLIENTS, repeat=5)
    return take_turns("rules engine", 4, tierbook=often, zen_in_tables=in_tables, zen_in_one_node=in_one)


def _one_by_one(scorer: Scorer, given: list[dict[str, int]], counted: list[dict[str, int]]) -> list[Rates]:
    engine = ZenRules(tables())
    return take_turns(
        "one by one",
        5,
        decide=timed(lambda: [scorer.decide(client) for client in given], _FEW),
        zen_one_by_one=timed(lambda: [engine.decide(client) for client in counted], _FEW),
    )
