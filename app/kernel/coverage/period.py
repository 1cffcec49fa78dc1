"""The periods for which visits are owed: months, quarters, half-years and years of the calendar (domain.md D2, G3)."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from app.kernel.coverage.span import Span

MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months a period of each kind has."""


class PeriodNameError(ValueError):
    """A text that names no period."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no period: write 2026-11, 2026-Q4, 2026-H2 or 2026")


class CoveragePeriod(NamedTuple):
    """A period of the calendar: its kind and its days."""

    kind: str
    span: Span

    @property
    def name(self) -> str:
        """It as people write it: 2026-11, 2026-Q4, 2026-H2, 2026."""
        year, month = self.span.start.year, self.span.start.month
        at = (month - 1) // MONTHS[self.kind] + 1
        return {
            "month": f"{year:04}-{month:02}",
            "quarter": f"{year:04}-Q{at}",
            "half_year": f"{year:04}-H{at}",
            "year": f"{year:04}",
        }[self.kind]


def period_of(kind: str, day: date) -> CoveragePeriod:
    """The period of a kind that has the day."""
    months = MONTHS[kind]
    first = (day.month - 1) // months * months + 1
    start = date(day.year, first, 1)
    return CoveragePeriod(kind, Span(start, _months_on(start, months)))


def periods_in(kind: str, span: Span) -> Iterator[CoveragePeriod]:
    """The periods of a kind that have a day of the span, in order."""
    period = period_of(kind, span.start)
    while period.span.start < span.until:
        yield period
        period = period_of(kind, period.span.until)


def period_named(name: str) -> CoveragePeriod:
    """Read what `name` writes; raises PeriodNameError."""
    year, _, part = name.partition("-")
    if not (len(year) == len("2026") and year.isascii() and year.isdigit() and 1 <= int(year) < date.max.year):
        raise PeriodNameError(name)
    kind, month = _part(part)
    if kind is None:
        raise PeriodNameError(name)
    period = period_of(kind, date(int(year), month, 1))
    if period.name != name:
        raise PeriodNameError(name)
    return period


def _part(text: str) -> tuple[str | None, int]:
    """The kind of period that the part behind the year names, and its first month."""
    if not text:
        return "year", 1
    kind = {"Q": "quarter", "H": "half_year"}.get(text[0], "month")
    digits = text if kind == "month" else text[1:]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len("12")):
        return None, 1
    month = (int(digits) - 1) * MONTHS[kind] + 1
    return (kind, month) if 1 <= month <= MONTHS["year"] else (None, 1)


def _months_on(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)
