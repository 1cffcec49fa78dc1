"""Word of new events, from process to process."""

import asyncio

from app.webhooks.hinting import Hints, listen
from tests.webhooks.delivering.office import Office


async def test_a_hint_is_heard_by_every_process_that_listens(office: Office) -> None:
    heard = asyncio.Semaphore(0)
    listening = asyncio.create_task(listen(office.settings, heard.release))
    await heard.acquire()
    hints = Hints(office.settings)
    passing_on = asyncio.create_task(hints.run())
    for _ in range(2):
        hints.give()
        await heard.acquire()
    for task in (listening, passing_on):
        task.cancel()
    await asyncio.gather(listening, passing_on, return_exceptions=True)
