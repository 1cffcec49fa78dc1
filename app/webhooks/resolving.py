"""Names into addresses, beside the event loop; never more than one lookup of the same name at a time.

A name whose servers do not answer holds a thread for as long as the system waits: one, however many ask.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Final

from app.webhooks.addresses import Address

Resolve = Callable[[str], Awaitable[list[Address]]]
"""All addresses of a name, in the order in which they should be tried; raises OSError where there are none."""

_THREADS: Final = 32


class SystemResolver:
    """Asks the system, as other programs of this machine do: hosts file, DNS."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="names")
        self._under_way: dict[str, asyncio.Future[list[Address]]] = {}

    async def __call__(self, name: str) -> list[Address]:
        """Look a name up; raises OSError."""
        if name not in self._under_way:
            lookup = asyncio.get_running_loop().run_in_executor(self._threads, _looked_up, name)
            lookup.add_done_callback(lambda done: self._ended(name, done))
            self._under_way[name] = lookup
        return await asyncio.shield(self._under_way[name])

    def _ended(self, name: str, lookup: asyncio.Future[list[Address]]) -> None:
        del self._under_way[name]
        if not lookup.cancelled():
            lookup.exception()  # somebody has seen it, also where nobody waits any more


def _looked_up(name: str) -> list[Address]:
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [*dict.fromkeys(ip_address(each[4][0]) for each in found)]
