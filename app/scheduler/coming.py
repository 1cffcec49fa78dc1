"""Which steps of something that falls due have come: reckoned from the stored moments, never from when it is looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.due.handling import Taken


class Stored(NamedTuple):
    """A step as the table holds it."""

    action: str
    at: datetime
    more: dict[str, str]

    def late_s(self, now: datetime) -> int:
        """Whole seconds that have passed since its moment."""
        return max(0, int((now - self.at).total_seconds()))


@dataclass(frozen=True, slots=True)
class Come:
    """The steps of one row whose moment has come, the last of which is handed over, and what is left of it."""

    last: Taken
    superseded: Sequence[Stored]
    taken: int
    next_at: datetime | None


def come(row: Any, now: datetime) -> Come:
    """What has come of a row that is due: of its steps beyond `taken` all up to `now`, which is at least one."""
    waiting = [Stored(action, datetime.fromisoformat(at), more) for action, at, more in row.steps[row.taken :]]
    behind = [step for step in waiting if step.at <= now]
    *superseded, last = behind
    rest = waiting[len(behind) :]
    return Come(_taken(row, last, superseded, now), superseded, row.taken + len(behind), rest[0].at if rest else None)


def _taken(row: Any, step: Stored, superseded: Sequence[Stored], now: datetime) -> Taken:
    return Taken(
        id=row.id,
        kind=row.kind,
        key=row.key,
        client_id=row.client_id,
        rulebook=row.rulebook,
        due_at=row.due_at,
        about=row.about,
        action=step.action,
        planned_at=step.at,
        more=step.more,
        late_s=step.late_s(now),
        passed=tuple(each.more for each in superseded),
    )
