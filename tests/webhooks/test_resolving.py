"""Names into addresses: one lookup of a name at a time, however many ask."""

import asyncio
import socket
import threading
from ipaddress import ip_address
from typing import Any

import pytest

from app.webhooks.resolving import SystemResolver


class Names:
    """Stands in for the system's resolver: answers once it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let = threading.Event()

    def __call__(self, name: str, *_: Any, **__: Any) -> Any:
        self.asked.append(name)
        self.let.wait(10)
        if name == "nobody":
            raise socket.gaierror("nobody knows")
        return [(0, 0, 0, "", (each, 0)) for each in ("93.184.216.34", "93.184.216.34", "fe80::1%lo")]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    made = Names()
    monkeypatch.setattr(socket, "getaddrinfo", made)
    return made


async def test_many_who_ask_at_once_share_one_lookup(names: Names) -> None:
    resolver = SystemResolver()
    asking = [asyncio.ensure_future(resolver("crm.test")) for _ in range(5)]
    await asyncio.sleep(0)
    names.let.set()
    found = await asyncio.gather(*asking)
    assert names.asked == ["crm.test"]
    assert found == [[ip_address("93.184.216.34"), ip_address("fe80::1%lo")]] * 5
    await resolver("crm.test")
    assert names.asked == ["crm.test"] * 2


async def test_who_no_longer_waits_does_not_end_the_lookup_of_others(names: Names) -> None:
    resolver = SystemResolver()
    first, second = (asyncio.ensure_future(resolver("crm.test")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    names.let.set()
    assert await second
    assert first.cancelled()


async def test_a_name_that_nobody_knows_fails_for_each_who_asked(names: Names) -> None:
    resolver = SystemResolver()
    names.let.set()
    for _ in range(2):
        with pytest.raises(OSError, match="nobody knows"):
            await resolver("nobody")
