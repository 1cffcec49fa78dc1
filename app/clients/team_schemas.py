"""What assignments, teams and books look like over the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.clients.schemas import Why
from app.http.types import Day, Flag, Wire
from app.organisation.schemas import FirstDay, LastDay, OfficerId, RoleName, UnitKind
from app.rulebooks.schemas import BilingualText

CreditTo = Annotated[
    str | None,
    Field(description="Whom all sales to the client are credited to: the owner that it asked to keep; else null."),
]
KeptSince = Annotated[
    date | None, Field(description="Since when the client asked to keep this owner, whatever its tier calls for.")
]


class AssignmentOrder(Wire):
    """An officer is to have a role at a client."""

    officer_id: OfficerId
    role: RoleName
    owner: Flag = Field(default=False, description="Whether they own the client (管户); one officer at a time does.")
    from_day: Day | None = Field(None, alias="from", description="The first day; today where nothing is said.")


class AssignmentDetail(Wire):
    """What an officer is to a client, and when."""

    assignment_id: UUID
    client_id: str
    officer_id: str
    role: str
    owner: bool
    kept_since: KeptSince
    credit_to: CreditTo
    from_day: FirstDay
    until_day: LastDay


class AssignmentPage(Wire):
    """Assignments of a client, past ones included, by id."""

    items: list[AssignmentDetail]
    next_cursor: str | None


class AssignmentEnd(Wire):
    """When an assignment is to end."""

    on: Day | None = Field(
        None, description="The first day on which it no longer holds, not a past one; today if left out."
    )


class HandoverOrder(Wire):
    """What one officer has at the client is to be another's."""

    from_officer: OfficerId
    to_officer: OfficerId
    role: RoleName | None = Field(None, description="What they have in this role only; all where nothing is said.")
    on: Day | None = Field(
        None, description="The first day on which it is the other's, not a past one; today if left out."
    )
    reason: Why


class HandoverResult(Wire):
    """What the other officer has at the client from that day on."""

    assignments: list[AssignmentDetail]


class OwnerKept(Wire):
    """The client asks to keep its owner."""

    on: Day | None = Field(None, description="When it asked: today or before; today if left out.")
    reason: Why | None = None


class TeamMember(Wire):
    """An officer who covers the client: assigned to it, or by their post alone."""

    officer_id: str
    role: str
    unit_id: str | None = Field(description="Where they serve; the unit nearest to the client, if several.")
    standing: Literal["assigned", "ex_officio"]
    owner: bool
    assignment_id: UUID | None
    from_day: Annotated[Day | None, Field(alias="from")]


class TeamLevel(Wire):
    """A unit on the way from the lead unit up to the head office, with those of the team who serve there."""

    unit_id: str
    level: UnitKind
    members: list[TeamMember]


class TeamDetail(Wire):
    """The marketing team of a client (营销小组) over the levels, and who else covers it."""

    client_id: str
    as_of: Day
    lead_unit: str | None
    assisting_units: list[str]
    credit_to: CreditTo
    levels: list[TeamLevel] = Field(description="From the lead unit up.")
    others: list[TeamMember] = Field(description="Officers of assisting units and of other lines.")


class BookVerdict(Wire):
    """How the number of owned clients compares with 500 to 800."""

    code: Literal["below", "reasonable", "over"]
    label: BilingualText


class BookItem(Wire):
    """A client of an officer's book."""

    client_id: str
    name: str | None
    unit: str | None
    roles: list[str]
    owner: bool
    since: Day
    kept_since: KeptSince


class Book(Wire):
    """A page of an officer's book: the clients that the key sees. Sizes and verdict are of all, seen or not."""

    officer_id: str
    as_of: Day
    size: int = Field(description="Clients that the officer owns.")
    covered: int = Field(description="Clients that the officer has any role at.")
    least: int
    most: int
    verdict: BookVerdict
    items: list[BookItem]
    next_cursor: str | None
