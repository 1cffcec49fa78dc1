"""What must add up: a whole, and the parts that it went into. Nothing may be lost on the way without being seen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Balance:
    """One side of the ledger: `whole` is the sum of `parts`, and so it is for each of its rows.

    `strays` counts rows that do not add up by themselves, and parts without what they stand for.
    """

    name: str
    whole: int
    parts: Mapping[str, int]
    strays: int

    @property
    def off(self) -> int:
        """By how much it does not add up; 0 is right."""
        return abs(self.whole - sum(self.parts.values())) + self.strays


Balancing = Callable[[AsyncSession], Awaitable[Balance]]
"""Adds up one side, in one statement: as of one moment."""
