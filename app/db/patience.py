"""Waiting with an end."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from app.clock import SystemClock


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.01) -> bool:
    """Look at `condition` again and again until it holds; False when it still does not after `seconds`."""
    clock = SystemClock()
    deadline = clock.monotonic() + seconds
    while not condition():
        if clock.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


_Result = TypeVar("_Result")
_abandoned: Final[set[asyncio.Task[Any]]] = set()


async def answered_within(seconds: float, asked: Coroutine[Any, Any, _Result]) -> _Result:
    """What `asked` returns; raises TimeoutError after `seconds`, even where it does not let itself be cancelled.

    A driver that is cancelled tells the server so, and waits for it for seconds where the server is frozen. So the
    question is left behind, to end when it can.
    """
    task = asyncio.create_task(asked)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
            _abandoned.add(task)
            task.add_done_callback(_abandoned.discard)
    if not done:
        raise TimeoutError
    return task.result()
