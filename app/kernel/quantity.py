"""Exact amounts: "5000万", "2亿", "35%", "199999999.99" as scaled integers, never through a float.

万, 亿 and their kin are powers of ten (domain.md, conventions), so every text that is read
here is an integer times a power of ten, and scaling it is exact or refused.
"""

import re
from dataclasses import dataclass
from typing import Final

_TEXT = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?(万亿|千万|百万|亿|万|%)?")
_POWERS: Final = {None: 0, "%": -2, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_LONGEST: Final = 64
_PLAIN: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-"}
_MOST_DIGITS: Final = 20  # of any limit: what is longer need not be computed to be refused


class QuantityError(ValueError):
    """A text that is not an exact amount of its measure; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number counts: its decimals, and the largest magnitude that every engine holds.

    `limit` is in units of the last decimal; it keeps sums and products inside 64 bits.
    """

    name: str
    decimals: int
    limit: int
    percent: bool = False


MONEY: Final = Measure("money", 2, 10**17)
RATIO: Final = Measure("ratio", 6, 10**12, percent=True)
NUMBER: Final = Measure("number", 4, 10**16)
COUNT: Final = Measure("count", 0, 10**15)
POINTS: Final = Measure("points", 4, 10**9)
WEIGHT: Final = Measure("weight", 2, 10**4)
SCORE: Final = Measure("score", 12, 9 * 10**18)

MEASURES: Final = {measure.name: measure for measure in (MONEY, RATIO, NUMBER, COUNT)}


def parse(text: str, measure: Measure) -> int:
    """The amount written in `text`, in units of the measure's last decimal.

    Raises QuantityError for anything that is not a finite decimal of this measure: more
    decimals than it has, a magnitude over its limit, a percent sign where none belongs.
    """
    value = _plain(text, measure.decimals)
    if value is not None and value <= measure.limit:
        return value
    negative, digits, power = _scan(text.strip(), measure)
    shift = power + measure.decimals
    if len(digits) + shift > _MOST_DIGITS:
        raise QuantityError(f"is out of range: at most {render(measure.limit, measure)} either way")
    value = _shifted(int(digits), shift, measure)
    if value > measure.limit:
        raise QuantityError(f"is out of range: at most {render(measure.limit, measure)} either way")
    return -value if negative else value


def narrowed(text: str) -> str:
    """The text with plain characters for full-width ones: many an input method writes those."""
    return text.translate(_PLAIN)


def render(value: int, measure: Measure, least: int = 0) -> str:
    """`value` as a plain decimal: every decimal of money, else at least `least`."""
    decimals = measure.decimals
    if decimals == 0:
        return str(value)
    digits = str(abs(value)).rjust(decimals + 1, "0")
    whole, fraction = digits[:-decimals], digits[-decimals:]
    if measure is not MONEY:
        fraction = fraction[:least] + fraction[least:].rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


def _plain(text: str, decimals: int) -> int | None:
    """The value of digits, or digits with a fraction, that fit: what most amounts are, read in a third of the time."""
    whole, _, fraction = text.partition(".")
    digits = whole + fraction
    if not (digits.isascii() and digits.isdigit() and len(digits) < _MOST_DIGITS and len(fraction) <= decimals):
        return None
    return int(digits) * int(10 ** (decimals - len(fraction)))


def _scan(text: str, measure: Measure) -> tuple[bool, str, int]:
    match = _TEXT.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or not (match[2] or match[3]):
        raise QuantityError(_no_amount(text, measure))
    sign, whole, fraction, exponent, unit = match.groups()
    if unit == "%" and not measure.percent:
        raise QuantityError(f"is not {_article(measure)}: a percent sign belongs to ratios")
    digits = ((whole or "") + (fraction or "")).lstrip("0") or "0"
    power = _POWERS[unit] + int(exponent or 0) - len(fraction or "")
    return sign == "-", digits, 0 if digits == "0" else power


def _no_amount(text: str, measure: Measure) -> str:
    """What is wrong with a text that is no amount."""
    if len(text) > _LONGEST and text.lstrip("+-").isdigit():
        return f"is out of range: at most {render(measure.limit, measure)} either way"
    plain = narrowed(text)
    if len(text) <= _LONGEST and plain != text and _TEXT.fullmatch(plain):
        return "is written with full-width characters: write plain ones"
    return f"is not {_article(measure)}: write a plain decimal, 5000万, 2亿 or the like"


def _shifted(digits: int, shift: int, measure: Measure) -> int:
    if shift >= 0:
        return digits * int(10**shift)
    unit: int = 10 ** min(-shift, 2 * _LONGEST)
    value, rest = divmod(digits, unit)
    if rest:
        raise QuantityError(
            f"has more than {measure.decimals} decimals" if measure.decimals else "is not a whole number"
        )
    return value


def _article(measure: Measure) -> str:
    return f"an amount of {measure.name}" if measure is MONEY else f"a {measure.name}"
