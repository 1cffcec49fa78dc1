"""How a client's reviews follow each other, as it is stored with each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
        cycle, full_every = self.cycle, self.cadence.full_every
        return {
            "anchor": cycle.anchor.isoformat(),
            "offset": [cycle.offset.months, cycle.offset.days],
            "before": [cycle.before.months, cycle.before.days],
            "owes": cycle.owes,
            "every": str(self.cadence.every),
            "full_every": None if full_every is None else str(full_every),
            "remind_before": [str(each) for each in self.notices.remind_before],
            "overdue_after": [[str(each), role] for each, role in self.notices.overdue_after],
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any], *, in_full: bool) -> "Course":
        """Read what `as_json` wrote."""
        full = stored["full_every"]
        cadence = Cadence(parse_period(stored["every"]), None if full is None else parse_period(full))
        anchor, offset, before = date.fromisoformat(stored["anchor"]), stored["offset"], stored["before"]
        remind = tuple(map(parse_period, stored["remind_before"]))
        overdue = tuple((parse_period(text), role) for text, role in stored["overdue_after"])
        cycle = Cycle(anchor, Period(*offset), Period(*before), stored["owes"], in_full)
        return cls(cycle, cadence, Notices(remind, overdue))
