"""What facts of clients look like over the wire."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, StringConstraints

from app.clients.schemas import ClientId
from app.http.types import Day, Wire
from app.organisation.telling import Who
from app.rulebooks.document.values import Name

MOST_FACTS: Final = 500
"""Of one client in one request."""

_LONGEST: Final = 200


def _as_text(value: Any) -> Any:
    """Take a number or a flag as the text that JSON has for it: none passes through a float."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, str):
        return value
    raise ValueError("Input should be a string, a number or a boolean")


_Text = Annotated[str, StringConstraints(max_length=_LONGEST, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
FactName = Annotated[Name, Field(description="As rulebooks name it: `deposit_balance`.")]
FactValue = Annotated[
    _Text,
    BeforeValidator(_as_text, json_schema_input_type=_Text | float | bool),
    Field(
        description="Money and numbers as text, `230000000.00` or `2.3亿`, or as JSON numbers, read exactly. "
        "Kept for good, erasure or not: put nothing personal into it."
    ),
]
Source = Annotated[
    _Text,
    Field(
        description="Where it comes from: `core-banking`, `credit-bureau`, `field-report`. "
        "Kept for good, erasure or not: name no natural person."
    ),
]


class FactOfDay(Wire):
    """A value with its day and its source; those of the request count where they are left out."""

    value: FactValue
    as_of: Day | None = Field(None, description="The day that it tells of, today at the latest.")
    source: Source | None = None


def _of_day(value: Any) -> Any:
    return value if isinstance(value, dict | FactOfDay) else {"value": value}


class FactsOrder(Wire):
    """What is known of a client, by fact."""

    facts: dict[
        FactName, Annotated[FactOfDay, BeforeValidator(_of_day, json_schema_input_type=FactOfDay | FactValue)]
    ] = Field(min_length=1, max_length=MOST_FACTS, json_schema_extra={"additionalProperties": False})
    as_of: Day | None = Field(None, description="The day that the values tell of; today where nothing is said.")
    source: Source | None = None


class FactLine(Wire):
    """One line of a bulk upload: a fact of a client, its day written out, so that it means the same tomorrow."""

    client_id: ClientId
    fact: FactName
    value: FactValue
    as_of: Day = Field(description="The day that it tells of, today at the latest.")
    source: Source | None = None


class FactOutcome(Wire):
    """What became of a value: 201 recorded, 200 known already, else refused, with a code and the reason."""

    status: int
    code: str | None = Field(
        None, description="For programs: `invalid_value`, `after_today`, `in_profile`, …; null where kept."
    )
    detail: str | None = Field(None, description="What is wrong, for people; never the value.")
    read_by: list[str] = Field([], description="The rulebooks in force that declare the fact and can read the value.")
    nearest: str | None = Field(
        None, description="Where no rulebook in force knows the name: one that is much like it."
    )


class FactResult(FactOutcome):
    """What became of one fact of the request."""

    fact: str


class FactResults(Wire):
    """What became of each fact, in the order of the request; a refused one takes none with it."""

    client_id: str
    results: list[FactResult]


class FactLineResult(FactOutcome):
    """What became of one line of a bulk upload, the first being 1.

    `code` and `detail` stand only where it is refused; `read_by`, empty, and `nearest` only where no rulebook in force
    knows the fact.
    """

    line: int


class FactLoad(Wire):
    """What became of a bulk upload."""

    lines: int = Field(description="Lines that were read, blank ones not counted.")
    recorded: int
    unchanged: int
    refused: int


class FactLoadEnd(Wire):
    """The last line of a bulk upload's answer; where it is missing, the upload was not done to its end."""

    summary: FactLoad


class MaxAge(Wire):
    """How old a rulebook in force lets the fact be."""

    rulebook: str
    max_age: str = Field(description="`P35D`, `P3M`: an ISO 8601 period.")
    stale: bool


class FactOnDay(Wire):
    """What is known of a fact on a day."""

    value: str
    as_of: Day = Field(description="The day that it tells of.")
    source: str | None = Field(description="`profile` where the client's profile says it.")
    recorded_at: datetime
    recorded_by: Who
    age_days: int = Field(description="From `as_of` to the day that was asked for.")
    stale: bool = Field(description="Whether it is too old for any rulebook in force.")
    max_ages: list[MaxAge]


class ClientFacts(Wire):
    """The latest value of every fact of a client, by name."""

    client_id: str
    as_of: Day
    known_at: datetime | None
    facts: dict[str, FactOnDay]


class RecordedFact(Wire):
    """One value of a fact, as it was recorded."""

    value: str
    as_of: Day
    source: str | None
    recorded_at: datetime
    recorded_by: Who


class FactHistory(Wire):
    """Values of one fact of a client, the newest day first; of one day the last recorded first."""

    items: list[RecordedFact]
    next_cursor: str | None
