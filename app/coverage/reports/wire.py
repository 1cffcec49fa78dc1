"""From what was worked out to what goes over the wire."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from app.coverage.attainment.attaining import Attained
from app.coverage.attainment.crediting import CreditOf
from app.coverage.attainment.grouping import Group, Sum
from app.coverage.attainment.question import Question
from app.coverage.known_terms import TermsRow
from app.coverage.misses.codes import LABELS
from app.coverage.reports.schemas import (
    BasisDetail,
    CoverageGroup,
    CreditDetail,
    FiguresDetail,
    ObligationCoverage,
    PaceDetail,
    PeriodDetail,
    ReasonBeside,
    State,
    TermsDetail,
    VisitCredits,
)
from app.coverage.tables import MissReason
from app.coverage.visits.told import Visit
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


def as_obligation(
    asked: Question, attained: Attained, terms: TermsRow, reason: MissReason | None
) -> ObligationCoverage:
    """One obligation with its arithmetic; `reason` says why it was missed, where somebody did."""
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
            "miss_reason": None if reason is None else _beside(reason),
            "exact": as_fraction(attained.owed.exact),
            "basis": [as_basis(line) for line in attained.owed.basis],
        }
    )


def _beside(reason: MissReason) -> ReasonBeside:
    label = LABELS[reason.code]
    told = {name: getattr(reason, name) for name in ("id", "state", "code", "explanation")}
    return ReasonBeside.model_validate({**told, "label": label._asdict()})


_CREDIT: Final = {
    "credited": ("counts", "计入"),
    "surplus": ("counts, and more is done than was owed", "超额完成"),
    "same_day": ("another visit of that day counts for the role", "当日已有拜访计入"),
    "kind_not_counted": ("this kind of visit does not count", "此类拜访不计"),
    "not_lead": ("the role did not lead the joint visit", "非牵头岗位"),
    "role_not_there": ("nobody of the role took part", "该岗位未参加"),
    "not_owed": ("nothing was owed on that day", "当日无拜访要求"),
    "voided": ("the visit was voided", "拜访已作废"),
}


def as_credits(visit: Visit, found: Iterable[CreditOf]) -> VisitCredits:
    """What a visit counts for, obligation by obligation; once voided, for nothing."""
    return VisitCredits(visit_id=visit.id, credits=[_credit(visit, each) for each in found])


def _credit(visit: Visit, credit: CreditOf) -> CreditDetail:
    claimed, code = credit.attained.claimed, credit.code if visit.state == "live" else "voided"
    english, chinese = _CREDIT[code]
    return CreditDetail(
        rulebook=claimed.rulebook,
        role=claimed.role,
        officer_id=claimed.officer,
        period=credit.asked.period.name,
        code=code,
        late=credit.late,
        en=english,
        zh=chinese,
    )


def as_terms(row: TermsRow) -> TermsDetail:
    """By what a client is owed visits."""
    return TermsDetail(
        name=row.rulebook, version=row.version, digest=row.digest, classes=dict(row.classes), tier=row.tier
    )


@lru_cache(maxsize=1024)
def as_basis(line: BasisLine) -> BasisDetail:
    """A term of the sum; many obligations have the same."""
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
    over, under = value.as_integer_ratio()
    whole, rest = divmod((2 * _PLACES * over + under) // (2 * under), _PLACES)
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
