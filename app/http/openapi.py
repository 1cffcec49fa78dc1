"""The OpenAPI document: what FastAPI derives, and on top of it the problems each operation can answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.access.guard import ON_BEHALF_OF, PERSON
from app.access.scopes import DESCRIPTIONS, Scope
from app.errors import PROBLEM_JSON, FieldError, ProblemDetails
from app.http.etag import IF_MATCH
from app.http.idempotency import HEADER as IDEMPOTENCY_KEY
from app.http.routing import gates_of
from app.http.transaction import is_transactional

_SCHEME: Final = "key"
_SECURITY_SCHEMES: Final = {
    _SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "tb_…",
        "description": "A key made with `tierbook keys create`. Each operation names the scope that it needs.",
    }
}
_REF: Final = "#/components/schemas/"
_PARAMETERS: Final = {
    "OnBehalfOf": {
        "name": ON_BEHALF_OF,
        "in": "header",
        "description": "The member of staff for whom a front-end acts, by number. Its key needs `people:act-for`.",
        "schema": {"type": "string", "pattern": f"^{PERSON}$"},
    },
    "IdempotencyKey": {
        "name": IDEMPOTENCY_KEY,
        "in": "header",
        "description": "Drawn by you for this request: sent twice, it is done once and answered the same. Kept a day.",
        "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$"},
    },
}
_BODILESS: Final = frozenset({"HTTPValidationError", "ValidationError"})

_MEANING: Final[Mapping[str, str]] = {
    "400": "The request cannot be read: malformed JSON, a duplicate key, NaN, NUL, nesting over 32 levels.",
    "401": "No key, or one that does not work.",
    "403": "The key lacks the scope.",
    "404": "There is no such thing, or none that this key may see.",
    "412": "It is not at the revision that `If-Match` names, or `If-None-Match: *` was sent and it is there.",
    "413": "The body is too large.",
    "415": "The body is not declared as JSON.",
    "422": "The request can be read, but is not valid; `errors` names each part.",
    "503": "The database is away, or not ready. Try again after `Retry-After` seconds.",
}

_CHALLENGE: Final = {"WWW-Authenticate": {"description": "As RFC 6750 has it.", "schema": {"type": "string"}}}
_RETRY: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
_HEADERS: Final = {"401": _CHALLENGE, "403": _CHALLENGE, "503": _RETRY}


class Application(FastAPI):
    """A FastAPI whose OpenAPI document also tells of problems and scopes."""

    def openapi(self) -> dict[str, Any]:
        """Return the document; made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            scopes, once = _scopes(self), _done_once(self)
            for path, method, operation in _operations(document):
                _describe(operation, path, scopes.get((path, method), ()), once=(path, method) in once)
                _take_headers(operation, scoped="security" in operation, once=(path, method) in once)
            for item in document.get("webhooks", {}).values():
                item["post"]["responses"].pop("422", None)  # that is for the receiver to say
            _complete_components(document)
            _close_names(document["components"]["schemas"])
        return self.openapi_schema or super().openapi()


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            yield path, method.upper(), operation


def _scopes(app: FastAPI) -> dict[tuple[str, str], list[Scope]]:
    return {
        (str(route.path_format), method): [gate.scope for gate in gates_of(route.original_route) if gate.scope]
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        for method in route.methods or ()
    }


def _done_once(app: FastAPI) -> set[tuple[str, str]]:
    """The operations that take an Idempotency-Key."""
    return {
        (str(route.path_format), "POST")
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        and "POST" in (route.methods or ())
        and is_transactional(route.original_route.dependant)
    }


def _take_headers(operation: dict[str, Any], *, scoped: bool, once: bool) -> None:
    """Name the headers that are read before a route is."""
    names = [name for name, taken in (("OnBehalfOf", scoped), ("IdempotencyKey", once)) if taken]
    if names:
        operation.setdefault("parameters", []).extend({"$ref": f"#/components/parameters/{name}"} for name in names)


def _describe(operation: dict[str, Any], path: str, scopes: Sequence[Scope], *, once: bool) -> None:
    responses = operation["responses"]
    reused = {"422"} if once else set()  # an Idempotency-Key that belongs to another request
    for status in sorted(_statuses(operation, path, scopes) | reused):
        described = responses.get(status, {})
        written = described.get("description") if PROBLEM_JSON in described.get("content", {}) else None
        responses[status] = _problem_response(status, written)
    if scopes:
        operation["security"] = [{_SCHEME: [scope.value for scope in scopes]}]
        needed = "; ".join(f"`{scope.value}`: {DESCRIPTIONS[scope]}" for scope in scopes)
        operation["description"] = f"{operation.get('description', '')}\n\nNeeds the scope {needed}.".strip()
    operation["responses"] = dict(sorted(responses.items()))


def _statuses(operation: dict[str, Any], path: str, scopes: Sequence[Scope]) -> set[str]:
    """Every problem status the shell itself can answer here; what a feature adds stands in its route."""
    statuses = {"400"} if path.count("{") or operation.get("parameters") else set()
    if scopes:
        statuses |= {"400", "401", "403", "503"}
    if operation.get("parameters"):
        statuses.add("422")
    if "requestBody" in operation:
        statuses |= {"400", "413", "415", "422"}
    if any(parameter.get("name") == IF_MATCH for parameter in operation.get("parameters", ())):
        statuses.add("412")
    return statuses


def _problem_response(status: str, description: str | None) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": description or _MEANING[status],
        "content": {PROBLEM_JSON: {"schema": {"$ref": f"{_REF}ProblemDetails"}}},
    }
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    return response


def _complete_components(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _BODILESS:
        schemas.pop(name, None)
    for model in (FieldError, ProblemDetails):
        schemas[model.__name__] = {
            key: value
            for key, value in model.model_json_schema(ref_template=_REF + "{model}").items()
            if key != "$defs"
        }
    document["components"]["securitySchemes"] = _SECURITY_SCHEMES
    document["components"]["parameters"] = _PARAMETERS
    document["components"]["schemas"] = dict(sorted(schemas.items()))


def _close_names(node: Any) -> None:
    """Say of objects whose names have a pattern that other names are refused: Pydantic leaves it open."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node.setdefault("additionalProperties", False)
        for each in node.values():
            _close_names(each)
    elif isinstance(node, list):
        for each in node:
            _close_names(each)


def problem(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    """Document a problem that a route answers: `responses=problem(404, "No such rulebook.")`."""
    content = {PROBLEM_JSON: {"schema": {"$ref": f"{_REF}ProblemDetails"}}}
    return {status: {"description": description, "content": content}}
