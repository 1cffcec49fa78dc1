"""A receiver that answers 204 to whatever it is sent, and does nothing else: it is never what is measured.

python -m bench.receiving PORT
"""

import asyncio
import re
import sys
from typing import Final, cast

import uvloop

_LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_TAKEN: Final = b"HTTP/1.1 204 No Content\r\n\r\n"


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (head := self._held.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self._held, 0, head)
            end = head + 4 + (int(found[1]) if found else 0)
            if len(self._held) < end:
                return
            self._held = self._held[end:]
            self._transport.write(_TAKEN)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
