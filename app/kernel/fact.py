"""Facts: the only inputs of a decision, each held as one integer (design.md, exactness)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from app.kernel.cadence import Period
from app.kernel.quantity import MEASURES, QuantityError, parse, render

Kind = Literal["money", "ratio", "number", "count", "grade", "choice", "flag"]
Missing = Literal["zero", "worst", "refuse"]
Better = Literal["higher", "lower", "neither"]
RawValue = str | int | bool | Decimal

_FLAGS: Mapping[str, int] = {"yes": 1, "true": 1, "1": 1, "是": 1, "no": 0, "false": 0, "0": 0, "否": 0}


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared input.

    `low` and `high` bound it, in units of its measure's last decimal; for a grade or a choice
    they are positions in `options` (a grade's options run from lowest to highest), for a flag
    0 and 1. `better` is the direction that favours the client. `missing` says how an absent
    value counts; `max_age` how old a value may be before a decision points at it.
    """

    name: str
    kind: Kind
    low: int
    high: int
    missing: Missing
    better: Better = "higher"
    options: tuple[str, ...] = ()
    actionable: bool = False
    max_age: Period | None = None

    @property
    def fallback(self) -> int:
        """What an absent value counts as: 0 or no, else the end of the range that is worst."""
        if self.missing == "zero":
            return 0
        return self.high if self.better == "lower" else self.low

    def is_stale(self, as_of: date, day: date) -> bool:
        """Whether a value of the day `as_of` is older on `day` than a decision takes without pointing at it."""
        return self.max_age is not None and as_of < self.max_age.before(day)

    def encode(self, raw: RawValue) -> int:
        """The integer that stands for `raw`; raises QuantityError where it is no such value."""
        if self.kind == "flag":
            return self._flag(raw)
        if isinstance(raw, bool):
            raise QuantityError("is true or false where a value is expected")
        if self.options:
            return self._option(raw)
        value = parse(str(raw), MEASURES[self.kind])
        if not self.low <= value <= self.high:
            raise QuantityError(f"is out of range: from {self.render(self.low)} to {self.render(self.high)}")
        return value

    def render(self, value: int) -> str:
        """The text of an encoded value, as `encode` reads it."""
        if self.kind == "flag":
            return "yes" if value else "no"
        return self.options[value] if self.options else render(value, MEASURES[self.kind])

    def _flag(self, raw: RawValue) -> int:
        code = int(raw) if isinstance(raw, bool) else _FLAGS.get(str(raw).strip().lower())
        if code is None:
            raise QuantityError("is not a flag: write true or false, yes or no")
        return code

    def _option(self, raw: RawValue) -> int:
        try:
            return self.options.index(str(raw).strip())
        except ValueError:
            raise QuantityError(f"is none of {', '.join(self.options)}") from None
