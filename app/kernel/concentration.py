"""Concentration: how few clients carry how much of a measure (domain.md C1, G5).

Clients come as a key and an integer value each. Who has 0 or less carries nothing: it counts as a client, and what it
has is told apart. Shares are ratios with 6 decimals; they are cut so that none looks better than it is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from app.kernel.quantity import RATIO

_WHOLE: Final[int] = 10**RATIO.decimals
_STEPS: Final = 100

Client = tuple[str, int]
"""A client's key and its value."""


class Model(NamedTuple):
    """A share of the clients, and the share of the total that they should carry: "5 % of clients bring 50 %"."""

    clients: int
    carry: int


class Carriers(NamedTuple):
    """The fewest clients that carry a share, the largest first: who, their share of all, what they carry together.

    `share` is rounded up.
    """

    selected: tuple[Client, ...]
    share: int
    carried: int


class Fit(NamedTuple):
    """Whether a model holds here: what it takes, and what as many clients as the model means carry.

    `share` is theirs of the total, rounded down.
    """

    holds: bool
    needed: Carriers
    clients: int
    carried: int
    share: int


class Point(NamedTuple):
    """A point of the Lorenz curve: so many clients, the smallest first, hold so much together."""

    clients: int
    value: int


class Band(NamedTuple):
    """Clients whose value lies from `low` up to the next band, and what they carry; the first band has no start."""

    low: int | None
    clients: int
    carried: int


class NothingCarried(NamedTuple):
    """No client has more than 0, so that there is nothing to have a share of."""

    clients: int
    idle_value: int


@dataclass(frozen=True, slots=True)
class Concentration:
    """All `clients`; the `total` that is carried; of those that carry nothing how many, and the sum of their values.

    `ranked` are those that carry, the largest first, ties by key; `cumulated[i]` is what the first `i + 1` carry.
    """

    clients: int
    total: int
    idle: int
    idle_value: int
    ranked: tuple[Client, ...]
    cumulated: tuple[int, ...]

    def carrying(self, share: int) -> Carriers:
        """The fewest clients whose values reach a share of the total: more than 0, at most 100 %."""
        least = -(-share * self.total // _WHOLE)
        count = bisect_left(self.cumulated, least) + 1
        return Carriers(self.ranked[:count], -(-count * _WHOLE // self.clients), self.cumulated[count - 1])

    def fit(self, model: Model) -> Fit:
        """How a model fits: it means whole clients, so that 5 % of 30 is one."""
        meant = self.clients * model.clients // _WHOLE
        carried = self._carried_by(meant)
        holds = carried * _WHOLE >= self.total * model.carry
        return Fit(holds, self.carrying(model.carry), meant, carried, carried * _WHOLE // self.total)

    def lorenz(self) -> tuple[Point, ...]:
        """The Lorenz curve from nobody to everybody, at every client, or at every full percent of more than 100."""
        counts = sorted({self.clients * step // _STEPS for step in range(_STEPS + 1)})
        return tuple(Point(count, self.total - self._carried_by(self.clients - count)) for count in counts)

    def gini(self) -> int:
        """The Gini coefficient, rounded half up: 0 where all carry the same, near 1 where one carries all.

        Twice the sum of place × value by clients × total, less (clients + 1) by clients; the smallest has place 1.
        """
        placed = sum((self.clients - at) * value for at, (_, value) in enumerate(self.ranked))
        spread, most = 2 * placed - (self.clients + 1) * self.total, self.clients * self.total
        return (2 * _WHOLE * spread + most) // (2 * most)

    def _carried_by(self, count: int) -> int:
        """What so many clients carry, the largest first."""
        return self.cumulated[min(count, len(self.cumulated)) - 1] if count else 0


def concentration(clients: Iterable[Client]) -> Concentration | NothingCarried:
    """Rank clients by value, each of which comes once."""
    everyone = sorted(clients)
    ranked = tuple(sorted((each for each in everyone if each[1] > 0), key=lambda each: each[1], reverse=True))
    idle_value = sum(value for _, value in everyone if value <= 0)
    if not ranked:
        return NothingCarried(len(everyone), idle_value)
    cumulated = tuple(accumulate(value for _, value in ranked))
    return Concentration(len(everyone), cumulated[-1], len(everyone) - len(ranked), idle_value, ranked, cumulated)


def by_band(clients: Iterable[Client], bounds: Sequence[int]) -> tuple[Band, ...]:
    """Clients and what they carry by bands of their value; ascending bounds start a band each, inclusively."""
    counts, carried = [0] * (len(bounds) + 1), [0] * (len(bounds) + 1)
    for _, value in clients:
        band = bisect_right(bounds, value)
        counts[band] += 1
        carried[band] += max(value, 0)
    return tuple(map(Band, (None, *bounds), counts, carried))
