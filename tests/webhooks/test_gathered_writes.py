"""What is written leaves with the next read, whole and in its order."""

import select
import socket
from typing import Any

import httpcore2
import pytest

from app.webhooks.gathered_writes import GatheredWrites


class Wire(httpcore2.AsyncMockStream):
    """What has left, call by call; nothing leaves any more once it is broken."""

    def __init__(self) -> None:
        super().__init__([b"HTTP/1.1 413 Content Too Large\r\n\r\n"])
        self.left: list[bytes] = []
        self.broken = False

    async def write(self, buffer: bytes, *_: Any, **__: Any) -> None:
        if self.broken:
            raise httpcore2.WriteError("hung up")
        self.left.append(buffer)


async def test_head_and_body_leave_together_and_once() -> None:
    wire = Wire()
    stream = GatheredWrites(wire)
    await stream.write(b"POST / HTTP/1.1\r\n\r\n")
    await stream.write(b"body")
    assert wire.left == []
    await stream.read(100)
    await stream.read(100)
    assert wire.left == [b"POST / HTTP/1.1\r\n\r\nbody"]


async def test_no_more_than_64_kib_are_held_back() -> None:
    wire = Wire()
    stream = GatheredWrites(wire)
    pieces = [bytes([number]) * 40_000 for number in range(3)]
    for piece in pieces:
        await stream.write(piece)
    assert wire.left == [pieces[0] + pieces[1]]
    await stream.read(100)
    assert b"".join(wire.left) == b"".join(pieces)


async def test_who_hung_up_before_all_was_sent_may_have_answered_all_the_same() -> None:
    wire = Wire()
    wire.broken = True
    stream = GatheredWrites(wire)
    await stream.write(b"POST / HTTP/1.1\r\n\r\nbody")
    assert (await stream.read(100)).startswith(b"HTTP/1.1 413")


async def test_much_that_cannot_leave_says_so_at_once() -> None:
    wire = Wire()
    wire.broken = True
    with pytest.raises(httpcore2.WriteError):
        await GatheredWrites(wire).write(b"x" * 70_000)


@pytest.mark.enable_socket
async def test_it_is_readable_once_the_other_side_has_hung_up_and_once_it_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream = GatheredWrites(await httpcore2.AnyIOBackend().connect_tcp(*server.getsockname()))
        taken, _ = server.accept()
        assert stream.get_extra_info("is_readable") is False
        taken.close()
        select.select([stream.get_extra_info("socket")], [], [], 5)
        assert stream.get_extra_info("is_readable") is True
        await stream.aclose()
        assert stream.get_extra_info("is_readable") is True


async def test_without_a_socket_the_wire_itself_is_asked() -> None:
    assert GatheredWrites(Wire()).get_extra_info("is_readable") == Wire().get_extra_info("is_readable")
