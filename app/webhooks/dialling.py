"""Connecting to a receiver: vetted on the way, and then to that very address."""

import asyncio
from collections.abc import Iterable
from typing import Final

import httpcore2

from app.webhooks.destination import Destination
from app.webhooks.gathered_writes import GatheredWrites
from app.webhooks.guard import AddressGuard

_EACH_S: Final = 4.0
"""How long one of several addresses may take to answer before the next is tried."""


class RefusedError(httpcore2.ConnectError):
    """Nobody took the connection, at any of the addresses."""


class Dialling(httpcore2.AsyncNetworkBackend):
    """How the connections of one receiver are made. Certificates and `Host` go by the name: only here it is numbers."""

    def __init__(self, guard: AddressGuard, destination: Destination, dial: httpcore2.AsyncNetworkBackend) -> None:
        self._guard = guard
        self._destination = destination
        self._dial = dial

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the destination; raises AddressForbiddenError, NameNotFoundError, RefusedError."""
        if (host, port) != (self._destination.host, self._destination.port):
            raise AssertionError("a receiver's connections go to that receiver")
        *first, last = [str(each) for each in await self._guard.vetted(self._destination)]
        how = port, timeout, local_address, socket_options
        for address in first:
            try:
                async with asyncio.timeout(_EACH_S):
                    return GatheredWrites(await self._dial.connect_tcp(address, *how))
            except (httpcore2.ConnectError, TimeoutError):
                continue
        try:
            return GatheredWrites(await self._dial.connect_tcp(last, *how))
        except httpcore2.ConnectError as error:
            raise RefusedError(str(error)) from error
