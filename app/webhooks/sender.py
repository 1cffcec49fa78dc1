"""One POST: everything that speaks HTTP to a receiver is here, on httpx2's own layer of connections (httpcore2).

That layer takes, in public, what dials; httpx2's client does not. One limit of the clock holds for all of it: names,
handshake, answer and its body. Of the body 16 KiB are read; what sends more, or more slowly, is cut off.
"""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import aclosing
from typing import Final

import httpcore2
import httpx2

from app.clock import Clock
from app.webhooks.answer import KEPT, Answer, Fault
from app.webhooks.connections import Connections
from app.webhooks.destination import Destination, UrlRefusedError, read_url
from app.webhooks.dialling import RefusedError
from app.webhooks.guard import AddressForbiddenError, AddressGuard, NameNotFoundError
from app.webhooks.retry_after import seconds_of
from app.webhooks.targets import Target

LIMIT_S: Final = 15.0
_REDIRECTS: Final = range(300, 400)
_FAULTS: Final[tuple[tuple[type[Exception], Fault], ...]] = (
    (TimeoutError, "timeout"),
    (UrlRefusedError, "address_forbidden"),
    (AddressForbiddenError, "address_forbidden"),
    (NameNotFoundError, "dns"),
    (RefusedError, "refused"),
    (httpcore2.ConnectError, "tls"),
    (ssl.SSLError, "tls"),
    (httpcore2.ProtocolError, "protocol"),
    (httpcore2.NetworkError, "lost"),
    (OSError, "lost"),
)
"""What can go wrong, the first that fits: once a connection stands, what fails to connect is TLS."""


class Sender:
    """Sends bodies to receivers; one for a process, closed by whoever made it."""

    def __init__(
        self,
        guard: AddressGuard,
        clock: Clock,
        *,
        limit_s: float = LIMIT_S,
        trust: ssl.SSLContext | None = None,
        dial: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        """`trust` is whose certificates count, else the system's; `dial` is what connects to an address."""
        self._clock = clock
        self._limit_s = limit_s
        trust, dial = trust or httpx2.create_ssl_context(), dial or httpcore2.AnyIOBackend()
        self._connections = Connections(guard, clock, trust, dial)

    async def send(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST a body once; never raises for what a receiver or the way to it does, and ends with the limit."""
        heard = _Heard()
        begun = self._clock.monotonic()
        try:
            async with asyncio.timeout(self._limit_s):
                await self._post(target, body, headers, heard)
        except tuple(each for each, _ in _FAULTS) as error:
            heard.fault = next(fault for kind, fault in _FAULTS if isinstance(error, kind))
        took_ms = round((self._clock.monotonic() - begun) * 1000)
        return Answer(heard.status, heard.fault, took_ms, bytes(heard.body), heard.retry_after)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._connections.aclose()

    async def _post(self, target: Target, body: bytes, headers: Mapping[str, str], heard: "_Heard") -> None:
        destination = read_url(target.url)
        headed = [("Host", destination.authority), *headers.items(), ("Content-Length", str(len(body)))]
        request = httpcore2.Request("POST", _url(destination), headers=headed, content=body)
        async with self._connections.to(target.endpoint_id, destination) as pool:
            response = await pool.handle_async_request(request)
            try:
                await self._hear(response, heard)
            finally:
                await response.aclose()

    async def _hear(self, response: httpcore2.Response, heard: "_Heard") -> None:
        heard.status = response.status
        if response.status in _REDIRECTS:
            heard.fault = "redirect"
        for name, value in response.headers:
            if name.lower() == b"retry-after":
                heard.retry_after = seconds_of(value.decode("latin-1"), self._clock.now())
        async with aclosing(response.aiter_stream()) as chunks:
            async for chunk in chunks:
                heard.body += chunk[: KEPT - len(heard.body)]
                if len(heard.body) == KEPT:
                    return


class _Heard:
    """What has been heard so far, also where the rest never comes."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.fault: Fault | None = None
        self.body = bytearray()
        self.retry_after: int | None = None


def _url(destination: Destination) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=destination.scheme, host=destination.host, port=destination.port, target=destination.target
    )
