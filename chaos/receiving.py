"""The receivers, in a process of their own: `python -m chaos.receiving FOLDER PORT`.

What a request is answered with goes by its path. `/good/NAME` takes it, and notes in `FOLDER/arrivals` what came: the
name, the event's id, the digest of its body, the moment, whether it is genuine under the key that `FOLDER/keys.json`
has for that name. Those at `/bad/WHAT` note nothing. Whoever comes to `/trap`, or to another address of this
machine where nobody may be sent, is counted in `FOLDER/trapped`.
"""

import asyncio
import hashlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import orjson

from app.clock import SystemClock
from app.receiver.verifying import Keys, NotGenuineError

METADATA: Final = "169.254.169.254"
ELSEWHERE: Final = "127.0.0.2"
"""Of this machine, and not among the addresses that are allowed."""

_TAKEN: Final = b"HTTP/1.1 204 No Content\r\n\r\n"
_FAILS: Final = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops"
_CHUNK: Final = b"x" * 65536
_FLOOD: Final = 10 * 2**30
_Headers = dict[str, str]
_CLOCK: Final = SystemClock()


class Receivers:
    """All of them, on one port."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._arrivals = (folder / "arrivals").open("ab", buffering=0)
        self._keys: dict[str, Keys] = {}
        self._redirects = 0

    async def run(self) -> None:
        """Receive for ever."""
        here = await asyncio.start_server(self._connected, "127.0.0.1", self._port, backlog=512)
        forbidden = await asyncio.start_server(self._trapped, ELSEWHERE, self._port)
        await asyncio.gather(here.serve_forever(), forbidden.serve_forever())

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                path, headers = _head(await reader.readuntil(b"\r\n\r\n"))
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                if path.startswith("/good/"):
                    self._take(path.removeprefix("/good/"), headers, body)
                    writer.write(_TAKEN)
                else:
                    await self._bad(path)(writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    def _take(self, name: str, headers: _Headers, body: bytes) -> None:
        at = _CLOCK.now()
        try:
            self._keys_of(name).check(headers, body, at)
            genuine = True
        except NotGenuineError:
            genuine = False
        digest = hashlib.sha256(body).hexdigest()
        line = [name, headers.get("webhook-id", ""), digest, at.timestamp(), orjson.loads(body)["time"], genuine]
        self._arrivals.write(orjson.dumps(line) + b"\n")

    def _keys_of(self, name: str) -> Keys:
        """Read when the first event comes: by then all receivers are registered."""
        if name not in self._keys:
            self._keys[name] = Keys(orjson.loads((self._folder / "keys.json").read_bytes())[name])
        return self._keys[name]

    def _bad(self, path: str) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
        answers = {"fails": _fail, "hangs": _hang, "drips": _drip, "floods": _flood, "redirects": self._redirect}
        return answers.get(path.removeprefix("/bad/"), self._trap)

    async def _redirect(self, writer: asyncio.StreamWriter) -> None:
        """To where a cloud keeps its secrets, and every other time to the trap, which may be connected to."""
        self._redirects += 1
        host = METADATA if self._redirects % 2 else f"127.0.0.1:{self._port}"
        writer.write(f"HTTP/1.1 307 There\r\nLocation: http://{host}/trap\r\nContent-Length: 0\r\n\r\n".encode())

    async def _trapped(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._trap(writer)
        writer.close()

    async def _trap(self, writer: asyncio.StreamWriter) -> None:
        with (self._folder / "trapped").open("ab") as trapped:
            trapped.write(b"!")
        writer.write(_TAKEN)


async def _fail(writer: asyncio.StreamWriter) -> None:
    writer.write(_FAILS)


async def _hang(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100_000):
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(1)


async def _flood(writer: asyncio.StreamWriter) -> None:
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {_FLOOD}\r\n\r\n".encode())
    for _ in range(_FLOOD // len(_CHUNK)):
        writer.write(_CHUNK)
        await writer.drain()


def _head(raw: bytes) -> tuple[str, _Headers]:
    first, *rest = raw.decode("latin-1").rstrip().split("\r\n")
    pairs = (line.partition(":") for line in rest)
    return first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs}


if __name__ == "__main__":
    asyncio.run(Receivers(Path(sys.argv[1]), int(sys.argv[2])).run())
