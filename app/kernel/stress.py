"""Stress: named shocks to facts, to see what becomes of the tiers under extreme conditions (domain.md A15)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from app.kernel.fact import Fact
from app.kernel.quantity import MEASURES, RATIO, QuantityError, narrowed, parse

WHOLE: Final[int] = 10**RATIO.decimals
"""100 % as a ratio."""
MOST_PERCENT: Final = 10 * WHOLE
"""The largest percentage either way; it keeps products inside 64 bits."""

_NOTCHES: Final = re.compile(r"([1-9][0-9]{0,2}) notch(?:es)? (up|down)")
_SPACED: Final = re.compile(r"\s+(?=(?:%|pp|个百分点)$)")
_POINTS: Final = ("pp", "个百分点")
_EXAMPLES: Final = {
    "money": "-30%, +5000万 or =0",
    "ratio": "-30% (of its value), -5pp (percentage points) or =0",
    "number": "-30%, +1.5 or =0",
    "count": "-30%, +2 or =0",
}


@dataclass(frozen=True, slots=True)
class Shock:
    """What happens to one fact; a fact that is missing stays missing.

    - `percent`: the value times 1 + `amount`, a ratio with 6 decimals, rounded half up in size. By -30 % a loss
      shrinks as a profit does.
    - `add`: the value plus `amount`, in the fact's units.
    - `notches`: so many options of a grade up, down where `amount` is negative: down is towards its first option.
    - `set`: `amount` itself, encoded as the fact's values are.

    The result ends where the fact's range ends.
    """

    fact: Fact
    kind: Literal["percent", "add", "notches", "set"]
    amount: int

    def after(self, value: int) -> int:
        """The encoded value after the shock."""
        return max(self.fact.low, min(self._moved(value), self.fact.high))

    def _moved(self, value: int) -> int:
        if self.kind == "percent":
            product = value * (WHOLE + self.amount)
            size = (2 * abs(product) + WHOLE) // (2 * WHOLE)
            return size if product >= 0 else -size
        return self.amount if self.kind == "set" else value + self.amount


def shocked(facts: Mapping[str, int], shocks: Iterable[Shock]) -> dict[str, int]:
    """A client's encoded facts after the shocks, in their order."""
    after = dict(facts)
    for shock in shocks:
        if shock.fact.name in after:
            after[shock.fact.name] = shock.after(after[shock.fact.name])
    return after


def parse_shock(fact: Fact, text: str) -> Shock:
    """Read "-30%", "+5000万", "-5pp", "2 notches down", "1 notch up", "=BBB"; a change says its sign.

    A percentage is always of the value, of a ratio's as well; percentage points of a ratio are written pp.
    Raises QuantityError where it is no shock of this fact, and says what would be.
    """
    text = _SPACED.sub("", text.strip())
    if text.startswith("="):
        return Shock(fact, "set", fact.encode(text[1:]))
    if fact.kind == "grade":
        return Shock(fact, "notches", _notches(fact, text))
    if fact.kind not in MEASURES or text[:1] not in {"+", "-"}:
        raise _no_shock(fact, text)
    if text.endswith("%"):
        return Shock(fact, "percent", _percent(fact, text))
    return Shock(fact, "add", _added(fact, text))


def _notches(fact: Fact, text: str) -> int:
    match = _NOTCHES.fullmatch(text)
    if match is None:
        raise _no_shock(fact, text)
    return int(match[1]) if match[2] == "up" else -int(match[1])


def _percent(fact: Fact, text: str) -> int:
    """A percentage; of what is never negative no more than all can be lost."""
    percent, least = parse(text, RATIO), -MOST_PERCENT if fact.low < 0 else -WHOLE
    if not least <= percent <= MOST_PERCENT:
        raise QuantityError(f"is out of range: from {100 * least // WHOLE}% to +{100 * MOST_PERCENT // WHOLE}%")
    return percent


def _added(fact: Fact, text: str) -> int:
    for points in _POINTS if fact.kind == "ratio" else ():
        if text.endswith(points):
            return parse(f"{text.removesuffix(points)}%", RATIO)
    return parse(text, MEASURES[fact.kind])


def _no_shock(fact: Fact, text: str) -> QuantityError:
    if narrowed(text) != text:
        return QuantityError("is written with full-width characters: write plain ones")
    if fact.kind == "grade":
        example = f"2 notches down, 1 notch up or ={fact.options[0]}"
    elif fact.kind in MEASURES:
        example = _EXAMPLES[fact.kind]
    else:
        example = " or ".join(f"={fact.render(code)}" for code in range(fact.low, fact.high + 1))
    return QuantityError(f"is no shock of a {fact.kind}: write {example}")
