"""How large each scenario is: in full, as the promises have it, or short, to try it out."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Sizes:
    """What a run is made of. Seconds where the name ends in `_s`."""

    events: int
    """In the kill scenario."""
    kills: int
    kills_s: float
    """Over which the events fall due and the kills are spread."""
    rate: int
    """Events in a second in the weather scenario."""
    turn_s: float
    """How long a calm turn of it takes."""
    turns: int
    """Of each kind: with the bad receivers, and without."""
    restarts: int
    storm_s: float
    reviews: int
    """Which are due at one moment in the replicas scenario: a batch for each process, and more."""
    frozen_s: float


FULL: Final = Sizes(
    events=20_000,
    kills=50,
    kills_s=300.0,
    rate=10,
    turn_s=30.0,
    turns=3,
    restarts=10,
    storm_s=120.0,
    reviews=10_000,
    frozen_s=60.0,
)
SHORT: Final = Sizes(
    events=2_000,
    kills=10,
    kills_s=40.0,
    rate=10,
    turn_s=12.0,
    turns=1,
    restarts=3,
    storm_s=30.0,
    reviews=6_000,
    frozen_s=20.0,
)
