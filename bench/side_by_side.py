"""Runs what is compared in turns, so that a busy minute of the machine falls on both."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isnan
from statistics import median
from time import perf_counter

Run = Callable[[], float]
"""Does its work once; returns a rate: what it did in a second."""


@dataclass
class Rates:
    """One contender's rate in each round."""

    title: str
    name: str
    each: list[float] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The rate in the middle."""
        return median(self.each)

    def against(self, yardstick: "Rates") -> "Ratio":
        """The ratio to a yardstick, round by round."""
        return Ratio([ours / theirs for ours, theirs in zip(self.each, yardstick.each, strict=True)])


@dataclass(frozen=True)
class Ratio:
    """Ratios of several rounds: the one in the middle counts."""

    each: Sequence[float]

    @property
    def typical(self) -> float:
        """The ratio in the middle."""
        return median(self.each)

    @property
    def spread(self) -> str:
        """The lowest and the highest."""
        return f"{in_words(min(self.each))}–{in_words(max(self.each))}"


def take_turns(title: str, rounds: int, **contenders: Run) -> list[Rates]:
    """Run each contender once a round, every other round in the opposite order; says how it goes.

    As in `timeit`, the garbage collector waits: else one contender would clear up after another.
    """
    rates = [Rates(title, name.replace("_", " ")) for name in contenders]
    turns = list(zip(rates, contenders.values(), strict=True))
    for number in range(1, rounds + 1):
        for rate, run in turns if number % 2 else reversed(turns):
            rate.each.append(_undisturbed(run))
        shown = "   ".join(f"{rate.name} {rate.each[-1]:,.0f}/s" for rate in rates)
        print(f"  {title}, round {number} of {rounds}:   {shown}", flush=True)
    return rates


def _undisturbed(run: Run) -> float:
    gc.collect()
    gc.disable()
    try:
        return run()
    finally:
        gc.enable()


def timed(work: Callable[[], object], amount: int, repeat: int = 1) -> Run:
    """A run that does `work`, once or more often, where `amount` is how much it does at once."""

    def run() -> float:
        started = perf_counter()
        for _ in range(repeat):
            work()
        return repeat * amount / (perf_counter() - started)

    return run


def in_words(ratio: float) -> str:
    """Two decimals for what is near 1, none for what is far above."""
    if isnan(ratio):
        return "?"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"
