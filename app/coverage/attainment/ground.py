"""What the figures of a question rest on, whoever is asked for: what terms there are, and the days of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk, Overview, overview
from app.organisation.calendar_days import Calendar
from app.organisation.calendar_reading import calendars_as_of


@dataclass(frozen=True, slots=True)
class Ground:
    """`calendar` is that of the question's moment; `known` that of every moment up to which what was recorded counts.

    There are several such moments where a period is closed, by terms with different days of grace.
    """

    terms: Overview
    calendar: Calendar
    known: Mapping[datetime, Calendar]


async def ground(session: AsyncSession, desk: Desk, asked: Question) -> Ground:
    """Read it; raises CalendarMissing."""
    terms = await overview(session)
    moments = {min(asked.as_of, asked.closes(days)) for days in terms.grace_days}
    found = await calendars_as_of(session, desk.calendar, {*moments, asked.as_of})
    return Ground(terms, found[asked.as_of], {moment: found[moment] for moment in moments})
