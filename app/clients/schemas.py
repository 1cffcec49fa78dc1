"""What clients look like over the wire."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints, WrapValidator

from app.clients.categories import Level
from app.errors import ProblemDetails
from app.http.types import SEEN, Flag, Wire
from app.organisation.schemas import UnitId
from app.organisation.telling import Who
from app.rulebooks.schemas import BilingualText

MOST_ITEMS: Final = 1000
"""Clients in one bulk request."""

_MOST_UNITS: Final = 50
_MOST_RELATIONS: Final = 200
_NO_NUL: Final = r"^[^\x00]*$"
WORDS: Final = ("bulk", "categories", "red-list")
"""What stands in the API's addresses where a client's id would."""


def _no_word(value: str) -> str:
    if value in WORDS:
        raise ValueError("is a word of the API's own addresses")
    return value


ClientId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$"),
    AfterValidator(_no_word),
    Field(description="The CRM's own id of the client."),
]
Kind = Literal["company", "institution", "person"]
RelationKind = Literal["group", "upstream", "downstream"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SEEN)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_NO_NUL)]
Why = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, pattern=SEEN),
    Field(description="For the audit trail, in clear and for good, erasure or not: put nothing personal into it."),
]


class Relation(Wire):
    """How the client belongs to another: in the group that the other heads, or up- or downstream of it."""

    kind: RelationKind
    client_id: ClientId


class ClientProfile(Wire):
    """All that the CRM says of a client: an upsert replaces the whole, and what is left out is empty.

    But for `level` and `category`, which recognition gives too: where they are left out or null, they stay as they are.
    """

    kind: Kind = Field(description="A person's name is personal data; a client does not become or cease to be one.")
    name: Name | None = Field(None, description="Needed, except of a person who was erased.")
    segment: Label | None = Field(None, description="`corporate`, `institution`, `retail`: as rulebooks name it.")
    level: Level | None = Field(
        None,
        description="Whether it is managed bank-wide or regionally (全行性, 区域性); once given, another replaces it.",
    )
    category: Label | None = Field(None, description="One of the level's: see `GET /v1/clients/categories`.")
    co_managed: Flag = Field(default=False, description="Whether branch and outlet manage it together (共管).")
    industry: Label | None = None
    region: Label | None = None
    ownership: Label | None = None
    life_cycle_stage: Label | None = Field(None, description="`startup`, `growth`, `mature`, `transformation` …")
    unit: UnitId = Field(description="The unit that leads (主办行).")
    assisting_units: list[UnitId] = Field([], max_length=_MOST_UNITS, description="Units that assist (协办行).")
    relations: list[Relation] = Field([], max_length=_MOST_RELATIONS)


class ClientSummary(Wire):
    """A client in a list. Name and attributes are as the CRM sent them."""

    client_id: str
    kind: Kind
    name: str | None
    segment: str | None
    level: Level | None
    category: str | None
    co_managed: bool
    industry: str | None
    region: str | None
    ownership: str | None
    life_cycle_stage: str | None
    unit: str | None
    erased_at: datetime | None = Field(description="When what was personal was last erased.")
    revision: int
    created_at: datetime
    updated_at: datetime


class ClientDetail(ClientSummary):
    """A client whole. Relations to clients outside the caller's unit are left out."""

    assisting_units: list[str]
    relations: list[Relation]


class ClientPage(Wire):
    """Clients by id."""

    items: list[ClientSummary]
    next_cursor: str | None


class CategoryDetail(Wire):
    """A category that clients of a level come from."""

    code: str
    level: Level
    label: BilingualText
    source: str


class CategoryList(Wire):
    """Every category, the bank-wide ones first."""

    items: list[CategoryDetail]


class RevisionDetail(Wire):
    """What was recorded of a client, when and by whom; the name of an erased person is null."""

    revision: int
    recorded_at: datetime
    recorded_by: Who
    profile: ClientProfile


class RevisionPage(Wire):
    """Revisions, the newest first."""

    items: list[RevisionDetail]
    next_cursor: str | None


def _unread(value: Any, _: Any) -> Any:
    """Leave an item as it came: each is read by itself, so that a bad one fails alone."""
    return value


class ClientItem(ClientProfile):
    """One client of many."""

    client_id: ClientId


class ClientBulk(Wire):
    """Up to 1,000 clients, each with its whole profile. Items may name each other in relations."""

    items: list[Annotated[ClientItem, WrapValidator(_unread)]] = Field(min_length=1, max_length=MOST_ITEMS)


class ClientResult(Wire):
    """What became of one item: 201 created, 200 changed or unchanged, else a problem; pointers lead into the item."""

    index: int
    client_id: str | None
    status: int
    result: Literal["created", "changed", "unchanged", "refused"]
    revision: int | None
    problem: ProblemDetails | None


class ClientResults(Wire):
    """Every item's result, in order."""

    results: list[ClientResult]


class ErasureOrder(Wire):
    """Why what is personal is to be erased."""

    reason: Why


class Erasure(Wire):
    """A client after erasure."""

    client_id: str
    erased_at: datetime
