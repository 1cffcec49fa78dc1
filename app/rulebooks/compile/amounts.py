"""Amounts as staff write them: 2亿, 35%; and what to write where a text is no amount."""

import re
from typing import Final

from app.kernel.fact import Fact
from app.kernel.quantity import MEASURES, MONEY, RATIO, WEIGHT, Measure, QuantityError, parse, render

_WRITTEN: Final = {
    "money": "write an amount: 199999999.99, 5000万, 2亿",
    "ratio": "write a ratio: 35% or 0.35",
    "count": "write a whole number",
}
_UNITS: Final = (("亿", 8), ("万", 4))
_ONE: Final = 100
"""One unit in hundredths: less than that is told in a smaller one."""
_INSIDE: Final = re.compile(
    r"(?P<from>>=|>|≥)?\s*(?P<number>-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*(?P<unit>万亿|千万|百万|亿|万|%)?\s*元?"
    r"\s*(?P<to>(?:及|或|\()?以上.*|\+|(?:-|~|–|—|\uff5e|至|到|to)\s*[0-9].*)?"
)
"""An amount with what staff write around it, but a bound does not need: thousands, 元, "and more", a range."""


def in_staff_words(value: int, measure: Measure) -> str:
    """A value in the units that policies use; `parse` reads it back."""
    if measure is RATIO:
        return f"{render(value * 100, measure)}%"
    if measure is MONEY:
        for unit, power in _UNITS:
            hundredths, rest = divmod(value, 10 ** (power + measure.decimals - 2))
            if not rest and abs(hundredths) >= _ONE:
                return render(hundredths, WEIGHT) + unit
    return render(value, measure).removesuffix(".00")


def fact_in_staff_words(fact: Fact, value: int) -> str:
    """An encoded value of a fact in the units that policies use."""
    measured = fact.kind in MEASURES
    return in_staff_words(value, MEASURES[fact.kind]) if measured else fact.render(value)


def how_to_write(measure: Measure, text: str = "") -> str:
    """The mend for `text`, which is no amount of a measure."""
    found = _INSIDE.fullmatch(text.strip())
    amount = found["number"].replace(",", "") + (found["unit"] or "") if found else ""
    if not found or not _is_amount(amount, measure):
        return _WRITTEN.get(measure.name, "write a plain decimal")
    bound = found["from"] or found["to"]
    return f"write only the lower bound, as {amount}" if bound else f"write {amount}"


def _is_amount(text: str, measure: Measure) -> bool:
    try:
        parse(text, measure)
    except QuantityError:
        return False
    return True
