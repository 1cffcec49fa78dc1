"""What we compare ourselves to decides the same, to the last digit; else the comparison would mean nothing."""

from typing import Any

import polars as pl
import pytest

from app.kernel.columns.names import outcome_names
from app.kernel.decision import Decision
from app.kernel.score import Scorer
from app.rulebooks.check import check
from bench.by_hand import decide_by_hand
from bench.clients import BOOK, as_counted, as_dicts, bench_rulebook, indicators, make_clients
from bench.columnar import decide_portfolio
from bench.zen_rules import ZenRules, expressions, tables

OUR_BOOK = bench_rulebook()
CLIENTS = make_clients(OUR_BOOK, 600)
NAMES = [name for name in outcome_names(OUR_BOOK) if name != "weights"]


@pytest.fixture(scope="module")
def ours() -> pl.DataFrame:
    return decide_portfolio(OUR_BOOK, CLIENTS)


def test_the_rulebook_is_sound_and_of_twelve_indicators() -> None:
    assert check(BOOK.read_text(encoding="utf-8")).problems == ()
    assert len(indicators(OUR_BOOK)) == 12


def test_the_sample_meets_every_step_every_tier_and_missing_values(ours: pl.DataFrame) -> None:
    assert all(ours[f"points__{line.name}"].n_unique() == 5 for line in indicators(OUR_BOOK))
    assert set(ours["tier"]) == {"none", "potential", "key", "core"}
    assert all(0 < CLIENTS[name].null_count() < 60 for name in CLIENTS.columns)


def test_polars_by_hand(ours: pl.DataFrame) -> None:
    by_hand = decide_by_hand(CLIENTS)
    assert by_hand.select(NAMES).equals(ours.select(NAMES))


@pytest.mark.parametrize("graph", [tables(), expressions()], ids=["tables", "expressions"])
def test_zen_engine(graph: dict[str, Any], ours: pl.DataFrame) -> None:
    pytest.importorskip("zen", reason="of the group `bench`")
    rules = ZenRules(graph)
    counted = as_counted(OUR_BOOK, CLIENTS)
    wanted = ours.select(NAMES).to_dicts()
    assert [{name: each[name] for name in NAMES} for each in rules.decide_all(counted)] == wanted
    assert [{name: each[name] for name in NAMES} for each in map(rules.decide, counted[:20])] == wanted[:20]


def test_one_by_one(ours: pl.DataFrame) -> None:
    scorer = Scorer(OUR_BOOK)
    for client, score in zip(as_dicts(OUR_BOOK, CLIENTS), ours["score"], strict=True):
        decided = scorer.decide(client)
        assert isinstance(decided, Decision)
        assert decided.score is not None
        assert decided.score.total == score
