"""What visits look like over the wire."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.clients.schemas import ClientId, Why
from app.http.types import SEEN, Day, Flag, Moment, Wire
from app.organisation.schemas import OfficerId, RoleName
from app.organisation.telling import Who
from app.rulebooks.document.coverage import VisitKind

MOST_PEOPLE: Final = 50
"""Who take part in one visit, on either side."""

_MOST_EVIDENCE: Final = 50
_EARLIEST: Final = 1990
_LATEST: Final = 2199
_NOTHING: Final[Any] = ()
"""In place of an empty list, which Pydantic would copy for every visit that leaves it out."""

_PERSONAL: Final = "Goes when what is personal of the client is erased."


def _of_our_time(value: datetime) -> datetime:
    if not _EARLIEST <= value.year <= _LATEST:
        raise PydanticCustomError("moment_out_of_time", f"Input should be of the years {_EARLIEST} to {_LATEST}")
    return value


VisitMoment = Annotated[Moment, AfterValidator(_of_our_time)]
"""When a visit was, or is to be, made."""

Purpose = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=SEEN), Field(description=_PERSONAL)]
Summary = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=SEEN), Field(description=_PERSONAL)]
NextStep = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=SEEN), Field(description=_PERSONAL)]
Place = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SEEN), Field(description=_PERSONAL)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SEEN)]
Evidence = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=SEEN)]
ExternalId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=SEEN),
    Field(description="The CRM's own id of the visit: sent twice, it is one visit. Kept for good, erasure or not."),
]
Kind = Annotated[VisitKind, Field(description="As the rulebooks in force name it: `visit`, `contact`, `talk` …")]


class ParticipantOrder(Wire):
    """An officer who took part."""

    officer_id: OfficerId
    role: RoleName | None = Field(
        None, description="The role they came in; needed only of who held several at the client on that day."
    )
    leads: Flag = Field(default=False, description="One at most; where none is said to lead, the first does.")


class OutsideOrder(Wire):
    """Somebody of the client's who took part: one of its contacts, or a name."""

    contact_id: UUID | None = None
    name: _Name | None = None
    position: _Name | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if self.contact_id is None and self.name is None:
            raise PydanticCustomError("nobody_named", "Should have a contact_id or a name")
        return self


Participants = Annotated[list[ParticipantOrder], Field(min_length=1, max_length=MOST_PEOPLE)]
OutsideOrders = Annotated[list[OutsideOrder], Field(max_length=MOST_PEOPLE, description=_PERSONAL)]
EvidenceList = Annotated[
    list[Evidence],
    Field(
        max_length=_MOST_EVIDENCE,
        description="References to records of it, as a document's number. Kept for good: name no natural person.",
    ),
]


class VisitOrder(Wire):
    """A visit or contact that was made."""

    client_id: ClientId
    at: VisitMoment = Field(description="When it was, with its zone; the bank's business day follows from it.")
    kind: Kind
    participants: Participants
    outside: OutsideOrders = Field(_NOTHING)
    purpose: Purpose | None = None
    summary: Summary | None = None
    next_step: NextStep | None = None
    place: Place | None = None
    evidence: EvidenceList = Field(_NOTHING)
    external_id: ExternalId | None = None
    planned_id: UUID | None = Field(
        None, description="The plan that it makes done; left out, every open one of that day with one of the officers."
    )
    reason: Why | None = Field(None, description="Needed where the day lies in a period that is closed.")


_STAYS: Final = "Left out or null, it stays as it is."


class CorrectionOrder(Wire):
    """What of a visit is to be different. The client and the external id stay: else void it and record another."""

    at: VisitMoment | None = Field(None, description=_STAYS)
    kind: Kind | None = Field(None, description=_STAYS)
    participants: Participants | None = Field(None, description=_STAYS)
    outside: OutsideOrders | None = Field(None, description=_STAYS)
    evidence: EvidenceList | None = Field(None, description=_STAYS)
    purpose: Purpose | None = Field(None, description="Left out, it stays; null empties it. So do the other texts.")
    summary: Summary | None = None
    next_step: NextStep | None = None
    place: Place | None = None
    reason: Why


class VoidOrder(Wire):
    """Why a visit is to count for nothing."""

    reason: Why


class ParticipantDetail(Wire):
    """An officer who took part."""

    officer_id: str
    role: str | None = Field(description="Held at the client on that day; null where none was: that credits nothing.")
    leads: bool
    acting_for: str | None = Field(description="The officer on leave as whose delegate they came.")


class OutsideDetail(Wire):
    """Somebody of the client's who took part."""

    contact_id: UUID | None = None
    name: str | None = None
    position: str | None = None


class VisitRevision(Wire):
    """A visit as one revision tells it."""

    visit_id: UUID
    revision: int
    client_id: str
    at: datetime
    day: Day = Field(description="The bank's business day.")
    kind: str
    participants: list[ParticipantDetail]
    outside: list[OutsideDetail]
    purpose: str | None
    summary: str | None
    next_step: str | None
    place: str | None
    evidence: list[str]
    external_id: str | None
    planned_id: UUID | None = Field(description="The plan that it was recorded for, where it named one.")
    reason: str | None = Field(description="Why it was corrected, or recorded after its period was closed.")
    recorded_at: datetime
    recorded_by: Who
    ended_at: datetime | None = Field(description="When it was corrected or voided; null as long as it holds.")
    ended_by: Who
    ended_why: str | None


class VisitDetail(VisitRevision):
    """A visit as it stands."""

    state: Literal["live", "voided"] = Field(description="A voided visit counts for nothing and stays readable.")


class VisitPage(Wire):
    """Visits, the newest first."""

    items: list[VisitDetail]
    next_cursor: str | None


class VisitHistory(Wire):
    """Revisions of a visit, the newest first."""

    items: list[VisitRevision]
    next_cursor: str | None


class VisitLineResult(Wire):
    """What became of one line of a bulk upload, the first being 1.

    201 recorded, 200 recorded already, else refused. `visit_id` stands where it is recorded, `code` and `detail` where
    it is refused.
    """

    line: int
    status: int
    visit_id: UUID | None = None
    code: str | None = Field(None, description="For programs: `unknown_kind`, `no_such_officer`, …")
    detail: str | None = Field(None, description="What is wrong and where, for people; never what was sent.")


class VisitLoad(Wire):
    """What became of a bulk upload."""

    lines: int = Field(description="Lines that were read, blank ones not counted.")
    recorded: int
    unchanged: int
    refused: int


class VisitLoadEnd(Wire):
    """The last line of a bulk upload's answer; where it is missing, the upload was not done to its end."""

    summary: VisitLoad
