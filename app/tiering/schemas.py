"""What scoring is asked over the wire: clients by their facts. What it answers stands in `decision_schemas`."""

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, StringConstraints, WrapValidator

from app.http.types import Day, Flag, Whole, Wire
from app.rulebooks.schemas import RulebookName, VersionNumber

MOST_ITEMS: Final = 10_000
_MOST_FACTS: Final = 500
_LONGEST: Final = 200
_NO_NUL: Final = r"^[^\x00]*$"


Text = Annotated[str, StringConstraints(max_length=_LONGEST, pattern=_NO_NUL)]


def _scalar(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST:
        raise ValueError(f"String should have at most {_LONGEST} characters")
    if isinstance(value, str | bool | int | Decimal):
        return value
    raise ValueError("Input should be a string, a number, a boolean, or an object with value, as_of and source")


ShortText = Annotated[str, Field(max_length=_LONGEST)]
Scalar = Annotated[Any, BeforeValidator(_scalar, json_schema_input_type=ShortText | float | bool)]


class DatedValue(Wire):
    """A value with its day and its source (domain.md A3)."""

    value: Scalar
    as_of: Day | None = Field(None, description="The day that it tells of: not after the day of the decision.")
    source: Text | None = Field(None, description="Where it comes from; handed back where the value is stale.")


def _fact_value(value: Any) -> Any:
    if type(value) is str and len(value) <= _LONGEST:  # nearly all of them
        return value
    if isinstance(value, dict):
        return DatedValue.model_validate(value)
    return None if value is None else _scalar(value)


FactValue = Annotated[
    Any, BeforeValidator(_fact_value, json_schema_input_type=ShortText | float | bool | DatedValue | None)
]
FactName = Annotated[str, StringConstraints(max_length=64, pattern=_NO_NUL)]
Facts = Annotated[dict[FactName, FactValue], Field(max_length=_MOST_FACTS)]


class Standing(Wire):
    """Where the client stands before this decision: its tier's stay bounds then count."""

    tier: Text
    since: Day | None = Field(None, description="Since when. For movement: a decision does not read it.")
    reviews_below: Annotated[int, Field(ge=0, le=1000), Whole] = Field(
        0,
        ge=0,
        le=1000,
        description="Reviews in a row below the stay bound. For movement too.",
    )


class ScoreItem(Wire):
    """One client's facts. A fact that is absent or null counts as its rulebook says of missing ones."""

    client_id: Text | None = Field(None, description="Handed back, for your own bookkeeping.")
    facts: Facts
    standing: Standing | None = None


class ScoreRequest(ScoreItem):
    """A client to decide: under one rulebook, or under every one in force that applies."""

    rulebook: RulebookName | None = None
    version: VersionNumber | None = Field(None, description="Pins a published version; else `as_of` picks it.")
    as_of: Day | None = Field(None, description="The day of the decision; today where nothing is said.")
    nearest: Flag = Field(default=False, description="Also look for the smallest moves that reach the next tier.")


def _unread(value: Any, _: Any) -> Any:
    """Leave an item as it came: each is read when its turn comes, so that a bad one fails alone."""
    return value


class ScoreBatch(Wire):
    """Up to 10,000 clients under one rulebook. Each item is read by itself: a bad one fails alone."""

    rulebook: RulebookName
    version: VersionNumber | None = None
    as_of: Day | None = None
    items: list[Annotated[ScoreItem, WrapValidator(_unread)]] = Field(min_length=1, max_length=MOST_ITEMS)
