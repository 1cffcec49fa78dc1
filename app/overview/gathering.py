"""Everything that is known about one client, gathered from the features that keep it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.fact_schemas import FactOnDay
from app.clients.fact_wire import as_facts
from app.clients.facts import facts_of
from app.clients.reading import ClientRow
from app.clients.red_list import is_reachable
from app.clients.team import Team, team_of
from app.coverage.obligations.owed_now import Owed, owed_now
from app.exits.queries import open_of as exits_of
from app.exits.schemas import ExitDetail
from app.exits.wire import as_exit
from app.organisation.queries import unit_path
from app.overview.next_steps import Open
from app.overview.trends import BALANCE, CONTRIBUTION, QUARTER, YEAR, Trend, trend
from app.recognition.queries import open_of as nominations_of
from app.recognition.schemas import Nomination
from app.recognition.wire import as_nomination
from app.reviews.stored import due_days
from app.rulebooks.registry import Registry
from app.standing import overrides, plans, queries, warnings_raised
from app.standing.override_schemas import OverrideDetail
from app.standing.plan_schemas import PlanDetail
from app.standing.reading import standings_of
from app.standing.schemas import MoveDetail, MoveStep, StandingDetail
from app.standing.warning_schemas import WarningDetail
from app.standing.wire import as_move, as_override, as_plan, as_standing, as_warning
from app.trail.change import Reading

_MOVES: Final = 20
_WARNINGS: Final = 100
_AWAITS: Final = "promotion_awaits_recognition"


class LastDecision(NamedTuple):
    """The decision that a standing rests on: its canonical record."""

    result: Any

    def awaiting(self) -> Iterator[MoveStep]:
        """The promotions that it left to recognition."""
        return (MoveStep(**each) for each in self.result["moves"] if each["kind"] == _AWAITS)


@dataclass(frozen=True, slots=True)
class Glance:
    """A client at a glance, as far as the wire's shapes go; `last` by rulebook."""

    client: ClientRow
    today: date
    facts: dict[str, FactOnDay]
    standings: Sequence[StandingDetail]
    moves: Sequence[MoveDetail]
    warnings: Sequence[WarningDetail]
    plans: Sequence[PlanDetail]
    overrides: Sequence[OverrideDetail]
    team: Team
    contribution: Trend
    trend: Trend
    last: dict[str, LastDecision]
    reviews: dict[str, date]
    owed: Sequence[Owed]
    nominations: Sequence[Nomination]
    exits: Sequence[ExitDetail]
    reachable: bool

    def stands_open(self) -> Open:
        """What stands open, for `next_steps`.

        Nobody nominates a client that is nominated, or leaves; nobody reviews one that left.
        """
        left = {each.rulebook for each in self.standings if each.state and each.state.exited_on}
        busy = {each.rulebook.name for each in self.nominations} | {each.rulebook.name for each in self.exits}
        return Open(
            today=self.today,
            standings=self.standings,
            awaiting=[step for name, last in self.last.items() if name not in busy for step in last.awaiting()],
            warnings=self.warnings,
            plans=self.plans,
            nominations=self.nominations,
            exits=self.exits,
            facts=self.facts,
            reviews={name: due for name, due in self.reviews.items() if name not in left},
            reachable=self.reachable,
            owner=_owner(self.team),
        )


async def gather(reads: Reading, registry: Registry, client: ClientRow) -> Glance:
    """Read what the features keep about a client that the caller sees."""
    session, today = reads.session, reads.today
    warnings = await warnings_raised.listed(reads, client.id, None, _WARNINGS, standing=True)
    standings = await _standings(session, client.id, today)
    return Glance(
        client=client,
        today=today,
        facts=await _facts(reads, registry, client),
        standings=standings,
        moves=[as_move(each) for each in await queries.moves(session, client.id, None, None, _MOVES)],
        warnings=[as_warning(each) for each in warnings],
        plans=[as_plan(each) for each in await plans.active(session, client.id)],
        overrides=[as_override(each) for each in await overrides.live_of(session, client.id, today)],
        team=await team_of(session, client.id, today),
        contribution=await trend(session, client.id, CONTRIBUTION, QUARTER, today),
        trend=await trend(session, client.id, BALANCE, YEAR, today),
        nominations=[as_nomination(each, today) for each in await nominations_of(session, client.id)],
        exits=[as_exit(each, registry, today) for each in await exits_of(session, client.id)],
        owed=await owed_now(session, client.id),
        last=await _last(session, client.id),
        reviews=await due_days(session, client.id),
        reachable=await is_reachable(session, client.id),
    )


async def _facts(reads: Reading, registry: Registry, client: ClientRow) -> dict[str, FactOnDay]:
    known = (await facts_of(reads.session, [client.id], reads.today, zone=reads.zone))[client.id]
    path = await unit_path(reads.session, client.unit, reads.today)
    return as_facts(known, registry.all_governing(path, reads.today), reads.today)


async def _standings(session: AsyncSession, client_id: str, today: date) -> list[StandingDetail]:
    rows = await queries.standings(session, client_id)
    stands = await standings_of(session, [client_id], [row.rulebook for row in rows], today)
    return [as_standing(row, stands[client_id, row.rulebook].standing) for row in rows]


async def _last(session: AsyncSession, client_id: str) -> dict[str, LastDecision]:
    rows = await queries.last_assessments(session, client_id)
    return {each.rulebook: LastDecision(orjson.loads(each.result)) for each in rows}


def _owner(team: Team) -> str | None:
    """The owner, where they serve the bank today; of one who left there is nobody who does it."""
    members = chain(*(rung.members for rung in team.rungs), team.others)
    return next((each.officer_id for each in members if each.owner and each.unit_id), None)
