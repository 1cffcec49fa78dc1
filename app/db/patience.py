"""Waiting with an end."""

import time
from collections.abc import Callable

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
