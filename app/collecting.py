"""Looking for garbage: seldom, while thousands of things are made at a time that live on for a while."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = 500_000
"""Things more than there were, after which it is looked for: those of some chunks, and what others drop in rings."""


class _Looking:
    """How often this process looks, and how often it did before the first of those who work."""

    def __init__(self) -> None:
        self._working = 0
        self._usual = gc.get_threshold()

    def begin(self) -> None:
        if not self._working:
            self._usual = gc.get_threshold()
            gc.set_threshold(_SELDOM, *self._usual[1:])
        self._working += 1

    def end(self) -> None:
        self._working -= 1
        if not self._working:
            gc.set_threshold(*self._usual)


_looking: Final = _Looking()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom, until the last of those who work under this has ended; on the event loop.

    Chunks of lines and pieces of runs live until they are written: going through them each time that some hundred
    things more were made takes up to a third of the time.
    """
    _looking.begin()
    try:
        yield
    finally:
        _looking.end()
