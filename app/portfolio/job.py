"""A run in hand: its row, and what it decides by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from app.clock import Clock
from app.kernel.rulebook import Rulebook
from app.kernel.stress import Shock, parse_shock
from app.portfolio.gathering import Reached
from app.portfolio.members import Membership
from app.portfolio.tables import PortfolioRun
from app.rulebooks import service
from app.rulebooks.parameters import checked
from app.rulebooks.published import Published, Unreadable, read_published
from app.rulebooks.refusals import RulebookUnreadable, UnsoundRulebook
from app.standing.judges import Judges
from app.standing.settled import Follower
from app.trail.actor import Actor


@dataclass(frozen=True, slots=True)
class Shop:
    """What runs are done with: `followers` are called with what each piece stored."""

    judges: Judges
    followers: Sequence[Follower]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Job:
    """A run, the version that is tried instead of those that govern, who judges, and what follows."""

    run: PortfolioRun
    tried: Published | None
    judges: Judges
    followers: Sequence[Follower]
    zone: ZoneInfo
    clock: Clock

    @property
    def membership(self) -> Membership:
        """Whom it covers: those who were there when the run started."""
        run = self.run
        return Membership(run.unit, run.day, run.rulebook, run.filter, self.known_at)

    @property
    def reached(self) -> Reached:
        """Which facts count: those known when the run started."""
        return Reached(self.run.as_of, self.known_at, self.zone)

    @property
    def known_at(self) -> datetime:
        """When the run started, for good: a worker that carries it on sees no more than the first did."""
        if self.run.known_at is None:
            raise ValueError("the run has not started")
        return self.run.known_at


def actor_of(run: PortfolioRun) -> Actor:
    """Whoever asked for a run; what it stores is theirs."""
    return Actor(run.key_name, run.key_id, run.key_unit, run.person, run.request_id)


class Stopwatch:
    """Where the time of a piece goes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at = clock.monotonic()
        self.spent = {"reading": 0.0, "scoring": 0.0, "writing": 0.0}

    def lap(self, stage: str) -> None:
        """Count the time since the last lap to a stage."""
        now = self._clock.monotonic()
        self.spent[stage] += now - self._at
        self._at = now


async def version_tried(session: AsyncSession, name: str, number: int) -> Published:
    """A stored version, draft or not, made ready to decide.

    Raises VersionNotFound; UnsoundRulebook where its faults keep it from deciding; RulebookUnreadable where it has
    none, so that another build published it.
    """
    row = await service.version(session, name, number)
    found = await run_in_threadpool(read_published, row)
    if isinstance(found, Unreadable):
        report = await checked(row.document)
        if report.sound is None:
            raise UnsoundRulebook(report.problems)
        raise RulebookUnreadable(f"Version {number} of {name} cannot be tried: another build published it.")
    return found


def shocks_of(book: Rulebook, changes: Mapping[str, Any]) -> list[Shock]:
    """A scenario's shocks to the facts that a version declares; raises QuantityError."""
    return [parse_shock(book.facts[name], text) for name, text in changes.items() if name in book.facts]
