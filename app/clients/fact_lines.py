"""Lines of a bulk upload of facts: read and judged one by one, before the database is asked."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.clients.fact_judging import INVALID, Fault, Judge, Judgement
from app.clients.fact_recording import Of, Told
from app.clients.fact_schemas import FactLine
from app.errors import FieldError
from app.http import field_errors
from app.http.direct_call import invalid_body
from app.http.json_body import MalformedJson, read_json
from app.http.lines import LONGEST, Line

_TOO_LONG: Final = Fault(413, "line_too_long", f"The limit of a line is {LONGEST} bytes.")


class FactRead(NamedTuple):
    """A line by its number: what it tells, None where that cannot be kept, and the judgement on it."""

    line: int
    of: Of | None
    judgement: Judgement


def read_lines(lines: Sequence[Line], judge: Judge) -> list[FactRead]:
    """Read and judge each line by itself; takes some 20 µs a line."""
    return [_read(line, judge) for line in lines]


def judged(line: int, client_id: str, told: Told, judge: Judge) -> FactRead:
    """What a line tells of a client, with the judgement on it."""
    judgement = judge.judge(told)
    return FactRead(line, None if judgement.fault else (client_id, told), judgement)


def _read(line: Line, judge: Judge) -> FactRead:
    if line.content is None:
        return FactRead(line.number, None, Judgement(fault=_TOO_LONG))
    try:
        fact = _fact(line.content)
    except MalformedJson as malformed:
        fault = Fault(malformed.status, malformed.code, _said(malformed.errors))
        return FactRead(line.number, None, Judgement(fault=fault))
    except RequestValidationError as invalid:
        errors = field_errors.of(invalid)
        return FactRead(line.number, None, Judgement(fault=Fault(INVALID, errors[0].code, _said(errors))))
    return judged(line.number, fact.client_id, Told(fact.fact, fact.value, fact.as_of, fact.source), judge)


def _fact(content: bytes) -> FactLine:
    given = read_json(content)
    try:
        return FactLine.model_validate(given)
    except ValidationError as error:
        raise invalid_body(error, given) from None


def _said(errors: Sequence[FieldError]) -> str:
    """What is wrong and where in the line, for people."""
    said = "; ".join(f"{each.pointer} {each.detail}".strip() for each in errors)
    return said.replace("line 1, column", "character")
