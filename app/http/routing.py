"""The router every feature uses: callers are admitted before their body is read, and bodies are read strictly.

Measured: FastAPI solves a dependency in 15 µs and limits a body in 10; on the scoring route that is a tenth of the
whole. So a StrictRoute takes its gates out of the dependencies and counts the body's bytes itself.
"""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from app.access.guard import PRINCIPAL, Gate
from app.access.refusals import InsufficientScope
from app.errors import FieldError, Unprocessable, UnsupportedMediaType
from app.http.direct_call import direct_call
from app.http.lines import NDJSON, takes_lines
from app.http.strict_request import BODY_LIMIT, StrictRequest
from app.http.transaction import in_transaction, is_transactional, keep_denials
from app.trail.entry import Entry

Handle = Callable[[Request], Coroutine[Any, Any, Response]]
_JSON: Final = "application/json"


class StrictRoute(APIRoute):
    """A route that first admits, then reads strictly, then does what FastAPI does."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        """Keep gates and body limit to ourselves, hand the rest to FastAPI."""
        dependencies: Sequence[Depends] = settings.pop("dependencies", None) or ()
        self.gates = [one.dependency for one in dependencies if isinstance(one.dependency, Gate)]
        self.body_limit = settings.pop("max_body_size", None) or BODY_LIMIT
        rest = [one for one in dependencies if not isinstance(one.dependency, Gate)]
        super().__init__(path, endpoint, dependencies=rest, **settings)
        self._begins = self.path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as FastAPI does; of the hundred routes that a request is not for, most are told by their first letters.

        That takes a tenth of what their patterns take, which is 300 µs a request at the end of the table.
        """
        if not scope.get("root_path") and not scope["path"].startswith(self._begins):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Handle:
        """Wrap FastAPI's handler, or ours where the endpoint can be called directly."""
        handle = direct_call(self.dependant) or super().get_route_handler()
        gates = tuple(gates_of(self))
        media_type = NDJSON if takes_lines(self.dependant) else _JSON if self.body_field is not None else None
        limit = self.body_limit
        known = frozenset(_query_names(self.dependant))
        transactional = is_transactional(self.dependant)

        async def strict(request: Request) -> Response:
            read = StrictRequest(request.scope, request.receive)
            read.limit = limit
            try:
                for gate in gates:
                    await gate.admit(read)
            except InsufficientScope as refusal:
                await keep_denials(read, [_denial(read, self.operation_id or self.name, refusal)])
                raise
            if request.scope["query_string"]:
                _check_query(read, known)
            if media_type:
                _check_media_type(read, media_type)
            return await (in_transaction(read, handle) if transactional else handle(read))

        return strict


class Router(APIRouter):
    """An APIRouter of strict routes; takes the same arguments."""

    def __init__(self, **settings: Any) -> None:
        """Fill in what every router of ours has."""
        super().__init__(**{"route_class": StrictRoute, **settings})


def gates_of(route: APIRoute) -> Iterator[Gate]:
    """Return the gates of a route: those it keeps itself, and those among its dependencies at any depth."""
    if isinstance(route, StrictRoute):
        yield from route.gates
    yield from _gates_among(route.dependant)


def _denial(request: Request, operation: str, refusal: InsufficientScope) -> Entry:
    """What the trail says of a key that does not reach an operation."""
    caller = request.scope[PRINCIPAL]
    return Entry("operation.refused", "operation", operation, caller.unit, reason=str(refusal.detail), outcome="denied")


def _gates_among(dependant: Dependant) -> Iterator[Gate]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Gate):
            yield dependency.call
        yield from _gates_among(dependency)


def _query_names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for dependency in dependant.dependencies:
        yield from _query_names(dependency)


def _check_query(request: Request, known: frozenset[str]) -> None:
    """Refuse a parameter that the route does not have, or has once: a misspelt `as_of` must not mean today."""
    given = [name for name, _ in request.query_params.multi_items()]
    unknown = f"is no parameter here; known are: {', '.join(sorted(known)) or 'none'}"
    errors = [
        *(_wrong_parameter(name, "unknown_parameter", unknown) for name in sorted(set(given) - known)),
        *(
            _wrong_parameter(name, "repeated_parameter", "is given more than once")
            for name in sorted(known)
            if given.count(name) > 1
        ),
    ]
    if errors:
        raise Unprocessable(errors=errors[:20])


def _wrong_parameter(name: str, code: str, detail: str) -> FieldError:
    return FieldError(pointer=f"query/{name[:100]}", code=code, detail=detail)


def _check_media_type(request: Request, ours: str) -> None:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("Send the body as it is, not encoded.", headers={"Accept-Encoding": "identity"})
    media_type = request.headers.get("content-type", "")
    if media_type == ours:
        return
    essence = media_type.partition(";")[0].strip().lower()
    if essence != ours and not (ours == _JSON and essence.startswith("application/") and essence.endswith("+json")):
        raise UnsupportedMediaType(f"Send `Content-Type: {ours}`.", headers={"Accept": ours})
