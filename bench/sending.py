"""What sends events in `bench.deliveries`, in a process of its own: our dispatcher, or a bare loop of POSTs.

It says `ready`, sends when a line comes in, and says `done`.

    python -m bench.sending dispatcher DATABASE HOME
    python -m bench.sending bare PORT NUMBER
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import httpx2
import uvloop
from pydantic import SecretStr

from app.clock import SystemClock
from app.db.engine import open_engine, open_sessions
from app.db.migrate import import_tables
from app.settings import Settings
from app.webhooks.dispatching import Dispatcher
from bench.load import CONNECTIONS

BODY: Final = b'{"specversion":"1.0","data":"' + b"x" * 560 + b'"}'
"""As long as an event of ours."""


async def _dispatcher(database: str, home: str) -> None:
    import_tables()
    settings = Settings(database_url=SecretStr(database), home=Path(home), webhook_allow="127.0.0.1/32")
    dispatcher = Dispatcher(open_sessions(open_engine(settings)), SystemClock(), settings)
    await dispatcher.do_waiting()
    await _each_time(dispatcher.do_waiting)


async def _bare(port: str, number: str) -> None:
    async with httpx2.AsyncClient(limits=httpx2.Limits(max_connections=CONNECTIONS)) as http:
        url, left = f"http://127.0.0.1:{port}/hook", int(number)

        async def post() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                await http.post(url, content=BODY, headers={"content-type": "application/cloudevents+json"})

        async def all_of_them() -> None:
            nonlocal left
            left = int(number)
            await asyncio.gather(*(post() for _ in range(CONNECTIONS)))

        await _each_time(all_of_them)


async def _each_time(work: Callable[[], Awaitable[None]]) -> None:
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        await work()
        print("done", flush=True)


if __name__ == "__main__":
    uvloop.run({"dispatcher": _dispatcher, "bare": _bare}[sys.argv[1]](*sys.argv[2:]))
