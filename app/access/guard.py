"""What every route says about access: `requires(Scope.…)`, or openly `public()`.

    @router.post("/score", operation_id="scoreClient", dependencies=[requires(Scope.SCORE)])

or, where the route needs the caller,

    caller: Annotated[Principal, requires(Scope.SCORE)]

`app.http.routing.StrictRoute` admits before it reads the body, so an unknown caller cannot make the service
read megabytes. On any other kind of route the dependency itself admits, after the body.
"""

from functools import cache
from typing import Any, Final

from fastapi import Request
from fastapi.params import Depends

from app.access.cache import KeyCache
from app.access.principal import Principal
from app.access.refusals import InsufficientScope, MissingKey
from app.access.scopes import Scope

PRINCIPAL: Final = "tierbook.principal"
"""Where an ASGI scope holds the admitted caller."""


class Gate:
    """What stands before a route: lets a request pass, or raises a Problem. Needs nothing of the body."""

    scope: Scope | None = None
    """The scope that a key must have; None where anybody may pass."""

    async def __call__(self, request: Request) -> Any:
        """Let the request pass, as a dependency does."""
        return await self.admit(request)

    async def admit(self, request: Request) -> Any:
        """Let the request pass; this gate is open to anybody."""


class Guard(Gate):
    """Admits callers whose key has a scope; expects the key cache at `app.state.keys`."""

    scope: Scope

    def __init__(self, scope: Scope) -> None:
        """Guard with one scope."""
        self.scope = scope

    async def admit(self, request: Request) -> Principal:
        """Return the caller; raises MissingKey, InvalidKey or InsufficientScope. A second time costs nothing."""
        principal: Principal = request.scope.get(PRINCIPAL) or await _authenticated(request)
        if not principal.may(self.scope):
            raise InsufficientScope(self.scope)
        return principal


async def _authenticated(request: Request) -> Principal:
    keys: KeyCache = request.app.state.keys
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer":
        raise MissingKey
    principal = await keys.principal(token.strip())
    request.scope[PRINCIPAL] = principal
    return principal


@cache
def requires(scope: Scope) -> Any:
    """Declare the scope that a route needs: for `dependencies=[…]`, or in Annotated to be handed the Principal."""
    return Depends(Guard(scope))


@cache
def public() -> Any:
    """Declare that a route needs no key. It must be said, so that a route without a key is never an accident."""
    return Depends(Gate())
