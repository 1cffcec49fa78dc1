"""Many clients' facts as a frame, and the frame decided: what `Grounds.encoded` and the scorer do for one client."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

import narwhals as nw
import polars as pl

from app.kernel.columns.decide import decide_columns
from app.kernel.columns.shocks import shock_columns
from app.kernel.rulebook import Rulebook
from app.kernel.stress import Shock
from app.kernel.tier import Tiers
from app.portfolio.texts import Texts
from app.standing.held import Standing

_TIER: Final = "standing__tier"


@dataclass(frozen=True, slots=True)
class Encoded:
    """Clients in their order, a row each: `fact__<name>` and `standing__tier`; and which facts could not be read."""

    clients: tuple[str, ...]
    frame: pl.DataFrame
    unreadable: Mapping[str, Sequence[str]]


def encoded(book: Rulebook, texts: Texts, standings: Mapping[str, Standing | None]) -> Encoded:
    """The facts that a rulebook declares, and the tiers that clients hold by its ranks."""
    unreadable: defaultdict[str, list[str]] = defaultdict(list)
    columns = {}
    for name, fact in book.facts.items():
        columns[f"fact__{name}"], places = texts.read(fact)
        for at in places:
            unreadable[texts.clients[at]].append(name)
    if book.tiers is not None:
        ranks = [_rank(book.tiers, standings.get(client)) for client in texts.clients]
        columns[_TIER] = pl.Series(ranks, dtype=pl.Int64)
    return Encoded(texts.clients, pl.DataFrame(columns), dict(unreadable))


def decided(book: Rulebook, frame: pl.DataFrame, shocks: Sequence[Shock] = ()) -> pl.DataFrame:
    """Every outcome of each row, after the shocks; `decided` says whether there is one at all."""
    return _plan(_Same(book), tuple(frame.columns), tuple(shocks)).of(frame)


class _Plan:
    """What decides frames of these columns: put together once, which takes far longer than two thousand rows take."""

    def __init__(self, book: Rulebook, names: Sequence[str], shocks: Sequence[Shock]) -> None:
        self._alone = Lock()
        self._frame = pl.DataFrame()
        given = pl.defer(lambda: self._frame, schema=dict.fromkeys(names, pl.Int64))
        found: pl.LazyFrame = decide_columns(book, shock_columns(shocks, nw.from_native(given)), whole=True).to_native()
        self._decided = found.with_columns(decided=pl.col("applies") & ~pl.col("refused"))

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame decided."""
        with self._alone:
            self._frame = frame
            try:
                return self._decided.collect()
            finally:
                self._frame = pl.DataFrame()


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A rulebook as a key: the very object, held as long as the key is."""

    book: Rulebook

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.book is self.book

    def __hash__(self) -> int:
        return id(self.book)


@lru_cache(maxsize=32)
def _plan(same: _Same, names: tuple[str, ...], shocks: tuple[Shock, ...]) -> _Plan:
    return _Plan(same.book, names, shocks)


def _rank(tiers: Tiers, standing: Standing | None) -> int | None:
    held = standing.held(tiers) if standing else None
    return held.tier if held else None
