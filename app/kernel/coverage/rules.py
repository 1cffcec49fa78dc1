"""What a rulebook says of coverage beside who owes how many visits (domain.md D2, A9)."""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.kernel.cadence import Period
from app.kernel.coverage.owing import ProRata


class Checkpoint(NamedTuple):
    """Once more than `elapsed` of a period's working days are over, `done` of what is owed is to be done: ratios."""

    elapsed: int
    done: int


@dataclass(frozen=True, slots=True)
class CoverageRules:
    """How visits are credited, how a part of a period counts, when a period closes, when one falls behind.

    With `lead_only` a joint visit credits the role that leads it alone. In `grace` after a period's end visits are
    still entered, and marked late; then it is closed. `kinds` are those that may be recorded.
    """

    kinds: tuple[str, ...]
    lead_only: bool = False
    pro_rata: ProRata = field(default_factory=ProRata)
    grace: Period | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
