"""Clients decided twice, and what comes of the difference: by another version, or after shocks to their facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import polars as pl

from app.kernel.rulebook import Rulebook
from app.kernel.stress import Shock
from app.portfolio.because import ClassReasons, because
from app.portfolio.frames import decided, encoded
from app.portfolio.tallies import Tally, added, pairs_of, side_of
from app.portfolio.texts import Texts
from app.standing.held import Standing

Standings = Mapping[str, Standing | None]
_CLASS: Final = "class__"
ONLY: Final = ""
"""The name of the scenario where there is but one."""


class Would(NamedTuple):
    """How a client would move: in which scenario, from which label to which, and why."""

    scenario: str
    client_id: str
    kind: str
    before: str | None
    after: str | None
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Done:
    """What a piece came to: its tally by scenario, who moved or would, and the digest of what was stored up to it."""

    tally: Tally
    moves: Sequence[Would] = ()
    results: str | None = None


@dataclass(frozen=True)
class Side:
    """Clients decided under one version; `label` is the column of what they are compared by."""

    book: Rulebook
    clients: Sequence[str]
    frame: pl.DataFrame
    label: str

    def labels(self) -> dict[str, str | None]:
        """Each client's label, None where it has none."""
        if self.label not in self.frame.columns:
            return dict.fromkeys(self.clients)
        return dict(zip(self.clients, self.frame.get_column(self.label), strict=True))

    def tally(self) -> Tally:
        """What it comes to."""
        return side_of(self.book, self.frame)

    def told(self, label: str | None, at: int) -> str:
        """The label of the client at a place; of a class with what it rests on: `large (balance 55 from 50)`."""
        rests_on = self._reasons.of(self.frame.row(at, named=True)) if label and self.label.startswith(_CLASS) else ""
        return f"{label} ({rests_on})" if rests_on else label or "none"

    @cached_property
    def _reasons(self) -> ClassReasons:
        return ClassReasons(self.book, self.label.removeprefix(_CLASS))


def side(book: Rulebook, label: str, texts: Texts, standings: Standings) -> Side:
    """Clients decided under a version as they stand."""
    told = encoded(book, texts, standings)
    return Side(book, told.clients, decided(book, told.frame), label)


def shaken(book: Rulebook, label: str, unshaken: Side, shocks: Sequence[Shock]) -> Side:
    """The same clients with shocks to their facts; what is stored of them stays as it is."""
    facts = [name for name in unshaken.frame.columns if name.startswith(("fact__", "standing__"))]
    return Side(book, unshaken.clients, decided(book, unshaken.frame.select(facts), shocks), label)


def compared(scenario: str, before: Sequence[Side], after: Sequence[Side]) -> tuple[Tally, list[Would]]:
    """The tally of a scenario, and who would move; `after` has every client once, `before` those that are governed."""
    old, places = _all(before)
    tally: Tally = {"pairs": {}, "moved": 0, "before": _sum(before), "after": _sum(after)}
    moves: list[Would] = []
    for each in after:
        new = each.labels()
        tally["pairs"] = added(tally["pairs"], pairs_of((old.get(client), label) for client, label in new.items()))
        moves.extend(_moves(scenario, each, new, old, places))
    tally["moved"] = len(moves)
    ungoverned = sum(len(each.clients) for each in after) - len(places)
    if ungoverned:
        tally["before"] = added(tally["before"], {"undecided": {"not_governed": ungoverned}})
    return tally, moves


def _all(sides: Sequence[Side]) -> tuple[dict[str, str | None], dict[str, tuple[Side, int]]]:
    labels: dict[str, str | None] = {}
    places: dict[str, tuple[Side, int]] = {}
    for each in sides:
        labels |= each.labels()
        places |= {client: (each, at) for at, client in enumerate(each.clients)}
    return labels, places


def _moves(
    scenario: str,
    after: Side,
    new: Mapping[str, str | None],
    old: Mapping[str, str | None],
    places: Mapping[str, tuple[Side, int]],
) -> Iterator[Would]:
    ranks = ranks_of(after.book, after.label)
    for at, (client, label) in enumerate(new.items()):
        was = old.get(client)
        if was == label:
            continue
        found = places.get(client)
        row = found[0].frame.row(found[1], named=True) if found else None
        why = because(row, after.frame.row(at, named=True), after.book)
        if after.label.startswith(_CLASS):
            old_class = found[0].told(was, found[1]) if found else "none"
            why = [f"{after.label.removeprefix(_CLASS)}: {old_class} → {after.told(label, at)}", *why]
        yield Would(scenario, client, _kind(ranks, was, label), was, label, why)


def ranks_of(book: Rulebook, label: str) -> dict[str, int]:
    """The labels of what clients are compared by, from the lowest to the highest, with their ranks."""
    named: Sequence[str] = ()
    if label == "tier" and book.tiers:
        named = book.tiers.labels
    for each in book.classifications:
        if label == f"{_CLASS}{each.name}":
            named = each.labels
    return {name: rank for rank, name in enumerate(named)}


def _kind(ranks: Mapping[str, int], before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return "entered" if before is None else "left"
    if before not in ranks or after not in ranks:
        return "changed"
    return "up" if ranks[after] > ranks[before] else "down"


def _sum(sides: Sequence[Side]) -> dict[str, Any]:
    found: Tally = {}
    for each in sides:
        found = added(found, each.tally())
    return found
