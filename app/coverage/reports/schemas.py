"""What coverage looks like over the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.clients.schemas import ClientId
from app.coverage.attainment.grouping import By
from app.http.types import Day, Moment, Wire
from app.organisation.schemas import OfficerId, UnitId
from app.organisation.telling import Who
from app.rulebooks.document.values import Name
from app.rulebooks.schemas import BilingualText, RulebookName

State = Literal["open", "grace", "closed"]
NothingOwed = Literal["not_assessed", "not_owed", "absent", "no_working_days", "too_few_days"]
Ratio = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]{4}$", description="A decimal, rounded half up to four places.")]


class PeriodDetail(Wire):
    """A period of the calendar: from its first day to before `until`."""

    name: str
    kind: Literal["month", "quarter", "half_year", "year"]
    from_day: Annotated[Day, Field(alias="from")]
    until: Day
    state: Annotated[State, Field(description="In grace visits are still entered, and marked late.")]


class CalendarUsed(Wire):
    """The calendar whose working days count, by its version."""

    name: str
    version: int


class PaceDetail(Wire):
    """What the working days that are over ask for."""

    expected: Ratio
    on_pace: Annotated[bool, Field(description="Whether as much is credited as whole visits were expected by now.")]


class FiguresDetail(Wire):
    """What is owed and what was done.

    `required` is what the rules ask for of a whole period, `prorated_required` what these days ask for. `done` counts
    all that would be credited without a cap: `done` over `credited` is surplus.
    """

    required: int
    prorated_required: int
    planned: int
    done: int
    credited: int
    remaining: int
    pace: PaceDetail
    attainment: Annotated[Ratio | None, Field(description="Credited of what is owed; null where nothing is.")]
    nothing_owed: Annotated[NothingOwed | None, Field(description="Why, where nothing is owed.")]


class BasisDetail(Wire):
    """A term of the sum: `at_least` times `working_days` of the period's `of`."""

    from_day: Annotated[Day, Field(alias="from")]
    until: Day
    at_least: int
    working_days: int
    of: int
    share: Annotated[str, Field(description="The term as it is added: `3 × 6/21`.")]
    why: Annotated[str, Field(description="What began these days, or what keeps them from counting.")]


class TermsDetail(Wire):
    """By which version of which rulebook, for which classes and tier."""

    name: RulebookName
    version: int
    digest: str
    classes: dict[str, str]
    tier: str | None


class ReasonBeside(Wire):
    """Why an obligation was missed, as somebody said; it alters no figure."""

    id: UUID
    state: Literal["proposed", "accepted"]
    code: str
    label: BilingualText
    explanation: str


class ObligationCoverage(FiguresDetail):
    """What one role owes one client in the period, and what was done.

    `officer_id` is the officer whose part it is, or who owes by himself.
    """

    client_id: ClientId
    role: Name
    officer_id: OfficerId | None
    each: Annotated[bool, Field(description="Whether each holder of the role owes by himself.")]
    rulebook: TermsDetail
    state: State
    closes_at: Moment
    revised: Annotated[bool, Field(description="Whether a correction after the close has its say.")]
    miss_reason: ReasonBeside | None
    exact: Annotated[str, Field(description="The sum of the terms before it is rounded, as a fraction: `20/7`.")]
    basis: list[BasisDetail]


class CoverageGroup(FiguresDetail):
    """The figures of many obligations together; of a client with each of them."""

    group: Annotated[str | None, Field(description="The client, officer, role, unit, class, tier or rulebook.")]
    rulebook: Annotated[RulebookName | None, Field(description="Whose class or tier it is.")]
    classification: Name | None
    obligations: Annotated[int, Field(description="How many they are.")]
    details: list[ObligationCoverage] | None


class CoverageReport(Wire):
    """Coverage of a period, as it was known at a moment."""

    period: PeriodDetail
    as_of: Moment
    calendar: CalendarUsed
    by: By
    total: Annotated[FiguresDetail | None, Field(description="Of all groups; null in a list that comes in pages.")]
    items: list[CoverageGroup]
    next_cursor: str | None


class HolderDetail(Wire):
    """Who holds a role at a client, from a day to before another."""

    officer_id: OfficerId
    from_day: Annotated[Day, Field(alias="from")]
    until: Day


class ObligationDetail(Wire):
    """What one role owes one client in a period; any holder's visit counts, unless `each` owes."""

    client_id: ClientId
    unit_id: UnitId
    role: Name
    officer_id: OfficerId | None
    each: bool
    at_least: int
    per: str
    counts: list[Name]
    lead_only: bool
    rulebook: TermsDetail
    required: int
    prorated_required: int
    nothing_owed: NothingOwed | None
    exact: str
    basis: list[BasisDetail]
    holders: list[HolderDetail]


class ObligationPage(Wire):
    """Obligations, client by client."""

    period: PeriodDetail
    as_of: Moment
    calendar: CalendarUsed
    items: list[ObligationDetail]
    next_cursor: str | None


class CoverageRevisionDetail(Wire):
    """What a correction after the close made of one obligation's figures."""

    client_id: ClientId
    rulebook: RulebookName
    role: Name
    officer_id: OfficerId | None
    period: str
    number: int
    prorated_required: int
    done_before: int
    done_after: int
    visit_id: UUID
    reason: str
    recorded_at: Moment
    recorded_by: Who


class CoverageRevisionPage(Wire):
    """Revisions, the latest first."""

    items: list[CoverageRevisionDetail]
    next_cursor: str | None


class CreditDetail(Wire):
    """What a visit is to one obligation."""

    rulebook: RulebookName
    role: Name
    officer_id: OfficerId | None
    period: str
    code: Annotated[
        Literal[
            "credited", "surplus", "same_day", "kind_not_counted", "not_lead", "role_not_there", "not_owed", "voided"
        ],
        Field(description="`surplus`: it counts, but no more was owed. `same_day`: another of that day counts."),
    ]
    late: Annotated[bool, Field(description="Whether it was recorded after the period's end.")]
    en: str
    zh: str


class VisitCredits(Wire):
    """What a visit counts for."""

    visit_id: UUID
    credits: list[CreditDetail]
