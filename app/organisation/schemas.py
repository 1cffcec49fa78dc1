"""What the organisation looks like over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.access.guard import PERSON
from app.http.types import SEEN, Day, Wire

UnitId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    Field(description="The bank's own number of the unit (机构号)."),
]
OfficerId = Annotated[
    str, StringConstraints(pattern=f"^{PERSON}$"), Field(description="The staff number of the officer (工号).")
]
RoleName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"),
    Field(description="A role's name, for example `relationship_manager`; `GET /v1/roles` has them."),
]
UnitKind = Literal["head_office", "branch", "sub_branch", "outlet"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SEEN)]

FirstDay = Annotated[Day, Field(alias="from", description="The first day on which it holds.")]
LastDay = Annotated[Day | None, Field(alias="until", description="The first day on which it no longer holds.")]


class UnitDocument(Wire):
    """A unit as it is to be. Other units see it under `parent_id` from the day `from` on."""

    kind: UnitKind
    name: Text
    parent_id: UnitId | None = Field(
        None, description="The unit above, of a higher kind; levels may be skipped. Null for the head office alone."
    )
    from_day: Day | None = Field(
        None,
        alias="from",
        description="From when on it stands under `parent_id`: a new unit from any day, another from today on. Left "
        "out, a new unit begins today, and another stays where it is, or moves today.",
    )
    closed_on: Day | None = Field(
        None,
        description="The first day on which it is closed, today or later. Left out, it stays as it is; null takes a "
        "closing back that is still to come.",
    )


class UnitDetail(Wire):
    """A unit as it stands today; one that opens later as on its first day, a closed one as on its last."""

    unit_id: str
    kind: UnitKind
    name: str
    parent_id: str | None = Field(description="Null for the head office, and where it lies outside the key's unit.")
    opened_on: Day
    closed_on: Day | None
    revision: int
    updated_at: datetime


class UnitPage(Wire):
    """Units by id."""

    items: list[UnitDetail]
    next_cursor: str | None


class UnitPlace(Wire):
    """Where a unit stood, stands or will stand, and when."""

    parent_id: str | None = Field(description="Null for the head office, and where it lies outside the key's unit.")
    from_day: FirstDay
    until_day: LastDay


class UnitHistory(Wire):
    """A unit's places, the oldest first."""

    items: list[UnitPlace]
    next_cursor: str | None


class PostingOrder(Wire):
    """An officer is to serve a unit in a role."""

    unit_id: UnitId
    role: RoleName
    from_day: Day | None = Field(None, alias="from", description="The first day; today where nothing is said.")


class OfficerDocument(Wire):
    """An officer as they are to be. Postings that do not stand yet begin; those that do stay."""

    name: Text = Field(description="Personal: it is in no log and not in the trail.")
    left_on: Day | None = Field(
        None,
        description="The first day on which they no longer serve, today or later: it ends every posting. Left out, it "
        "stays as it is; null has them stay, or come back without a posting.",
    )
    postings: list[PostingOrder] = Field(
        [], max_length=20, description="A key of a unit gives at least one for a new officer."
    )


class PostingEnd(Wire):
    """When a posting is to end."""

    on: Day | None = Field(None, description="The first day on which they no longer serve; today if left out.")


class PostingDetail(Wire):
    """In which role an officer serves a unit, and when."""

    posting_id: UUID
    officer_id: str
    unit_id: str
    role: str
    from_day: FirstDay
    until_day: LastDay


class OfficerDetail(Wire):
    """An officer, with those postings that lie within the key's unit, the oldest first."""

    officer_id: str
    name: str
    left_on: Day | None
    revision: int
    updated_at: datetime
    postings: list[PostingDetail]


class OfficerPage(Wire):
    """Officers by staff number, with the postings of the day."""

    items: list[OfficerDetail]
    next_cursor: str | None


class Label(Wire):
    """What a role is called."""

    en: Text
    zh: Text


class RoleDocument(Wire):
    """A role as it is to be."""

    label: Label


class RoleDetail(Wire):
    """What an officer can be to a unit or a client."""

    role: str
    label: Label
    revision: int
    updated_at: datetime


class RolePage(Wire):
    """Roles by name."""

    items: list[RoleDetail]
    next_cursor: str | None
