"""Whether an obligation falls behind inside a period, by the rulebook's checkpoints (domain.md D2, A15)."""

from collections.abc import Sequence
from fractions import Fraction

from app.kernel.coverage.attainment import Figures
from app.kernel.coverage.rules import Checkpoint
from app.kernel.quantity import RATIO

WHOLE = 10**RATIO.decimals
"""What a ratio of 1 is written as."""


def behind(checkpoints: Sequence[Checkpoint], elapsed: Fraction, figures: Figures) -> Checkpoint | None:
    """The last checkpoint that is past, where less is done than it asks for; None where the obligation is on its way.

    `elapsed` is the share of the period's working days that are over; what is planned is not done.
    """
    past = [each for each in checkpoints if elapsed * WHOLE > each.elapsed]
    attainment = figures.attainment
    if not past or attainment is None:
        return None
    return past[-1] if attainment * WHOLE < past[-1].done else None
