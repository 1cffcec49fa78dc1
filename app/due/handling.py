"""What the features do when something of theirs falls due: the sweep hands over, the handler says what happened."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.events.envelope import Happened
from app.trail.change import Change


@dataclass(frozen=True, slots=True)
class Taken:
    """A step whose moment has come, with what falls due.

    `planned_at` is the step's own moment and what an event tells of as its time; `late_s` says how many whole seconds
    later it is taken. Steps before it that had come as well are behind, as superseded: `passed` is what they said more.
    """

    id: UUID
    kind: str
    key: str
    client_id: str | None
    rulebook: str | None
    due_at: datetime
    about: dict[str, Any]
    action: str
    planned_at: datetime
    more: dict[str, str]
    late_s: int
    passed: tuple[dict[str, str], ...] = ()


Handler = Callable[[Change, Sequence[Taken]], Awaitable[Sequence[Happened | None]]]
"""Takes what came of its kind, the oldest first, in the sweep's transaction, which others may share; says for each, in
the same order, what is to be told of it, None where there is nothing to tell any more. It does not emit by itself what
it returns. It may put or cancel dues, also the very one that it was handed, which is advanced already. It reads the
time from the change. Where it raises, what it did is undone, and it is asked again later: first one by one."""
