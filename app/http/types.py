"""Types of the wire that every feature shares."""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_out(value: Any) -> Any:
    """Refuse numbers: Pydantic would take 20261122 for seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and _ISO.fullmatch(value)):
        return value
    raise ValueError("Input should be a day, written as 2026-11-22")


Day = Annotated[date, BeforeValidator(_written_out)]
"""A calendar day in a body, a query or a path: `2026-11-22` and nothing else. Use it in place of `date`."""


class Wire(BaseModel):
    """A shape of the API: nothing but its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)
