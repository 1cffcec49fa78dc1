"""Obligations against visits: figures that add up over roles, clients and units (domain.md D2, G3)."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Figures:
    """What is owed and what was done. `done` counts what would be credited without a cap.

    `expected` is what the working days that are over ask for.
    """

    required: int
    prorated_required: int
    planned: int
    done: int
    credited: int
    expected: Fraction

    @property
    def remaining(self) -> int:
        """How many visits are still to be made."""
        return self.prorated_required - self.credited

    @property
    def attainment(self) -> Fraction | None:
        """Credited of what is owed; None where nothing is: never 0/0."""
        return Fraction(self.credited, self.prorated_required) if self.prorated_required else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.required + other.required,
            self.prorated_required + other.prorated_required,
            self.planned + other.planned,
            self.done + other.done,
            self.credited + other.credited,
            self.expected + other.expected,
        )

    def times(self, number: int) -> "Figures":
        """The figures of so many that are alike."""
        return Figures(
            self.required * number,
            self.prorated_required * number,
            self.planned * number,
            self.done * number,
            self.credited * number,
            self.expected * number,
        )


NOTHING = Figures(0, 0, 0, 0, 0, Fraction(0))


def figures(required: int, prorated: int, done: int, planned: int, expected: Fraction) -> Figures:
    """The figures of one obligation, or of a part of it: credited is at most what is owed.

    Each is capped by itself, so that in a sum nobody's surplus hides another's miss.
    """
    return Figures(required, prorated, planned, done, min(done, prorated), expected)
