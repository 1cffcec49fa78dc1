"""Migration: where clients stood before and where they stand after, counted (domain.md A11, A15)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str | None, str | None]
"""A client's label before and after; None where it has none."""


@dataclass(frozen=True, slots=True)
class Migration:
    """`cells[i][j]` clients went from `before[i]` to `after[j]`; both run from the lowest tier to the highest.

    After the tiers come labels that are none of them, by name, and None, each only where some client has it. `up`,
    `down` and `same` count clients that were in a tier and are; `other` counts the rest.
    """

    before: tuple[str | None, ...]
    after: tuple[str | None, ...]
    cells: tuple[tuple[int, ...], ...]
    up: int
    down: int
    same: int
    other: int

    @property
    def total(self) -> int:
        """All clients."""
        return sum(map(sum, self.cells))


def migration(tiers: Sequence[str], counts: Mapping[Pair, int]) -> Migration:
    """The matrix of counted pairs; `tiers` from the lowest to the highest, those of the new rules where they differ."""
    before = _labels(tiers, (old for old, _ in counts))
    after = _labels(tiers, (new for _, new in counts))
    cells = tuple(tuple(counts.get((old, new), 0) for new in after) for old in before)
    ranks: dict[str | None, int] = {label: rank for rank, label in enumerate(tiers)}
    moves = dict.fromkeys(("up", "down", "same", "other"), 0)
    for (old, new), count in counts.items():
        moves[_move(ranks.get(old), ranks.get(new))] += count
    return Migration(before, after, cells, **moves)


def _labels(tiers: Sequence[str], found: Iterable[str | None]) -> tuple[str | None, ...]:
    others = set(found) - set(tiers)
    named = sorted(label for label in others if label is not None)
    return (*tiers, *named, *({None} & others))


def _move(old: int | None, new: int | None) -> str:
    if old is None or new is None:
        return "other"
    return "same" if old == new else "up" if new > old else "down"
