"""What is to be woken by a commit: a hint to those who look for work anyway, only sooner. Never the record of it."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

DUE: Final = "due"
"""Something was put on the table of what falls due; the moment is that of its next step."""

TOLD: Final = "told"
"""Something that happened was told; the moment is when."""

Listener = Callable[[datetime], None]


class Waking:
    """Who in this process wants to be woken, by what. Lives on the event loop; listeners return at once."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)

    def on(self, what: str, listener: Listener) -> None:
        """Have `listener` called after each commit that wakes `what`, with the earliest moment that it gave."""
        self._listeners[what].append(listener)

    def wake(self, wakes: Mapping[str, datetime]) -> None:
        """Call those whom the commit of a change concerns."""
        for what, at in wakes.items():
            for listener in self._listeners[what]:
                listener(at)
