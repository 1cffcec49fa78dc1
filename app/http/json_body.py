"""A body as strict JSON: what is unsound becomes a problem that names the fields."""

from typing import Any, Final

from app.errors import BadRequest, FieldError, body_pointer
from app.strict_json.flaws import Flaw, UnsoundJsonError
from app.strict_json.reading import read_strictly

_UNSAFE: Final = "The body holds values that JSON does not have, or that are not safe to read"


class MalformedJson(BadRequest):
    """The body is not JSON (RFC 8259), or JSON that cannot be read without guessing."""

    code = "malformed_json"
    title = "The body cannot be read as JSON"


def read_json(body: bytes) -> Any:
    """The value that `body` holds, fractions as Decimal; raises MalformedJson for anything unsound."""
    try:
        return read_strictly(body)
    except UnsoundJsonError as unsound:
        errors = [
            FieldError(pointer=body_pointer(flaw.place), code=flaw.code, detail=flaw.detail) for flaw in unsound.flaws
        ]
        raise MalformedJson(_said(unsound.flaws[0]), errors=errors) from None


def _said(flaw: Flaw) -> str:
    return {"syntax": flaw.detail, "too_deep": "The body is nested too deeply"}.get(flaw.code, _UNSAFE)
