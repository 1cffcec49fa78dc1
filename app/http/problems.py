"""How failures become answers: one handler per kind, every answer `application/problem+json`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.db.failures import has_collided, has_taken_too_long, has_waited_for_others, is_database_away, sqlstate
from app.errors import (
    PROBLEM_JSON,
    BadRequest,
    ContentTooLarge,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    Problem,
    ProblemDetails,
    Unauthorized,
    Unavailable,
    Unprocessable,
)
from app.http import field_errors, request_id

PROBLEM_CODE: Final = "tierbook.problem"
"""Where an ASGI scope holds the code of the problem that was answered, for the log."""

_BY_STATUS: Final = {
    kind.status: kind
    for kind in (BadRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, ContentTooLarge, Unprocessable)
}
_log = structlog.get_logger("tierbook.http")

Handler = Callable[[Request, Any], Awaitable[Response]]


class DatabaseAway(Unavailable):
    """The database does not answer now."""

    code = "database_away"
    title = "The database is away"

    def __init__(self) -> None:
        """Ask to come back."""
        super().__init__("The database does not answer. Try again.", headers={"Retry-After": "2"})


class Collided(Unavailable):
    """Other transactions were in this one's way, again and again or for seconds; it is undone."""

    code = "collided"
    title = "Others are changing the same"

    def __init__(self) -> None:
        """Ask to come back."""
        super().__init__("What met them was undone. Try again.", headers={"Retry-After": "1"})


class TookTooLong(Unavailable):
    """A time limit of the database ended the work; it is undone."""

    code = "took_too_long"
    title = "It took too long"

    def __init__(self) -> None:
        """Ask to come back."""
        super().__init__("The time for it ended, and it was undone. Try again.", headers={"Retry-After": "2"})


def answer(scope: Any, problem: Problem) -> Response:
    """Make the answer to a problem, and note its code for the log."""
    content = details(scope, problem).model_dump_json()
    return Response(content, status_code=problem.status, headers=problem.headers, media_type=PROBLEM_JSON)


def details(scope: Any, problem: Problem) -> ProblemDetails:
    """Put a problem into words for a request, and note its code for the log."""
    scope[PROBLEM_CODE] = problem.code
    return problem.details(f"urn:tierbook:request:{request_id.of(scope)}")


def foreseen(error: Exception) -> Problem | None:
    """The problem that an error stands for; None for a failure of ours."""
    if isinstance(error, Problem):
        return error
    if has_collided(error) or has_waited_for_others(error):
        return Collided()
    if has_taken_too_long(error):
        return TookTooLong()
    return DatabaseAway() if is_database_away(error) else None


async def _on_problem(request: Request, problem: Problem) -> Response:
    return answer(request.scope, problem)


async def _on_http_exception(request: Request, error: HTTPException) -> Response:
    """What the framework itself refuses: no such path, no such method, too large a body."""
    if error.status_code == MethodNotAllowed.status:
        allow = ", ".join(sorted(_methods(request)))
        return answer(request.scope, MethodNotAllowed(f"Allowed here: {allow}.", headers={"Allow": allow}))
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        raise error
    return answer(request.scope, kind(headers=error.headers))


async def _on_invalid(request: Request, error: RequestValidationError) -> Response:
    return answer(request.scope, Unprocessable(errors=field_errors.of(error)))


async def _on_database_error(request: Request, error: Exception) -> Response:
    problem = foreseen(error)
    if problem is None:
        raise error
    _log.warning(problem.code, request_id=request_id.of(request.scope), sqlstate=sqlstate(error))
    return answer(request.scope, problem)


async def _on_data_error(request: Request, error: DataError) -> Response:
    """PostgreSQL refused a value that our own checks let through: the caller's fault, and a gap of ours."""
    _log.warning("value_refused_by_database", request_id=request_id.of(request.scope), sqlstate=sqlstate(error))
    return answer(request.scope, Unprocessable("A value cannot be stored as it was sent."))


def _methods(request: Request) -> set[str]:
    """Every method of this path; FastAPI's own answer names those of one route only.

    A word in an address, as in `/nominations/expire`, is no id: routes with an id in its place do not count.
    """
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    routes = (route for route in iter_route_contexts(request.app.routes) if getattr(route, "path_regex", None))
    matching = [route for route in routes if route.path_regex.match(path)]
    fewest = min(str(route.path_format).count("{") for route in matching)
    return {
        method for route in matching if str(route.path_format).count("{") == fewest for method in route.methods or ()
    }


HANDLERS: Final[Mapping[Any, Handler]] = {
    Problem: _on_problem,
    HTTPException: _on_http_exception,
    RequestValidationError: _on_invalid,
    DBAPIError: _on_database_error,
    PoolTimeoutError: _on_database_error,
    ConnectionError: _on_database_error,
    TimeoutError: _on_database_error,
    DataError: _on_data_error,
}
"""For `FastAPI(exception_handlers=…)`. What no handler takes, the shell answers with 500."""
