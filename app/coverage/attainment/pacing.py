"""Who falls behind: warnings at the rulebook's checkpoints inside a period, and at its close (domain.md D2, A15)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from app.coverage.attainment.attaining import Attained, How, attained
from app.coverage.attainment.claims import clients_of
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk, grace_days
from app.kernel.coverage.pace import behind
from app.kernel.coverage.period import MONTHS, CoveragePeriod, period_of
from app.kernel.coverage.span import Span
from app.organisation.calendar_days import working_days
from app.organisation.calendar_reading import calendar_as_of
from app.standing.visit_warnings import VisitWarning, keep_warnings
from app.trail.change import Change, Reading

AT_RISK: Final = "at_risk"
MISSED: Final = "missed"
PAGE: Final = 500
"""Clients that are looked at in one go."""

_STILL: Final = timedelta(7)
"""For how long after its close a period is still looked at, were nobody there on the very day."""


async def periods_to_watch(reads: Reading) -> list[CoveragePeriod]:
    """The periods of today, and those before them that are not closed yet, or have just been."""
    longest = max(await grace_days(reads.session), default=0)
    since = reads.today - timedelta(longest) - _STILL
    days = (reads.today, reads.today.replace(day=1) - timedelta(1))
    watched = {period_of(kind, day) for kind in MONTHS for day in days}
    return sorted(each for each in watched if each.span.until > since)


async def warn_page(change: Change, desk: Desk, after: str | None, limit: int = PAGE) -> str | None:
    """Raise and clear the warnings of the next clients, by id; the last of them, None where no more follow."""
    asked = Question(period_of("month", change.today), change.now, change.today, change.zone).page(after, limit)
    clients = [row.client_id for row in await change.session.execute(clients_of(asked.book), asked.parameters)]
    for period in await periods_to_watch(change) if clients else ():
        await warn(change, desk, clients, period)
    return clients[-1] if len(clients) == limit else None


async def warn(change: Change, desk: Desk, clients: Sequence[str], period: CoveragePeriod) -> tuple[int, int]:
    """Have those warnings stand that a period calls for today; how many were raised, and cleared."""
    asked = Question(period, change.now, change.today, change.zone, clients=tuple(clients))
    found = await attained(change.session, desk, asked, How(by_client=True))
    elapsed = await _elapsed(change, desk, period.span) if found else Fraction(0)
    wanted = {each for attained_ in found for each in _warnings(desk, asked, attained_, elapsed)}
    return await keep_warnings(change, clients, period.name, wanted)


async def _elapsed(reads: Reading, desk: Desk, span: Span) -> Fraction:
    """The share of a period's working days that are over."""
    working = working_days(await calendar_as_of(reads.session, desk.calendar, reads.now))
    over = span.within(Span(date.min, reads.today))
    whole = working.count(span)
    return Fraction(working.count(over), whole) if over and whole else Fraction(0)


def _warnings(desk: Desk, asked: Question, attained: Attained, elapsed: Fraction) -> Iterator[VisitWarning]:
    reason = _reason(desk, asked, attained, elapsed)
    claimed = attained.claimed
    if reason is not None and claimed.client is not None:
        officer = claimed.officer if claimed.by_himself else None
        yield VisitWarning(claimed.client, claimed.rulebook, asked.period.name, claimed.role, officer, reason)


def _reason(desk: Desk, asked: Question, attained: Attained, elapsed: Fraction) -> str | None:
    if attained.closes <= asked.as_of:
        return MISSED if attained.figures.remaining else None
    checkpoints = desk.rules(attained.claimed.lines[-1].terms_id).checkpoints
    return AT_RISK if behind(checkpoints, elapsed, attained.figures) else None
