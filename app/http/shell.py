"""The one middleware: request id, security headers, metrics, a log line, and the last word on failures.

Plain ASGI, for it runs on every request. The log line holds ids and codes: never a header, a body, a query
or a path, which may hold a client's name.
"""

from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.guard import PRINCIPAL
from app.clock import Clock
from app.errors import BadRequest, Problem
from app.http import problems, request_id
from app.http.metrics import RequestMetrics
from app.logs import places, request_log

SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_UNLESS_SET: Final = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"})
_GONE: Final = 499
"""As nginx has it: the caller left before there was an answer."""

_log = structlog.get_logger("tierbook.http")


class NulInAddress(BadRequest):
    """The path or the query holds an encoded NUL, which no text here may."""

    code = "nul_in_address"
    title = "The address holds NUL"


class Shell:
    """Wraps the application inside Starlette's own error middleware."""

    def __init__(self, app: ASGIApp, *, metrics: RequestMetrics, clock: Clock) -> None:
        """Wrap `app`."""
        self._app = app
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; lifespan and anything else passes through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = self._clock.monotonic()
        answer = _Answer(scope, receive, send, request_id.assign(scope))
        try:
            if b"%00" in scope["query_string"] or "\x00" in scope["path"]:
                await answer.problem(NulInAddress())
            else:
                await self._app(scope, receive, answer.send)
        except Exception as error:  # noqa: BLE001  the last word: nothing may pass as a traceback
            await answer.failed(error)
        finally:
            self._report(scope, answer, self._clock.monotonic() - started)

    def _report(self, scope: Scope, answer: "_Answer", seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path_format", "unmatched")
        status = answer.status or _GONE
        self._metrics.observe(method, route, status, seconds)
        caller = scope.get(PRINCIPAL)
        request_log.line(
            request_id=answer.request_id,
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            key=caller.key_id if caller else None,
            problem=scope.get(problems.PROBLEM_CODE),
        )


class _Answer:
    """What goes back to one caller."""

    __slots__ = ("_receive", "_scope", "_send", "request_id", "status")

    def __init__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        """Pass on what the application answers, with our headers on it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            _add_headers(message["headers"], self.request_id)
        await self._send(message)

    async def problem(self, problem: Problem) -> None:
        """Answer with a problem of our own."""
        await problems.answer(self._scope, problem)(self._scope, self._receive, self.send)

    async def failed(self, error: Exception) -> None:
        """Log a failure that nobody foresaw and, where still possible, answer 500."""
        _log.error("failure", request_id=self.request_id, error=type(error).__name__, at=places(error))
        if self.status:
            raise error
        await self.problem(Problem("This is our fault, and it has been logged."))


def _add_headers(headers: list[tuple[bytes, bytes]], request_id: str) -> None:
    present = {name for name, _ in headers}
    headers += SECURITY_HEADERS
    headers += [header for header in _UNLESS_SET if header[0] not in present]
    headers.append((b"x-request-id", request_id.encode()))
