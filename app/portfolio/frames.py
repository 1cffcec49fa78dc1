"""Many clients' facts as a frame, and the frame decided: what `Grounds.encoded` and the scorer do for one client."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import polars as pl

from app.kernel.columns.decide import decide_columns
from app.kernel.columns.shocks import shock_columns
from app.kernel.fact import Fact
from app.kernel.quantity import QuantityError
from app.kernel.rulebook import Rulebook
from app.kernel.stress import Shock
from app.kernel.tier import Tiers
from app.portfolio.gathering import Known
from app.standing.held import Standing

_UNREADABLE: Final = object()
_TIER: Final = "standing__tier"


@dataclass(frozen=True, slots=True)
class Encoded:
    """Clients in their order, a row each: `fact__<name>` and `standing__tier`; and which facts could not be read."""

    clients: tuple[str, ...]
    frame: pl.DataFrame
    unreadable: Mapping[str, Sequence[str]]


def encoded(book: Rulebook, clients: Sequence[str], known: Known, standings: Mapping[str, Standing | None]) -> Encoded:
    """The facts that a rulebook declares, and the tiers that clients hold by its ranks."""
    unreadable: defaultdict[str, list[str]] = defaultdict(list)
    columns = {f"fact__{name}": _column(fact, clients, known, unreadable) for name, fact in book.facts.items()}
    if book.tiers is not None:
        columns[_TIER] = [_rank(book.tiers, standings.get(client)) for client in clients]
    return Encoded(tuple(clients), pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64)), dict(unreadable))


def decided(book: Rulebook, frame: pl.DataFrame, shocks: Sequence[Shock] = ()) -> pl.DataFrame:
    """Every outcome of each row, after the shocks; `decided` says whether there is one at all."""
    lazy = shock_columns(shocks, nw.from_native(frame.lazy()))
    found: pl.DataFrame = decide_columns(book, lazy, whole=True).collect().to_native()
    return found.with_columns(decided=pl.col("applies") & ~pl.col("refused"))


def _column(fact: Fact, clients: Sequence[str], known: Known, unreadable: dict[str, list[str]]) -> list[int | None]:
    """A fact of every client: None where it is not known or cannot be read. Files and ledgers repeat themselves."""
    name, read = fact.name, dict[str, Any]()
    found: list[int | None] = []
    for client in clients:
        told = known[client].get(name)
        if told is None:
            found.append(None)
            continue
        value = read.get(told.value)
        if value is None:
            value = read[told.value] = _encode(fact, told.value)
        if value is _UNREADABLE:
            unreadable[client].append(name)
            value = None
        found.append(value)
    return found


def _encode(fact: Fact, text: str) -> Any:
    try:
        return fact.encode(text)
    except QuantityError:
        return _UNREADABLE


def _rank(tiers: Tiers, standing: Standing | None) -> int | None:
    held = standing.held(tiers) if standing else None
    return held.tier if held else None
