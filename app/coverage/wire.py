"""From what was worked out to what goes over the wire."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any

from app.coverage.attaining import Attained
from app.coverage.grouping import Group, Sum
from app.coverage.known_terms import TermsRow
from app.coverage.question import Question
from app.coverage.schemas import (
    BasisDetail,
    CoverageGroup,
    FiguresDetail,
    ObligationCoverage,
    PaceDetail,
    PeriodDetail,
    State,
    TermsDetail,
)
from app.kernel.coverage.attainment import Figures
from app.kernel.coverage.owing import BasisLine

_PLACES = 10_000


def state_of(asked: Question, closes: datetime) -> State:
    """Whether the period was open at the moment that is asked for."""
    if asked.as_of >= closes:
        return "closed"
    return "grace" if asked.day >= asked.period.span.until else "open"


def as_period(asked: Question, graces: Iterable[int]) -> PeriodDetail:
    """The period; it is closed once it is under all terms."""
    span, longest = asked.period.span, max(graces, default=0)
    return PeriodDetail.model_validate(
        {
            "name": asked.period.name,
            "kind": asked.period.kind,
            "from": span.start,
            "until": span.until,
            "state": state_of(asked, asked.closes(longest)),
        }
    )


def as_total(sum_: Sum, nothing: str = "not_owed") -> FiguresDetail:
    """The figures of all."""
    return FiguresDetail.model_validate(_figures(sum_.figures, sum_.nothing or nothing))


def as_group(
    group: Group, sum_: Sum, details: list[ObligationCoverage] | None = None, nothing: str = "not_owed"
) -> CoverageGroup:
    """The figures of a group; `nothing` is why nothing is owed where it has no obligation at all."""
    said = {"group": group.name, "rulebook": group.rulebook, "classification": group.classification}
    more = {"obligations": sum_.obligations, "details": details}
    return CoverageGroup.model_validate({**said, **_figures(sum_.figures, sum_.nothing or nothing), **more})


def as_obligation(asked: Question, attained: Attained, terms: TermsRow) -> ObligationCoverage:
    """One obligation with its arithmetic."""
    claimed = attained.claimed
    return ObligationCoverage.model_validate(
        {
            **_figures(attained.figures, attained.owed.nothing),
            "client_id": claimed.client,
            "role": claimed.role,
            "officer_id": claimed.officer,
            "each": claimed.by_himself,
            "rulebook": as_terms(terms),
            "state": state_of(asked, attained.closes),
            "closes_at": attained.closes,
            "revised": claimed.revised,
            "exact": as_fraction(attained.owed.exact),
            "basis": [as_basis(line) for line in attained.owed.basis],
        }
    )


def as_terms(row: TermsRow) -> TermsDetail:
    """By what a client is owed visits."""
    return TermsDetail(
        name=row.rulebook, version=row.version, digest=row.digest, classes=dict(row.classes), tier=row.tier
    )


def as_basis(line: BasisLine) -> BasisDetail:
    """A term of the sum."""
    return BasisDetail.model_validate(
        {
            "from": line.span.start,
            "until": line.span.until,
            "at_least": line.at_least,
            "working_days": line.working_days,
            "of": line.of,
            "share": f"{line.at_least} × {line.working_days}/{line.of}",
            "why": line.why,
        }
    )


def as_fraction(value: Fraction) -> str:
    """A fraction as it is written: `20/7`, or `3`."""
    return str(value)


def as_ratio(value: Fraction) -> str:
    """A decimal, rounded half up to four places."""
    whole, rest = divmod(int(value * _PLACES * 2 + 1) // 2, _PLACES)
    return f"{whole}.{rest:04}"


def _figures(figures: Figures, nothing: str | None) -> dict[str, Any]:
    attainment = figures.attainment
    return {
        "required": figures.required,
        "prorated_required": figures.prorated_required,
        "planned": figures.planned,
        "done": figures.done,
        "credited": figures.credited,
        "remaining": figures.remaining,
        "pace": PaceDetail(expected=as_ratio(figures.expected), on_pace=figures.credited >= int(figures.expected)),
        "attainment": None if attainment is None else as_ratio(attainment),
        "nothing_owed": nothing if attainment is None else None,
    }
