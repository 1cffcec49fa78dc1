"""A request as one transaction: committed before the answer leaves, done once per Idempotency-Key, denials kept.

A route that takes `Reads` or `Changing` is run by `StrictRoute` inside a transaction. FastAPI's own way, a dependency
that commits after its `yield`, answers first and may then fail to commit.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, TypeVar

import structlog
from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.guard import PRINCIPAL
from app.access.principal import Principal
from app.db.engine import Sessions
from app.db.failures import DatabaseMayBeAway, has_collided
from app.errors import Problem
from app.http import idempotency, request_id
from app.trail.change import Change, Reading
from app.trail.entry import Entry
from app.trail.recording import record

_Result = TypeVar("_Result")
_WORK: Final = "tierbook.work"
_TRIES: Final = 3
_PAUSE_S: Final = 0.05
_log = structlog.get_logger("tierbook.http")

Handle = Callable[[Any], Awaitable[Response]]


async def changing(request: Request) -> Change:
    """The transaction of this request, to change something in."""
    change: Change = request.scope[_WORK]
    return change


async def reading(request: Request) -> Reading:
    """The transaction of this request, to read in."""
    change: Reading = request.scope[_WORK]
    return change


Changing = Annotated[Change, Depends(changing)]
Reads = Annotated[Reading, Depends(reading)]


async def acting(request: Request, change: Changing) -> Change:
    """The transaction of this request, once `app.state.vouch` has nothing against the person who acts in it."""
    await request.app.state.vouch(change)
    return change


Acting = Annotated[Change, Depends(acting)]
"""In place of `Changing` where it counts which member of staff acts: four eyes are those of persons."""


def is_transactional(dependant: Dependant) -> bool:
    """Whether an endpoint takes `Changing` or `Reads`."""
    return any(each.call in {changing, reading} or is_transactional(each) for each in dependant.dependencies)


async def in_transaction(request: Request, handle: Handle) -> Response:
    """Run the endpoint in a transaction of its own, again where two collided; a refusal undoes what it did."""

    async def answered(change: Change) -> Response:
        request.scope[_WORK] = change
        return await _answered(request, change.session, handle)

    return await in_own_transaction(request, answered)


async def in_own_transaction(request: Request, work: Callable[[Change], Awaitable[_Result]]) -> _Result:
    """Do a piece of a request's work in a transaction of its own, again where two collided; a refusal undoes it.

    For a route that takes neither `Reads` nor `Changing` because it works piece by piece.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            return await _once(request, work)
        except DBAPIError as error:
            if not has_collided(error) or attempt == _TRIES:
                raise
        await asyncio.sleep(random.uniform(0, _PAUSE_S * attempt))  # noqa: S311  so that two do not meet again
    raise AssertionError("unreachable")


async def _once(request: Request, work: Callable[[Change], Awaitable[_Result]]) -> _Result:
    denials: list[Entry] = []
    try:
        async with _sessions(request).begin() as session:
            change = _change(request, session, denials)
            result = await work(change)
    except Problem:
        await keep_denials(request, denials)
        raise
    for do in change.afterwards:
        await do()
    request.app.state.waking.wake(change.wakes)
    return result


async def _answered(request: Request, session: AsyncSession, handle: Handle) -> Response:
    asked = await idempotency.asked(request)
    if asked is None:
        return await handle(request)
    given = await idempotency.claim(session, asked, request.app.state.clock.now())
    if given is not None:
        return given
    answer = await handle(request)
    await idempotency.keep(session, asked, request, answer)
    return answer


async def keep_denials(request: Request, denials: list[Entry]) -> None:
    """Write what was denied in a transaction of its own: the one it was denied in is undone."""
    if not denials:
        return
    principal: Principal = request.scope[PRINCIPAL]
    with DatabaseMayBeAway():
        async with _sessions(request).begin() as session:
            actor = principal.actor(request_id.of(request.scope))
            await record(session, actor, request.app.state.clock.now(), denials)
        return
    _log.error("denial_not_recorded", request_id=request_id.of(request.scope), actions=[e.action for e in denials])


def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def _change(request: Request, session: AsyncSession, denials: list[Entry]) -> Change:
    state: Any = request.app.state
    principal: Principal = request.scope[PRINCIPAL]
    now, zone = state.clock.now(), state.settings.timezone
    actor = principal.actor(request_id.of(request.scope))
    return Change(session, actor, now, state.clock.today(zone), zone, denials)
