"""What a client brings and how it moves: the last quarter's contribution, the last year's balances (domain.md G6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.fact_queries import Span, daily
from app.kernel.cadence import Period
from app.kernel.quantity import Measure, QuantityError, parse, render

CONTRIBUTION: Final = "bank_contribution"
BALANCE: Final = "deposit_balance"
QUARTER: Final = Period(3, 0)
YEAR: Final = Period(12, 0)
_RATIO: Final = Decimal("0.0001")
_AMOUNT: Final = Measure("amount", 4, 10**19)
"""As large as money, as fine as a number: a rulebook may declare these facts as either."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value of one day."""

    as_of: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Trend:
    """The values of a fact over a period, oldest first, one a day; none where nothing was recorded."""

    fact: str
    since: date
    points: Sequence[Point]

    @property
    def change(self) -> Decimal | None:
        """From the first value to the last; None where there are not two."""
        return self.points[-1].value - self.points[0].value if len(self.points) > 1 else None

    @property
    def change_ratio(self) -> Decimal | None:
        """The change as a share of the first value, to 4 decimals; None where that is zero or there are not two."""
        if self.change is None or not self.points[0].value:
            return None
        return (self.change / abs(self.points[0].value)).quantize(_RATIO)


async def trend(session: AsyncSession, client_id: str, fact: str, over: Period, today: date) -> Trend:
    """The values of a fact of the last `over` up to today; what is no number is left out."""
    since = over.before(today)
    rows = await daily(session, client_id, fact, Span(since, until=today + timedelta(days=1)))
    read = ((row.as_of, _number(row.value)) for row in reversed(rows))
    return Trend(fact, since, [Point(day, value) for day, value in read if value is not None])


def _number(text: str) -> Decimal | None:
    """A value as it was sent, "2.3亿" too; None for what is no number."""
    try:
        return Decimal(render(parse(text, _AMOUNT), _AMOUNT))
    except QuantityError:
        return None
