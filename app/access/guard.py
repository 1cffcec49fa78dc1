"""What every route says about access: `requires(Scope.…)`, or openly `public()`.

    @router.post("/score", operation_id="scoreClient", dependencies=[requires(Scope.SCORE)])

or, where the route needs the caller,

    caller: Annotated[Principal, requires(Scope.SCORE)]

`app.http.routing.StrictRoute` admits before it reads the body, so an unknown caller cannot make the service
read megabytes. On any other kind of route the dependency itself admits, after the body.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Any, Final

from fastapi import Request
from fastapi.params import Depends

from app.access.cache import KeyCache
from app.access.principal import Principal
from app.access.refusals import InsufficientScope, MissingKey, PersonMalformed
from app.access.scopes import Scope

PRINCIPAL: Final = "tierbook.principal"
"""Where an ASGI scope holds the admitted caller."""

ON_BEHALF_OF: Final = "X-On-Behalf-Of"
"""The header by which a front-end says for which member of staff it acts; its key needs `people:act-for`."""

PERSON: Final = r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}"
"""How a member of staff is numbered."""


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
    request.scope[PRINCIPAL] = principal  # also where the next line refuses: the trail says who was
    request.scope[PRINCIPAL] = principal = _on_behalf(request, principal)
    return principal


def _on_behalf(request: Request, principal: Principal) -> Principal:
    """The caller as the person that it names; raises PersonMalformed, or InsufficientScope for a key that may not."""
    named = request.headers.get(ON_BEHALF_OF)
    if named is None or named == principal.person:
        return principal
    if not principal.may(Scope.PEOPLE_ACT_FOR):
        raise InsufficientScope(Scope.PEOPLE_ACT_FOR)
    if not re.fullmatch(PERSON, named):
        raise PersonMalformed
    return replace(principal, person=named)


@cache
def requires(scope: Scope) -> Any:
    """Declare the scope that a route needs: for `dependencies=[…]`, or in Annotated to be handed the Principal."""
    return Depends(Guard(scope))


@cache
def public() -> Any:
    """Declare that a route needs no key. It must be said, so that a route without a key is never an accident."""
    return Depends(Gate())
