"""The receiver itself: takes deliveries, says what came of each, answers as it was told to."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.clock import Clock
from app.receiver.verifying import Keys, NotGenuineError


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How deliveries are answered: with `status` after `delay_s` seconds; the first `fail_first` of each with 503."""

    status: int = HTTPStatus.NO_CONTENT
    delay_s: float = 0.0
    fail_first: int = 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery: its event, the how manieth time it came, why it is not genuine, what it was answered with."""

    event: dict[str, Any]
    time: int
    fault: str | None
    answered: int


@dataclass(slots=True)
class Receiver:
    """Takes deliveries at any path; `keys` are asked each time, for a secret may be learnt later, or rotated."""

    keys: Callable[[], Keys]
    behaviour: Behaviour
    clock: Clock
    say: Callable[[Delivered], None]
    _times: Counter[str] = field(default_factory=Counter)

    def app(self) -> Starlette:
        """The receiver as an application."""
        return Starlette(routes=[Route("/{path:path}", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        fault = self._fault(request, body)
        event = _event(body)
        self._times[str(event.get("id"))] += 1
        time = self._times[str(event.get("id"))]
        status = self._status(fault, time)
        await asyncio.sleep(self.behaviour.delay_s)
        self.say(Delivered(event, time, fault, status))
        return PlainTextResponse(fault or "", status)

    def _fault(self, request: Request, body: bytes) -> str | None:
        try:
            self.keys().check(request.headers, body, self.clock.now())
        except NotGenuineError as fault:
            return str(fault)
        return None

    def _status(self, fault: str | None, time: int) -> int:
        if fault is not None:
            return HTTPStatus.UNAUTHORIZED
        return HTTPStatus.SERVICE_UNAVAILABLE if time <= self.behaviour.fail_first else self.behaviour.status


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return event if isinstance(event, dict) else {}
