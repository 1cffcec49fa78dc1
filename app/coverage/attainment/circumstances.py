"""What keeps visits from being asked for: days of rest, leave without a delegate, closed units (domain.md D2)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.attainment.claims import CLOSURES, away
from app.coverage.attainment.counting import Claimed
from app.coverage.attainment.question import Question
from app.kernel.coverage.absence import Holding, unattended
from app.kernel.coverage.owing import Absence
from app.kernel.coverage.span import Span
from app.kernel.coverage.working_days import WorkingDays
from app.organisation.calendar_days import Calendar, working_days

Role = tuple[str, str]
"""A client and a role."""

Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """As they were known at a moment: the working days, who is away, what is closed."""

    working: WorkingDays
    closed: Mapping[str, tuple[Absence, ...]]
    unattended: Mapping[Role, Spans]
    away: Mapping[tuple[str, str, str], Spans]

    @property
    def apart(self) -> list[str]:
        """The clients of whom somebody is away: their claims are told apart."""
        return sorted({client for client, _ in self.unattended} | {client for client, _, _ in self.away})

    def absences(self, claimed: Claimed) -> tuple[Absence, ...]:
        """The days that a claim does not count, and why."""
        closed = self.closed.get(claimed.unit, ()) if claimed.unit else ()
        if claimed.client is None:
            return closed
        role = (claimed.client, claimed.role)
        if claimed.by_himself and claimed.officer:
            gone = self.away.get((*role, claimed.officer), ())
        else:
            gone = self.unattended.get(role, ())
        return (*closed, *(Absence(span, "leave") for span in gone))


async def circumstances(
    session: AsyncSession, calendar: Calendar, asked: Question, known_at: datetime
) -> Circumstances:
    """What was known at a moment of the days of a question's period; `calendar` is the one that was known then."""
    asked = replace(asked, as_of=known_at)
    held = await _held(session, asked)
    by_officer = {(*role, each.officer): each.holding.away for role, theirs in held.items() for each in theirs}
    return Circumstances(
        working_days(calendar),
        await _closed(session, asked),
        {role: spans for role, theirs in held.items() if (spans := unattended(each.holding for each in theirs))},
        {key: tuple(spans) for key, spans in by_officer.items() if spans},
    )


class _Holder(NamedTuple):
    officer: str
    holding: Holding


async def _held(session: AsyncSession, asked: Question) -> dict[Role, list[_Holder]]:
    """Who holds the roles of which somebody is away, by client and role."""
    found: defaultdict[tuple[Role, str, Span], list[Span]] = defaultdict(list)
    for row in await session.execute(away(asked.book), asked.parameters):
        days = found[(row.client_id, row.role), row.officer_id, Span(row.from_day, row.until_day)]
        if row.away_from is not None:
            days.append(Span(row.away_from, row.away_until))
    held: defaultdict[Role, list[_Holder]] = defaultdict(list)
    for (role, officer, span), days in found.items():
        held[role].append(_Holder(officer, Holding(span, days)))
    return held


async def _closed(session: AsyncSession, asked: Question) -> dict[str, tuple[Absence, ...]]:
    found: defaultdict[str, list[Absence]] = defaultdict(list)
    for row in await session.execute(CLOSURES, asked.parameters):
        found[row.unit_id].append(Absence(Span(row.from_day, row.until_day), f"closed: {row.reason}"))
    return {unit: tuple(absences) for unit, absences in found.items()}
