"""What rulebooks look like over the wire."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.http.types import Day, Whole, Wire
from app.rulebooks.source_text import MOST_CHARACTERS

RulebookName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
LAST_NUMBER: Final = 2**31 - 1
"""Of versions: what the database holds."""

VersionNumber = Annotated[int, Field(ge=1, le=LAST_NUMBER), Whole]
DocumentText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MOST_CHARACTERS, pattern=r"^[^\x00]*$"),
    Field(description="The YAML text."),
]


class BilingualText(Wire):
    """A text in English and Chinese."""

    en: str
    zh: str


class RulebookDraft(Wire):
    """A document to check or to store."""

    document: DocumentText


UnitId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Units = Annotated[
    tuple[UnitId, ...],
    Field(max_length=200, description="The units, each with all below it; none stands for the whole bank."),
]


class Widening(Wire):
    """Where and when a version governs besides where it does."""

    units: Units = ()
    effective_from: Day | None = Field(None, description="The first day it governs; today where nothing is said.")
    effective_until: Day | None = Field(
        None,
        description="The first day it governs no longer. A pilot in units needs it; in the whole bank a version "
        "governs until another follows.",
    )


class Publication(Widening):
    """Where and from when a version governs."""

    effective_from: Day | None = Field(
        None, description="The first day it governs; the document's own day, else today, where nothing is said."
    )


class Ending(Wire):
    """Where a version is to govern no longer, and from when."""

    units: Units = ()
    on: Day | None = Field(None, description="The first day it governs no longer; today where nothing is said.")


class CheckProblem(Wire):
    """One fault, at its line and column (from 1), with its mend."""

    line: int
    column: int
    code: str = Field(description="Stable, for programs: TIER_UNREACHABLE and the like.")
    message: str
    mend: str


class CheckReport(Wire):
    """Every fault at once; or, where there is none, what was proved and what may surprise."""

    sound: bool
    digest: str = Field(description="`sha256:` over the content: comments and layout do not count.")
    problems: list[CheckProblem]
    proved: list[str]
    notes: list[str]


class ReignSummary(Wire):
    """Where and when a version governs. One that ends on its first day was called off before it began."""

    unit: str | None = Field(description="The unit, with all below it; null for the whole bank.")
    effective_from: Day
    effective_until: Day | None = Field(description="The first day without it; null: until another version follows.")
    made_at: datetime
    made_by: str


class SimulationSummary(Wire):
    """What a digest would have done to clients. A key of a unit is not told what it came to."""

    id: UUID
    version: int = Field(description="The version that was tried; a simulation counts for every one of its digest.")
    digest: str
    run_id: UUID | None = Field(description="The portfolio run that it comes from; null for a key of a unit.")
    made_at: datetime
    made_by: str
    clients: int | None = Field(description="How many clients were decided; null for a key of a unit.")
    summary: dict[str, Any] | None = Field(description="What it came to; null for a key of a unit.")


class SimulationPage(Wire):
    """Simulations, the newest first."""

    items: list[SimulationSummary]
    next_cursor: str | None


class VersionSummary(Wire):
    """A version of a rulebook. What is published never changes; where and when it governs may."""

    name: str
    version: int
    digest: str
    state: Literal["draft", "published"]
    effective_from: Day | None = Field(
        description="The first day it governs as far as the key sees; null for a draft, where it governs outside, "
        "and where it was called off before it began."
    )
    reigns: list[ReignSummary] = Field(
        description="Where and when it governs, by the first day. A key of a unit sees those that reach its unit, as "
        "of its unit where they are of one above."
    )
    created_at: datetime
    created_by: str
    published_at: datetime | None
    published_by: str | None


class StoredDraft(VersionSummary):
    """A draft just stored, with its check."""

    check: CheckReport


class Explanation(Wire):
    """One part of a rulebook in words, with the policy it comes from."""

    part: str = Field(description="Where in the document: `scorecard.financial.annual_revenue`.")
    label: BilingualText | None
    says: BilingualText
    source: str
    note: BilingualText | None
    illustrative: bool = Field(description="Whether the figures are ours and not the policy's.")


class VersionDetail(VersionSummary):
    """A version with its document, and every rule of it in words; `explanation` is empty while it has faults."""

    title: BilingualText
    source: str
    notes: list[BilingualText]
    illustrative: BilingualText | None
    document: str
    explanation: list[Explanation]
    simulations: list[SimulationSummary] = Field(description="The newest ten of its digest.")


class VersionPage(Wire):
    """Versions, the newest first."""

    items: list[VersionSummary]
    next_cursor: str | None


class RulebookSummary(Wire):
    """A published rulebook and the version of it in force."""

    name: str
    title: BilingualText
    source: str
    illustrative: BilingualText | None
    version: int
    digest: str
    effective_from: Day = Field(description="Since when it governs the whole bank.")
    decides: list[str] = Field(description="Its classifications, and `score` and `tier` where it has them.")
    facts: list[str]


class RulebookPage(Wire):
    """Rulebooks in force, by name."""

    items: list[RulebookSummary]
    next_cursor: str | None
