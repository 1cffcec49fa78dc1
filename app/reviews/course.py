"""How a client's reviews follow each other, as it is stored with each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from app.kernel.cadence import Period, parse_period
from app.kernel.review_cycle import Cadence, Cycle, Notices


@dataclass(frozen=True, slots=True)
class Course:
    """A review's place among those of its client, the cadence by which it was planned, and who is told of it when."""

    cycle: Cycle
    cadence: Cadence
    notices: Notices

    @property
    def next_day(self) -> date:
        """When the next one is due at this cadence."""
        return self.cycle.next_day(self.cadence)

    def as_json(self) -> dict[str, Any]:
        """What is stored; offsets from the anchor as months and days."""
        cycle = self.cycle
        return {
            "anchor": cycle.anchor.isoformat(),
            "offset": [cycle.offset.months, cycle.offset.days],
            "before": [cycle.before.months, cycle.before.days],
            "owes": cycle.owes,
            **_terms_json(self.cadence, self.notices),
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any], *, in_full: bool) -> "Course":
        """Read what `as_json` wrote."""
        overdue = tuple((text, role) for text, role in stored["overdue_after"])
        cadence, notices = _terms(stored["every"], stored["full_every"], (*stored["remind_before"],), overdue)
        anchor, offset, before = date.fromisoformat(stored["anchor"]), stored["offset"], stored["before"]
        return cls(Cycle(anchor, Period(*offset), Period(*before), stored["owes"], in_full), cadence, notices)


@lru_cache(maxsize=1024)
def _terms_json(cadence: Cadence, notices: Notices) -> Mapping[str, Any]:
    """What the policy says of a course: the same for all of a tier."""
    return {
        "every": str(cadence.every),
        "full_every": None if cadence.full_every is None else str(cadence.full_every),
        "remind_before": [str(each) for each in notices.remind_before],
        "overdue_after": [[str(each), role] for each, role in notices.overdue_after],
    }


@lru_cache(maxsize=1024)
def _terms(
    every: str, full_every: str | None, remind_before: tuple[str, ...], overdue_after: tuple[tuple[str, str], ...]
) -> tuple[Cadence, Notices]:
    """Read what `_terms_json` wrote."""
    full = None if full_every is None else parse_period(full_every)
    remind = tuple(map(parse_period, remind_before))
    return Cadence(parse_period(every), full), Notices(
        remind, tuple((parse_period(each), to) for each, to in overdue_after)
    )
