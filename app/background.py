"""What runs beside the requests: begun again whenever it fails, and ended for certain when we stop."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final

import structlog

_RESTART_S: Final = 1.0
_AGAIN_S: Final = 2.0
_ROUNDS: Final = 10
_log = structlog.get_logger("tierbook.background")


def begin(name: str, run: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    """Run something for ever as a task of this name: again whenever it fails, and it is said so; `end` ends it."""
    return asyncio.create_task(_supervised(name, run), name=name)


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended; those that do not in 20 s are named in the log and left.

    Once is not enough: a cancellation is lost where an error takes its place on the way, and the loop around it goes on
    for ever.
    """
    left: Collection[asyncio.Task[Any]] = tasks
    for _ in range(_ROUNDS):
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=_AGAIN_S)
    for task in left:
        _log.error("background_task_does_not_end", task=task.get_name())


async def _supervised(name: str, run: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await run()
        except Exception as error:  # noqa: BLE001  whatever it was, the next round may do
            _log.error("background_task_failed", task=name, error=type(error).__name__)
        await asyncio.sleep(_RESTART_S)
