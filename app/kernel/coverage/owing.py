"""How many visits a role owes a client in a period, pro rata of its working days, shown term by term (domain.md D2)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from app.kernel.coverage.span import Span, merged, without
from app.kernel.coverage.working_days import WorkingDays

Rounding = Literal["up", "down", "nearest"]
Nothing = Literal["not_owed", "absent", "no_working_days", "too_few_days"]
"""Why a period asks for no visit."""


class Owes(NamedTuple):
    """From `span.start` to before `span.until` at least so many visits a period are owed.

    `counts` are the kinds of visit that count in these days; with `lead_only` only the role that leads a joint visit
    is credited. `why` says what began these days: an assessment, a version, an owner.
    """

    span: Span
    at_least: int
    counts: frozenset[str]
    lead_only: bool = False
    why: str = ""


class Absence(NamedTuple):
    """Days that nobody can be asked to visit in: leave without a delegate, a unit that is closed for good."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class ProRata:
    """How a part of a period counts: rounded how, and from how many working days on; whole where `by_days` is not."""

    by_days: bool = True
    round: Rounding = "up"
    min_days: int = 0


class BasisLine(NamedTuple):
    """One term of the sum: `at_least` times `working_days` of the period's `of`; 0 where the days do not count."""

    span: Span
    at_least: int
    working_days: int
    of: int
    why: str

    @property
    def share(self) -> Fraction:
        """What these days ask for."""
        return Fraction(self.at_least * self.working_days, self.of) if self.of else Fraction(0)


class Owed(NamedTuple):
    """What a role owes a client in a period.

    `required` is the rule's own figure for a whole period, of the last days that owe; `prorated` what these days ask
    for, a whole number of visits; `exact` the sum before it is rounded. `nothing` says why where `prorated` is 0.
    """

    required: int
    prorated: int
    exact: Fraction
    basis: tuple[BasisLine, ...]
    nothing: Nothing | None


def owed(period: Span, owes: Sequence[Owes], absences: Iterable[Absence], working: WorkingDays, terms: ProRata) -> Owed:
    """Work out what is owed in a period; `owes` do not overlap, days of none of them owe nothing.

    Raises BeyondCalendarError.
    """
    gone = tuple(absences)
    of = working.count(period)
    lines = tuple(line for each in sorted(owes) for line in _lines(period, each, gone, working, of))
    active = [line for line in lines if line.at_least]
    exact = sum((line.share for line in active), Fraction(0))
    days = sum(line.working_days for line in active)
    nothing = _nothing(lines, active, days, terms)
    required = active[-1].at_least if active else 0
    prorated = 0 if nothing else rounded(exact, terms.round) if terms.by_days else required
    return Owed(required, prorated, exact, lines, nothing)


def expected(lines: Iterable[BasisLine], working: WorkingDays, before: date) -> Fraction:
    """How much of what is owed the working days before a day ask for."""
    done = Fraction(0)
    for line in lines:
        past = line.span.within(Span(date.min, before))
        if past is not None and line.at_least and line.of:
            done += Fraction(line.at_least * working.count(past), line.of)
    return done


def part(whole: Owed, span: Span, working: WorkingDays, terms: ProRata) -> int:
    """How much of what is owed falls to a span of days: what is due by its end, less what was due by its start.

    Rounded as it adds up: the parts over any cut add up to the whole.
    """
    return _due(whole, span.until, working, terms) - _due(whole, span.start, working, terms)


def rounded(exact: Fraction, how: Rounding) -> int:
    """A whole number of visits; `nearest` takes a half up."""
    whole, rest = divmod(exact.numerator, exact.denominator)
    if how == "down" or not rest:
        return whole
    return whole + 1 if how == "up" or 2 * rest >= exact.denominator else whole


def _due(whole: Owed, before: date, working: WorkingDays, terms: ProRata) -> int:
    """How many of the visits that are owed are to be made before a day, to be on pace."""
    if not whole.prorated:
        return 0
    pace = expected(whole.basis, working, before)
    return rounded(pace if terms.by_days else pace * whole.prorated / whole.exact, terms.round)


def _lines(period: Span, owes: Owes, gone: Sequence[Absence], working: WorkingDays, of: int) -> Iterator[BasisLine]:
    """The days of one span of obligation: those that count, and those that an absence takes out, in order."""
    span = owes.span.within(period)
    if span is None or not owes.at_least:
        return
    counting = [BasisLine(each, owes.at_least, working.count(each), of, owes.why) for each in _present(span, gone)]
    absent = [
        BasisLine(each, 0, working.count(each), of, _why(each, gone))
        for each in without(span, (line.span for line in counting))
    ]
    yield from sorted([*counting, *absent])


def _present(span: Span, gone: Sequence[Absence]) -> Iterator[Span]:
    return without(span, merged(each.span for each in gone))


def _why(span: Span, gone: Sequence[Absence]) -> str:
    return ", ".join(dict.fromkeys(each.why for each in sorted(gone) if each.span.within(span)))


def _nothing(lines: Sequence[BasisLine], active: Sequence[BasisLine], days: int, terms: ProRata) -> Nothing | None:
    if not lines:
        return "not_owed"
    if not active:
        return "absent"
    if not days:
        return "no_working_days"
    return "too_few_days" if days < terms.min_days else None
