"""Problems: every refusal that Tierbook answers, as RFC 9457 `application/problem+json`.

A feature names its refusals as classes and raises them from its service:

    class RulebookNotFound(NotFound):
        code = "rulebook_not_found"
        title = "No such rulebook"

`type` is `urn:tierbook:problem:<code>`. A URN, because the bank's network often has no way to a
documentation host, and a type is an identifier before it is an address. The codes are stable: clients
switch on them.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

PROBLEM_JSON: Final = "application/problem+json"
_TYPE_PREFIX: Final = "urn:tierbook:problem:"


class FieldError(BaseModel):
    """One thing that is wrong with one part of the request. Never holds the value that was sent."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(
        description="JSON pointer into the body (`/facts/deposit_balance`; empty for the body itself), "
        "or `query/<name>`, `path/<name>`, `header/<name>`."
    )
    code: str = Field(description="What is wrong, for programs: stable and lower case.")
    detail: str = Field(description="What is wrong and what was expected, for people.")


class ProblemDetails(BaseModel):
    """What went wrong, as RFC 9457 has it. Answered with content type `application/problem+json`."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="`urn:tierbook:problem:<code>`: stable, switch on it.")
    title: str = Field(description="The kind of problem, the same for every occurrence.")
    status: int = Field(description="The HTTP status, repeated for logs.", ge=400, le=599)
    detail: str | None = Field(default=None, description="This occurrence, for people.")
    instance: str | None = Field(
        default=None, description="`urn:tierbook:request:<id>`, the id that is also in `X-Request-Id` and in our log."
    )
    errors: list[FieldError] = Field(default=[], description="What is wrong with the request, part by part.")


class Problem(HTTPException):
    """A refusal with a status. Subclasses set `status`, `code` and `title`; an instance says what happened.

    It is an HTTPException so that FastAPI lets it pass unchanged from inside body reading. `detail` and
    `errors` go to the client: never put a secret or another client's data into them.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"

    def __init__(
        self, detail: str = "", *, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(self.status, detail or self.title, headers)
        self.errors = tuple(errors)

    def details(self, instance: str | None = None) -> ProblemDetails:
        """It as it goes over the wire; `instance` names the request, where it is the whole answer to one."""
        return ProblemDetails(
            type=type_uri(self.code),
            title=self.title,
            status=self.status,
            detail=self.detail,
            instance=instance,
            errors=list(self.errors),
        )


class BadRequest(Problem):
    """The request cannot be read at all."""

    status = 400
    code = "bad_request"
    title = "The request cannot be read"


class Unauthorized(Problem):
    """No key, or none that works. The answer must carry `WWW-Authenticate`."""

    status = 401
    code = "unauthorized"
    title = "A valid key is needed"


class Forbidden(Problem):
    """The key is good, but does not reach this far."""

    status = 403
    code = "forbidden"
    title = "The key does not permit this"


class NotFound(Problem):
    """Nothing is there, or nothing that this caller may see."""

    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(Problem):
    """The path exists, this method on it does not. The answer must carry `Allow`."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


class Conflict(Problem):
    """What is asked contradicts what is stored."""

    status = 409
    code = "conflict"
    title = "Conflict"


class PreconditionFailed(Problem):
    """What is there is not what the request was written for. `If-Match` or `If-None-Match` said what it expects."""

    status = 412
    code = "precondition_failed"
    title = "It is not as the request expects"


class ContentTooLarge(Problem):
    """The body is larger than this route takes."""

    status = 413
    code = "content_too_large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    """The body is not declared as what this route takes, which `detail` and the header `Accept` say, or is encoded."""

    status = 415
    code = "unsupported_media_type"
    title = "The body is not in the form that this route takes"


class Unprocessable(Problem):
    """The request can be read, but what it says is not valid. `errors` names the parts."""

    status = 422
    code = "invalid"
    title = "The request is not valid"


class Unavailable(Problem):
    """Something that Tierbook needs is away; the same request may work later. Carries `Retry-After`."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"


def type_uri(code: str) -> str:
    """The problem type of a code."""
    return _TYPE_PREFIX + code


def body_pointer(location: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a place in the body; each part cut to 100 characters."""
    return "".join("/" + str(part)[:100].replace("~", "~0").replace("/", "~1") for part in location)
