"""`ETag`, `If-Match`, `If-None-Match`: whoever changes a thing can say which revision of it they have seen.

An ETag is the revision in quotes; of a body that no revision stands for, its hash. A PUT reads the revision under the
lock under which it changes the thing, and has `expect` compare. A route that does so declares
`openapi_extra=PRECONDITIONS`, and `responses=TAGGED` for its answers.
"""

import hashlib
from typing import Any, Final

from pydantic import BaseModel
from starlette.datastructures import Headers

from app.errors import FieldError, PreconditionFailed

IF_MATCH: Final = "If-Match"
IF_NONE_MATCH: Final = "If-None-Match"
_ANY: Final = "*"
_WEAK: Final = "W/"


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


PRECONDITIONS: Final[dict[str, Any]] = {
    "parameters": [
        _header(IF_MATCH, "The `ETag` that was read: nothing is done where it is another by now."),
        _header(IF_NONE_MATCH, "`*`: nothing is done where it is there already."),
    ]
}
"""For `openapi_extra` of a route that calls `expect`."""

ETAG_HEADER: Final[dict[str, Any]] = {"ETag": {"description": "The revision, in quotes.", "schema": {"type": "string"}}}
TAGGED: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": ETAG_HEADER}}
"""For `responses` of a route that sets the header."""


def etag(revision: int) -> str:
    """The ETag of a revision."""
    return f'"{revision}"'


def etag_of(shown: BaseModel) -> str:
    """The ETag of a body that no revision stands for: another, whatever in it is another."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()}"'


def expect(headers: Headers, revision: int | None) -> None:
    """Compare what a request expects with the revision that is there, None where nothing is.

    Raises PreconditionFailed. A weak tag never matches in `If-Match` (RFC 9110, 13.1.1), nor does one without quotes.
    """
    current = None if revision is None else etag(revision)
    wanted, unwanted = _tags(headers, IF_MATCH), _tags(headers, IF_NONE_MATCH)
    if wanted and (current is None or not {_ANY, current} & set(wanted)):
        bare = "" if {_ANY, *filter(_is_quoted, wanted)} >= {*wanted} else " A tag stands in quotes: quote it."
        raise _failed(IF_MATCH, "It is not there." if current is None else f"It is at {current}.{bare}")
    if current is not None and {_ANY, current} & {tag.removeprefix(_WEAK) for tag in unwanted}:
        raise _failed(IF_NONE_MATCH, f"It is there, at {current}.")


def _tags(headers: Headers, name: str) -> list[str]:
    """What a header names, over all its lines; an empty one names nothing that ever is."""
    return [tag.strip() for line in headers.getlist(name) for tag in line.split(",")]


def _is_quoted(tag: str) -> bool:
    return tag.endswith('"') and tag.removeprefix(_WEAK).startswith('"')


def _failed(header: str, detail: str) -> PreconditionFailed:
    error = FieldError(pointer=f"header/{header}", code=PreconditionFailed.code, detail="does not hold")
    return PreconditionFailed(detail, errors=[error])
