"""The moments at which a period's visits are looked at, put where whatever ticks finds them (domain.md D2, A15)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.coverage.known_terms import Desk
from app.due.handling import Taken
from app.due.putting import Due, Step, put
from app.events.catalogue import CoverageCheckpoint
from app.events.envelope import Happened
from app.kernel.coverage.pace import WHOLE
from app.kernel.coverage.period import CoveragePeriod, period_of
from app.kernel.coverage.rules import CoverageRules
from app.kernel.coverage.working_days import WorkingDays
from app.kernel.moments import moment
from app.kernel.quantity import RATIO, render
from app.organisation.calendar_days import working_days
from app.organisation.calendar_reading import calendar_as_of
from app.rulebooks.published import Published
from app.trail.change import Change

COVERAGE: Final = "coverage"
CHECKPOINT: Final = "checkpoint"
CLOSE: Final = "close"
_DAY: Final = timedelta(days=1)


async def watch_periods(change: Change, desk: Desk) -> None:
    """Have the checkpoints and closes looked after of the periods that today is in, under all that governs anywhere."""
    working = working_days(await calendar_as_of(change.session, desk.calendar, change.now))
    governing = desk.registry.governing_anywhere(change.today)
    await put(change, [due for each in governing for due in _dues(change, each, working)])


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The handler; `look` has everybody's pace looked at soon."""

    look: Callable[[], None]

    async def __call__(self, _: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        """Say which moments have come, and have the warnings follow."""
        self.look()
        return [_told(each) for each in taken]


def _dues(change: Change, published: Published, working: WorkingDays) -> Iterator[Due]:
    book = published.sound.rulebook
    if book.coverage is None:
        return
    for kind in {rule.per for rule in book.obligations}:
        period = period_of(kind, change.today)
        grace = timedelta(book.coverage.grace.days if book.coverage.grace else 0)
        closes = moment(period.span.until + grace, change.zone)
        steps = [Step(CLOSE, closes), *_checkpoints(change, period, book.coverage, working)]
        key = f"{published.name}/{published.number}/{period.name}"
        yield Due(COVERAGE, key, closes, steps, rulebook=published.name, about={"period": period.name})


def _checkpoints(change: Change, period: CoveragePeriod, rules: CoverageRules, working: WorkingDays) -> Iterator[Step]:
    """The first day on which more than a checkpoint's share of the working days is over; none beyond the calendar."""
    days = working.of(period.span)
    for each in rules.checkpoints:
        over = each.elapsed * len(days) // WHOLE
        if over < len(days):
            yield Step(CHECKPOINT, moment(days[over] + _DAY, change.zone), {"elapsed": _share(each.elapsed)})


def _share(elapsed: int) -> str:
    return f"{render(100 * elapsed, RATIO)}%"


def _told(taken: Taken) -> Happened:
    data = CoverageCheckpoint(
        rulebook=taken.rulebook or "",
        period=taken.about["period"],
        checkpoint=taken.more.get("elapsed", CLOSE),
        late_by=taken.late_s,
    )
    return Happened(data, (taken.key, data.checkpoint), taken.planned_at)
