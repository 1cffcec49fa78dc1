"""What a run counts, piece by piece: JSON that adds up, and at the end the summary made of it.

A tally holds for each scenario, by name ("" where there is but one), `pairs` of labels before and after, `moved`, and
for each side, `before` and `after`, what was decided there: `decided`, `incomplete`, `undecided` by reason, `visits` by
role and period, `exits` by reason. A side that nobody asked for is missing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from app.kernel.columns.names import owed_by, reasons
from app.kernel.migration import Pair, migration
from app.kernel.rulebook import Rulebook

Tally = dict[str, Any]


def added(one: Mapping[str, Any], other: Mapping[str, Any]) -> Tally:
    """Two tallies in one."""
    found = dict(one)
    for name, value in other.items():
        mine = found.get(name)
        if mine is None:
            found[name] = value
        else:
            found[name] = added(mine, value) if isinstance(value, Mapping) else mine + value
    return found


def pairs_of(pairs: Iterable[Pair]) -> Tally:
    """Pairs of labels, counted."""
    return {orjson.dumps(pair).decode(): count for pair, count in Counter(pairs).items()}


def side_of(book: Rulebook, decided: pl.DataFrame) -> Tally:
    """What a decided frame comes to."""
    with_one = decided.filter("decided")
    refused = int(decided.select((pl.col("applies") & pl.col("refused")).sum()).item())
    undecided = {"facts_required": refused, "not_applicable": decided.height - with_one.height - refused}
    owed = {f"{role} per {per}": _sum(with_one, f"obligation__{role}__{per}") for role, per in owed_by(book)}
    return {
        "decided": with_one.height,
        "incomplete": with_one.height - _sum(with_one, "complete"),
        "undecided": {reason: count for reason, count in undecided.items() if count},
        "visits": owed,
        "exits": {reason: _sum(with_one, f"exit__{reason}") for reason in reasons(book.exits)},
    }


def side_of_outcomes(
    outcomes: Sequence[Mapping[str, Any]],
    undecided: Mapping[str, int],
    *,
    visits: Mapping[str, int],
    exits: Mapping[str, int],
) -> Tally:
    """The same of canonical outcomes, of those who had none, and of what followed from them."""
    incomplete = sum(not outcome["complete"] for outcome in outcomes)
    return {
        "decided": len(outcomes),
        "incomplete": incomplete,
        "undecided": dict(undecided),
        "visits": dict(visits),
        "exits": dict(exits),
    }


def summarised(tally: Mapping[str, Any], labels: Sequence[str], clients: int) -> dict[str, Any]:
    """What a run came to; `labels` from the lowest to the highest."""
    return {"clients": clients, "scenarios": [_scenario(name, each, labels) for name, each in tally.items()]}


def _scenario(name: str, tally: Mapping[str, Any], labels: Sequence[str]) -> dict[str, Any]:
    before, after = tally.get("before"), tally.get("after", {})
    counts = {_pair(key): count for key, count in tally.get("pairs", {}).items()}
    matrix = migration(labels, counts)
    return {
        "name": name or None,
        "moved": tally.get("moved", 0),
        "migration": {
            **{each: list(getattr(matrix, each)) for each in ("before", "after")},
            "cells": [list(row) for row in matrix.cells],
            **{each: getattr(matrix, each) for each in ("up", "down", "same", "other", "total")},
        },
        "decided": _sides("decided", before, after),
        "incomplete": _sides("incomplete", before, after),
        "undecided": _listed("undecided", "reason", before, after),
        "visits": _listed("visits", "owed", before, after),
        "exits": _listed("exits", "reason", before, after),
    }


def _pair(key: str) -> Pair:
    before, after = orjson.loads(key)
    return before, after


def _sides(name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, Any]:
    return {"before": None if before is None else before.get(name, 0), "after": after.get(name, 0)}


def _listed(name: str, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[dict[str, Any]]:
    old, new = (before or {}).get(name, {}), after.get(name, {})
    return [
        {key: each, "before": None if before is None else old.get(each, 0), "after": new.get(each, 0)}
        for each in dict.fromkeys([*old, *new])
    ]


def _sum(frame: pl.DataFrame, column: str) -> int:
    return int(frame.get_column(column).sum() or 0)
