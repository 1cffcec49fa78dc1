"""Everything that is known about one client, gathered from the features that keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.fact_schemas import FactOnDay
from app.clients.fact_wire import as_facts
from app.clients.facts import facts_of
from app.clients.reading import ClientRow
from app.clients.red_list import is_reachable
from app.clients.team import Team, team_of
from app.kernel.cadence import parse_period
from app.organisation.queries import unit_path
from app.overview.next_steps import Open
from app.overview.trends import BALANCE, CONTRIBUTION, QUARTER, YEAR, Trend, trend
from app.rulebooks.registry import Registry
from app.standing import overrides, plans, queries, warnings_raised
from app.standing.reading import standings_of
from app.standing.schemas import MoveDetail, MoveStep, OverrideDetail, PlanDetail, StandingDetail, WarningDetail
from app.standing.wire import as_move, as_override, as_plan, as_standing, as_warning
from app.trail.change import Reading

_MOVES: Final = 20
_WARNINGS: Final = 100
_AWAITS: Final = "promotion_awaits_recognition"


@dataclass(frozen=True, slots=True)
class Glance:
    """A client at a glance, as far as the wire's shapes go; `last` are the results that its standings rest on."""

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
    last: dict[str, tuple[date, Any]]
    reachable: bool

    def stands_open(self) -> Open:
        """What stands open, for `next_steps`."""
        return Open(
            today=self.today,
            standings=self.standings,
            awaiting=[
                MoveStep(**each)
                for _, result in self.last.values()
                for each in result["moves"]
                if each["kind"] == _AWAITS
            ],
            warnings=self.warnings,
            plans=self.plans,
            facts=self.facts,
            reviews={name: due for name, (day, result) in self.last.items() if (due := _review(day, result))},
            reachable=self.reachable,
            owner=next((each.officer_id for rung in self.team.rungs for each in rung.members if each.owner), None)
            or next((each.officer_id for each in self.team.others if each.owner), None),
        )


async def gather(reads: Reading, registry: Registry, client: ClientRow) -> Glance:
    """Read what the features keep about a client that the caller sees."""
    session, today = reads.session, reads.today
    warnings = await warnings_raised.listed(reads, client.id, None, _WARNINGS, standing=True)
    return Glance(
        client=client,
        today=today,
        facts=await _facts(reads, registry, client),
        standings=await _standings(session, client.id, today),
        moves=[as_move(each) for each in await queries.moves(session, client.id, None, None, _MOVES)],
        warnings=[as_warning(each) for each in warnings],
        plans=[as_plan(each) for each in await plans.active(session, client.id)],
        overrides=await _overrides(session, client.id, today),
        team=await team_of(session, client.id, today),
        contribution=await trend(session, client.id, CONTRIBUTION, QUARTER, today),
        trend=await trend(session, client.id, BALANCE, YEAR, today),
        last={
            each.rulebook: (each.as_of, orjson.loads(each.result))
            for each in await queries.last_assessments(session, client.id)
        },
        reachable=await is_reachable(session, client.id),
    )


async def _facts(reads: Reading, registry: Registry, client: ClientRow) -> dict[str, FactOnDay]:
    known = (await facts_of(reads.session, [client.id], reads.today, zone=reads.zone))[client.id]
    path = await unit_path(reads.session, client.unit, reads.today) if client.unit else ()
    return as_facts(known, registry.all_governing(path, reads.today), reads.today)


async def _standings(session: AsyncSession, client_id: str, today: date) -> list[StandingDetail]:
    rows = await queries.standings(session, client_id)
    stands = await standings_of(session, [client_id], [row.rulebook for row in rows], today)
    return [as_standing(row, stands[client_id, row.rulebook].standing) for row in rows]


async def _overrides(session: AsyncSession, client_id: str, today: date) -> list[OverrideDetail]:
    found = await overrides.overrides_of_client(session, client_id)
    return [as_override(each) for each in found if each.state in overrides.LIVE and each.until_day > today]


def _review(day: date, result: Any) -> date | None:
    """When the next review falls due, counted from the last assessment; None where none does."""
    period = result["outcome"]["review"]
    return parse_period(period).after(day) if period else None
