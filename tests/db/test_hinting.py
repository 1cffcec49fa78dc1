"""Word that there is something to do, from process to process."""

import asyncio

from app.db.hinting import Hints, listen
from app.settings import Settings


async def test_a_hint_is_heard_by_every_process_that_listens_to_its_kind(settings: Settings) -> None:
    heard, other = asyncio.Semaphore(0), asyncio.Semaphore(0)
    listening = [
        asyncio.create_task(listen(settings, "told", heard.release)),
        asyncio.create_task(listen(settings, "due", other.release)),
    ]
    for each in (heard, other):  # one may have been missed before
        await each.acquire()
    hints = Hints(settings, "told")
    passing_on = asyncio.create_task(hints.run())
    for _ in range(2):
        hints.give()
        await heard.acquire()
    assert other.locked()
    for task in (*listening, passing_on):
        task.cancel()
    await asyncio.gather(*listening, passing_on, return_exceptions=True)
