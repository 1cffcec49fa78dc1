"""Clients that are to be reviewed and have no review: looked for again and again, and so never forgotten (A10).

Assessments plan reviews. But a client may stand in its tier since before reviews were kept, it may have been recognised
while no version decided it, and a version may begin to govern whose tiers are reviewed when those before it were not.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.clients.facts import facts_of
from app.clients.in_sql import LED
from app.clock import Clock
from app.db.engine import Sessions
from app.kernel.review_cycle import Notices
from app.organisation.lookup import paths
from app.reviews.following import turn
from app.reviews.held import Held, cadence_of
from app.reviews.planning import Planned, Planner, at_of
from app.reviews.stored import last_of
from app.rulebooks.published import Published
from app.rulebooks.refusals import RulebookUnreadable
from app.standing.grounds import Grounds, declared
from app.standing.judges import Judges
from app.standing.reading import Key, Stands, lock, standings_of
from app.standing.verdict import Verdict
from app.trail.actor import Actor
from app.trail.change import Change

PAGE: Final = 500
"""Standings that are looked at in one transaction."""

_WITHOUT: Final = text(f"""
WITH book AS ({LED})
SELECT book.client_id, book.unit_id, stands.rulebook
FROM book JOIN standing AS stands ON stands.client_id = book.client_id
WHERE stands.exited_on IS NULL AND (book.client_id, stands.rulebook) > (:client, :rulebook) AND NOT EXISTS (
  SELECT FROM review WHERE (review.client_id, review.rulebook) = (stands.client_id, stands.rulebook)
    AND review.state = 'open')
ORDER BY book.client_id, stands.rulebook LIMIT :limit
""")


class _Without(NamedTuple):
    """A client without a review, the unit that leads it, and the version that governs it and has reviews."""

    key: Key
    unit: str
    published: Published


class CatchingUp:
    """Any number of processes may: whoever comes second finds nothing left to plan. Lives on the event loop."""

    def __init__(self, sessions: Sessions, clock: Clock, judges: Judges, planner: Planner, zone: ZoneInfo) -> None:
        self._sessions = sessions
        self._clock = clock
        self._judges = judges
        self._planner = planner
        self._zone = zone

    async def once(self) -> int:
        """Go through the whole bank, page by page, each in a transaction of its own; how many reviews were planned."""
        after: Key | None = ("", "")
        planned = 0
        while after is not None:
            async with self._sessions.begin() as session:
                now, today = self._clock.now(), self._clock.today(self._zone)
                change = Change(Actor("upkeep"), now, today, self._zone, session=session)
                after, number = await self._page(change, after)
            planned += number
        return planned

    async def _page(self, change: Change, after: Key) -> tuple[Key | None, int]:
        """Plan the reviews that the next clients lack; the last that was looked at, None where no more follow."""
        asked = {"on": change.today, "client": after[0], "rulebook": after[1], "limit": PAGE}
        rows = (await change.session.execute(_WITHOUT, asked)).all()
        ways = await paths(change.session, {row.unit_id for row in rows}, change.today)
        without = [found for row in rows for found in self._governed(row, ways.get(row.unit_id, ()), change.today)]
        planned = await self._plan(change, without) if without else 0
        return (rows[-1].client_id, rows[-1].rulebook) if len(rows) == PAGE else None, planned

    def _governed(self, row: Any, path: Sequence[str], day: date) -> Iterator[_Without]:
        try:
            governing = self._judges.registry.governs(row.rulebook, path, day)
        except RulebookUnreadable:
            return
        if governing is not None and governing.sound.rulebook.reviews is not None:
            yield _Without((row.client_id, row.rulebook), row.unit_id, governing)

    async def _plan(self, change: Change, without: Sequence[_Without]) -> int:
        clients = sorted({each.key[0] for each in without})
        for client_id in clients:
            await lock(change.session, client_id)
        held, last = await self._held_by(change, clients, without), await last_of(change.session, clients)
        still = [each for each in held if each.key not in last or not last[each.key].is_open]
        turns = [Planned(each, last.get(each.key), turn(each, last.get(each.key), at_of(change))) for each in still]
        return len(await self._planner.carry_out(change, turns))

    async def _held_by(self, change: Change, clients: Sequence[str], without: Sequence[_Without]) -> list[Held]:
        """What those of them hold that are to be reviewed."""
        rulebooks = sorted({each.key[1] for each in without})
        stands = await standings_of(change.session, clients, rulebooks, change.today)
        known = await facts_of(change.session, clients, change.today, zone=change.zone)
        found = (self._held(change.today, each, stands.get(each.key, Stands()), known[each.key[0]]) for each in without)
        return [each for each in found if each is not None and each.cadence is not None]

    def _held(self, day: date, without: _Without, stands: Stands, known: Mapping[str, Any]) -> Held | None:
        """What a client holds, which stays as it is; None where the version does not decide the client."""
        judge, standing = self._judges.of(without.published), stands.standing
        facts = declared(judge.book, known)
        verdict = judge.decide(Grounds(day, facts, standing, counts=False, override=stands.override))
        if not isinstance(verdict, Verdict):
            return None
        tier, since = (standing.tier, standing.since) if standing else (None, day)
        return Held(
            client_id=without.key[0],
            rulebook=without.key[1],
            version=without.published.number,
            unit=without.unit,
            tier_before=tier,
            tier=tier,
            cadence=cadence_of(judge.book, standing, verdict.outcome["review"]),
            notices=judge.book.reviews.notices if judge.book.reviews else Notices(),
            since=since,
            assessment_id=None,
            review=None,
        )
