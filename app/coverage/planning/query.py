"""What is asked of planning, once it is known to be the caller's to ask."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import Field

from app.clients.schemas import ClientId
from app.coverage.attainment.question import Question
from app.coverage.planning.refusals import PeriodOver
from app.coverage.reports.asked import CoverageQuery, PeriodName
from app.http.types import InDigits
from app.kernel.coverage.span import Span
from app.organisation.schemas import OfficerId, UnitId
from app.trail.change import Reading

_PERIOD = "`2026-12`, `2026-Q4`, `2026-H2` or `2026`, not over yet; this month where nothing is said."
PerDay = Annotated[int, Field(ge=1, le=50), InDigits]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a period of which the days of `left` are left: all of one that is to come, of this one today."""

    question: Question
    left: Span


@dataclass(frozen=True, slots=True)
class CapacityQuery:
    """Of which clients, for which period, how many visits a day."""

    period: Annotated[PeriodName | None, Query(description=_PERIOD)] = None
    unit: Annotated[UnitId | None, Query(description="Of clients that this unit or one below leads.")] = None
    officer: Annotated[OfficerId | None, Query(description="Of this officer alone.")] = None
    per_day: Annotated[
        PerDay | None,
        Query(description="Visits that an officer can make a day; what the bank has set where nothing is said."),
    ] = None

    async def asked(self, reads: Reading) -> Asked:
        """The question; raises UnitNotFound, OfficerNotFound, PeriodInvalid or PeriodOver."""
        told = CoverageQuery(period=self.period, unit=self.unit, officer=self.officer)
        return _with_days_left(await told.asked(reads, names_clients=False))


@dataclass(frozen=True, slots=True)
class PlanQuery(CapacityQuery):
    """The same, or of one client."""

    officer: Annotated[OfficerId | None, Query(description="The visits in which this officer takes part.")] = None
    client_id: Annotated[ClientId | None, Query(description="Of this client alone.")] = None

    async def asked(self, reads: Reading) -> Asked:
        """The question; raises UnitNotFound, OfficerNotFound, ClientNotFound, PeriodInvalid or PeriodOver."""
        told = CoverageQuery(period=self.period, unit=self.unit, officer=self.officer, client_id=self.client_id)
        return _with_days_left(await told.asked(reads, names_clients=True))


def _with_days_left(question: Question) -> Asked:
    whole = question.period.span
    left = Span(max(question.today, whole.start), whole.until)
    if left.start >= left.until:
        raise PeriodOver
    return Asked(question, left)
