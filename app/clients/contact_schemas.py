"""What contacts look like over the wire, and the list of clients whom nobody can reach."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.clients.schemas import Kind, Name
from app.http.types import Day, Wire

ContactState = Literal["working", "broken", "unchecked"]
Phone = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\x00]*$")]
Email = Annotated[str, StringConstraints(min_length=1, max_length=254, pattern=r"^[^\x00]*$")]


class ContactDocument(Wire):
    """A natural person to reach at a client, by phone or by email: one of them is needed."""

    name: Name
    position: Name | None = None
    phone: Phone | None = None
    email: Email | None = None
    state: ContactState = Field("unchecked", description="Whether the data works; what was never tried is unchecked.")
    checked_on: Day | None = Field(
        None, description="When that was found: today where nothing is said; never of what is unchecked."
    )


class ContactMark(Wire):
    """A contact that was just added. Nothing personal: answers to POST may be kept, to be given again."""

    contact_id: UUID
    state: ContactState
    checked_on: Day | None
    revision: int


class ContactDetail(ContactDocument):
    """A contact."""

    contact_id: UUID
    revision: int
    updated_at: datetime


class ContactPage(Wire):
    """Contacts of a client, by id."""

    items: list[ContactDetail]
    next_cursor: str | None


class RedListed(Wire):
    """A client without a working contact, and who is to find one."""

    client_id: str
    kind: Kind
    name: str | None
    unit: str | None
    owner: str | None = Field(description="The officer who owns the client today, by staff number.")
    broken: int = Field(description="Contacts that are known not to work.")
    unchecked: int = Field(description="Contacts that nobody has tried.")


class RedListPage(Wire):
    """Clients on the red list (红名单), by id."""

    items: list[RedListed]
    next_cursor: str | None
