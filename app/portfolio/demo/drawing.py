"""Drawing by chance, the same each time: everything follows from the seed."""

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, TypeVar

_T = TypeVar("_T")
_THOUSAND: Final = 1000


class Draw:
    """Draws of one client, by the seed and the client's number: whom else there is does not count."""

    def __init__(self, seed: int, *about: int) -> None:
        self._random = random.Random(f"tierbook:{seed}:{':'.join(map(str, about))}")  # noqa: S311  a made-up bank

    def below(self, number: int) -> int:
        """A whole number from 0 up to, not including, `number`."""
        return int(self._random.random() * number)

    def one_in(self, number: int) -> bool:
        """Whether it is that one in so many."""
        return self.below(number) == 0

    def of(self, choices: Sequence[_T]) -> _T:
        """One of several, each as likely."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[_T, int]]) -> _T:
        """One of several, each as likely as its weight."""
        left = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            if left < weight:
                return choice
            left -= weight
        raise AssertionError("unreachable")

    def heavy(self, least: int, tail: float = 1.1) -> int:
        """A Pareto draw in whole thousands, as amounts of firms are spread: few have most; at most 10^12."""
        drawn = least / (1 - self._random.random()) ** (1 / tail)
        return min(int(drawn) // _THOUSAND * _THOUSAND, 10**12)

    def ratio(self, low: int, high: int) -> str:
        """A ratio between two per mille, as a decimal."""
        return str(Decimal(low + self.below(high - low + 1)) / _THOUSAND)
