"""Types of the wire that every feature shares."""

import re
from datetime import MAXYEAR, MINYEAR, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

_DIGITS: Final = re.compile("0|[1-9][0-9]{0,18}")
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(rf"{_ISO.pattern}T[0-9:]{{8}}(\.[0-9]+)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})", re.IGNORECASE)


_UNSEEN: Final = (
    r"\x00-\x20\x7f-\xa0\xad\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufeff"
)
SEEN: Final = rf"^[^\x00]*[^{_UNSEEN}][^\x00]*$"
"""A text in which something can be seen: not blanks, control characters and marks of direction alone."""


def _written_out(value: Any) -> Any:
    """Refuse numbers: Pydantic would take 20261122 for seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and _ISO.fullmatch(value)):
        return value
    raise ValueError("Input should be a day, written as 2026-11-22")


Day = Annotated[date, BeforeValidator(_written_out)]
"""A calendar day in a body, a query or a path: `2026-11-22` and nothing else. Use it in place of `date`."""


def _moment_written_out(value: Any) -> Any:
    """Refuse what Pydantic also reads as a moment: 1795320000, or a day, at whose midnight nobody may have meant."""
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return value
    raise ValueError("Input should be a moment with its zone, written as 2026-11-22T04:00:00Z")


def _in_any_zone(value: datetime) -> datetime:
    """Refuse the first and the last year that there is: in another zone they may have days of none."""
    if not MINYEAR < value.year < MAXYEAR:
        years = f"Input should be a moment of the years {MINYEAR + 1} to {MAXYEAR - 1}"
        raise PydanticCustomError("moment_out_of_time", years)
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_moment_written_out), AfterValidator(_in_any_zone)]
"""A moment in a body or a query: `2026-11-22T04:00:00Z`, always with its zone. Use it in place of `datetime`."""


def _in_digits(value: Any) -> Any:
    """Refuse what Python also reads as a number: 1_0, +1, 01, 1.0."""
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticCustomError("not_in_digits", "Input should be a whole number, written in digits alone")
    return value


def _whole(value: Any) -> Any:
    """Refuse "1" and true, which Python would count as 1, but take 1.0, which JSON counts as whole."""
    if isinstance(value, bool | str):
        raise ValueError("Input should be a whole number")  # noqa: TRY004  what Pydantic reports
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


InDigits: Final = BeforeValidator(_in_digits)
"""For a whole number in a path or a query, which comes as text. Write it after the bounds."""

Whole: Final = BeforeValidator(_whole)
"""For a whole number in a body. Write it after the bounds."""

Flag = Annotated[bool, Field(strict=True)]
"""For a flag in a body: true or false and nothing else."""


class Wire(BaseModel):
    """A shape of the API: nothing but its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)
