"""The days of plans and of tiers set by hand, put where whatever ticks finds them (domain.md A11)."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from app.due.putting import Due, Step, put
from app.kernel.moments import is_over, moment
from app.standing.tables import TierOverride
from app.trail.change import Change

PLAN: Final = "plan"
OVERRIDE: Final = "override"
OPEN_BY: Final = "open_by"
DEADLINE: Final = "deadline"
BEGINS: Final = "begins"
EXPIRES: Final = "expires"


class PlanDays(NamedTuple):
    """A plan that is due or open, with the days by which it is to be opened, and met."""

    id: UUID
    client_id: str
    rulebook: str
    open_by: date
    opened_on: date | None
    deadline: date

    def due(self, change: Change) -> Due:
        """What falls due of it: nobody opened it in time; it runs out."""
        steps = [Step(DEADLINE, is_over(self.deadline, change.zone))]
        if self.opened_on is None:
            steps.append(Step(OPEN_BY, is_over(self.open_by, change.zone)))
        at = is_over(self.deadline, change.zone)
        return Due(PLAN, str(self.id), at, steps, self.client_id, self.rulebook)


async def watch_plans(change: Change, plans: Sequence[PlanDays]) -> None:
    """Have the days of plans looked after, as they are now."""
    await put(change, [each.due(change) for each in plans])


async def watch_override(change: Change, found: TierOverride) -> None:
    """Have the first and the last day of a tier that is set by hand looked after; the first, where it is to come."""
    ends = moment(found.until_day, change.zone)
    steps = [Step(EXPIRES, ends)]
    if found.from_day > change.today:
        steps.append(Step(BEGINS, moment(found.from_day, change.zone)))
    await put(change, [Due(OVERRIDE, str(found.id), ends, steps, found.client_id, found.rulebook)])
