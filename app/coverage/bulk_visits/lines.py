"""Lines of a bulk upload of visits: read one by one, before the database is asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.coverage.visits.schemas import VisitOrder
from app.coverage.visits.told import Told
from app.coverage.visits.wire import told_of
from app.errors import FieldError
from app.http import field_errors
from app.http.direct_call import invalid_body
from app.http.json_body import MalformedJson, read_json
from app.http.lines import LONGEST, Line

Result = dict[str, Any]
"""What became of a line, as `VisitLineResult` has it; what is empty is left out, for there may be millions."""

_INVALID: Final = 422
_TOO_LONG: Final = 413
_KEY: Final = b'":'
_PARTED: Final = (b'" ', b'"\t', b'"\n', b'"\r')
"""What a quotation mark is followed by where a blank stands between a key and its colon."""


class VisitRead(NamedTuple):
    """A line by its number: the visit and its business day, or what is wrong with the line."""

    line: int
    told: Told | None
    day: date
    refusal: Result | None


def read_lines(lines: Sequence[Line], zone: ZoneInfo) -> list[VisitRead]:
    """Read each line by itself; takes some 15 µs a line."""
    return [_read(line, zone) for line in lines]


def _read(line: Line, zone: ZoneInfo) -> VisitRead:
    try:
        if line.content is None:
            return _wrong(line, _TOO_LONG, "line_too_long", f"The limit of a line is {LONGEST} bytes.")
        told = told_of(_order(line.content))
    except MalformedJson as malformed:
        return _wrong(line, malformed.status, malformed.code, _said(malformed.errors))
    except RequestValidationError as invalid:
        errors = field_errors.of(invalid)
        return _wrong(line, _INVALID, errors[0].code, _said(errors))
    return VisitRead(line.number, told, told.at.astimezone(zone).date(), None)


def _order(content: bytes) -> VisitOrder:
    """Read quickly what is surely sound, and strictly what is not, to find the same or to say what is wrong with it."""
    order = _surely_sound(content)
    return _strictly(content) if order is None else order


def _surely_sound(content: bytes) -> VisitOrder | None:
    """The visit that a line holds; None where the line is no visit, or might have a key twice.

    An order has no numbers and none of its texts takes NUL, so that only keys are left to be told apart: there are
    never more of them than places that look like one.
    """
    try:
        given = orjson.loads(content)
        order = VisitOrder.model_validate(given)
    except ValueError:
        return None
    inner = given["participants"] + given["outside"] if "outside" in given else given["participants"]
    return order if _keys_at_most(content) == len(given) + sum(map(len, inner)) else None


def _keys_at_most(content: bytes) -> int:
    """How many places look like a key; -1 where it cannot be told by a glance."""
    return -1 if any(each in content for each in _PARTED) else content.count(_KEY)


def _strictly(content: bytes) -> VisitOrder:
    given = read_json(content)
    try:
        return VisitOrder.model_validate(given)
    except ValidationError as error:
        raise invalid_body(error, given) from None


def _wrong(line: Line, status: int, code: str, detail: str) -> VisitRead:
    result = {"line": line.number, "status": status, "code": code, "detail": detail}
    return VisitRead(line.number, None, date.min, result)


def _said(errors: Sequence[FieldError]) -> str:
    """What is wrong and where in the line, for people."""
    said = "; ".join(f"{each.pointer} {each.detail}".strip() for each in errors)
    return said.replace("line 1, column", "character")
