"""The sweep: whatever is due is taken, told and advanced, in one transaction for a batch (references/events.md, 3).

It looks at what is there, not at when it last looked: any number of processes may sweep, at any time, after any pause.
Rows that another holds are left to it. What falls due and what is told of it commit together or not at all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.db.engine import Sessions
from app.db.failures import has_taken_too_long, has_waited_for_others
from app.due.handling import Handler, Taken
from app.events.emitting import emit
from app.events.envelope import public_id
from app.scheduler.coming import Come
from app.scheduler.taking import NOTHING, Waiting, advance, due_now, enter, waiting
from app.trail.actor import Actor
from app.trail.change import Change
from app.trail.waking import Waking

BATCH: Final = 500
"""Rows in one transaction."""

_PATIENCE: Final = 20
"""Rows of a kind that may fail one by one in a sweep, until all of the kind is left to the next."""

_Outcome = tuple[Come, UUID | None]
_log = structlog.get_logger("tierbook.scheduler")


@dataclass(slots=True)
class Swept:
    """What a sweep did. `rows` counts those taken by kind and outcome; what failed is set aside until the next."""

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    late_s: list[float] = field(default_factory=list)
    """By how many seconds each step that was told of had passed, when that was committed."""
    failed: Counter[str] = field(default_factory=Counter)
    aside: set[UUID] = field(default_factory=set)
    kinds_aside: set[str] = field(default_factory=set)
    looked_at: datetime | None = None
    """As of when the last batch was looked for."""
    waiting: Waiting = NOTHING
    """What waits after it."""

    def set_aside(self, each: Taken, *, whole: bool) -> None:
        """Leave a row that failed, and with it all of its kind, where it is `whole` or has failed often enough."""
        self.failed[each.kind] += 1
        if whole or self.failed[each.kind] > _PATIENCE:
            self.kinds_aside.add(each.kind)
        else:
            self.aside.add(each.id)


class Sweeper:
    """Takes what is due of the kinds that it has handlers for. Lives on the event loop."""

    def __init__(
        self, sessions: Sessions, clock: Clock, zone: ZoneInfo, handlers: Mapping[str, Handler], waking: Waking
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._zone = zone
        self._handlers = handlers
        self._waking = waking

    async def sweep(self) -> Swept:
        """Take all that is due, batch by batch, and say what waits next; raises the database's errors."""
        swept = Swept()
        while await self._batch(swept) == BATCH:
            pass
        return swept

    async def look(self, swept: Swept) -> None:
        """See what waits now, apart from what that sweep set aside."""
        async with self._sessions.begin() as session:
            swept.waiting = await self._waiting(session, swept)

    async def _waiting(self, session: AsyncSession, swept: Swept) -> Waiting:
        return await waiting(session, self._kinds(swept), swept.aside)

    def _kinds(self, swept: Swept) -> set[str]:
        return self._handlers.keys() - swept.kinds_aside

    async def _batch(self, swept: Swept) -> int:
        """Take one batch, and return of how many rows it was."""
        taken: list[_Outcome] = []
        async with self._sessions.begin() as session:
            now = swept.looked_at = self._clock.now()
            change = Change(Actor("scheduler"), now, now.astimezone(self._zone).date(), self._zone, session=session)
            swept.waiting = await self._waiting(session, swept)  # first, for as a rule nothing is due
            if swept.waiting.ours is None or swept.waiting.ours > now:
                return 0
            comes = await due_now(session, now, self._kinds(swept), swept.aside, BATCH)
            for kind, of_kind in _by_kind(comes).items():
                taken += await self._take_kind(change, kind, of_kind, swept)
            if len(comes) < BATCH:
                swept.waiting = await self._waiting(session, swept)
        _count(swept, taken, self._clock.now())
        for do in change.afterwards:
            await do()
        self._waking.wake(change.wakes)
        return len(comes)

    async def _take_kind(self, change: Change, kind: str, comes: Sequence[Come], swept: Swept) -> Sequence[_Outcome]:
        """Take these together; where that fails one by one, so that one does not hold up the others."""
        outcomes, failure = await self._try(change, comes)
        if failure is None:
            return outcomes
        _log.error("due_handler_failed", kind=kind, error=type(failure).__name__, rows=len(comes))
        slow = has_waited_for_others(failure) or has_taken_too_long(failure)
        found: list[_Outcome] = []
        for each in comes:
            outcomes, alone = ([], failure) if slow or len(comes) == 1 else await self._try(change, [each])
            found += outcomes
            if alone is not None:
                swept.set_aside(each.last, whole=slow)
            if kind in swept.kinds_aside:
                break
        return found

    async def _try(self, change: Change, comes: Sequence[Come]) -> tuple[Sequence[_Outcome], Exception | None]:
        """Take these in a savepoint of their own: whole, or not at all and the failure."""
        until_now = len(change.afterwards)
        try:
            async with change.session.begin_nested():
                return await self._handled(change, comes), None
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            del change.afterwards[until_now:]
            return [], error

    async def _handled(self, change: Change, comes: Sequence[Come]) -> Sequence[_Outcome]:
        await advance(change.session, change.now, comes)
        happened = await self._handlers[comes[0].last.kind](change, [each.last for each in comes])
        if len(happened) != len(comes):
            raise ValueError(f"{len(comes)} were handed over, of {len(happened)} was said what happened")
        told = iter(await emit(change, [each for each in happened if each is not None]))
        events = [None if each is None else next(told) for each in happened]
        await enter(change.session, change.now, comes, events)
        return [*zip(comes, events, strict=True)]


def _by_kind(comes: Iterable[Come]) -> dict[str, list[Come]]:
    found: defaultdict[str, list[Come]] = defaultdict(list)
    for each in comes:
        found[each.last.kind].append(each)
    return found


def _count(swept: Swept, taken: Sequence[_Outcome], now: datetime) -> None:
    """Count and log what is committed."""
    for come, event in taken:
        last = come.last
        swept.rows[last.kind, "cancelled" if event is None else "emitted"] += 1
        swept.rows[last.kind, "superseded"] += len(come.superseded)
        if event is not None:
            swept.late_s.append((now - last.planned_at).total_seconds())
            told = {"kind": last.kind, "action": last.action, "event_id": public_id(event), "late_s": last.late_s}
            _log.info("due_told", **told)
