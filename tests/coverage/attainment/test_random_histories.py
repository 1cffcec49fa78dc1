"""Whatever happens to a few clients in a month: the figures hold (issue's proofs), for many made-up histories.

Each history is of a seed of its own: assessments that change classes, handovers, leave with and without a delegate,
closed units, a changed calendar, visits joint and single, early and late, voided or not, in any order.
"""

import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from app.clock import ManualClock
from app.coverage.attainment.attaining import How, attained
from app.coverage.attainment.crediting import claim_of
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk, KnownTerms
from app.coverage.tables import ObligationRow, VisitParticipant, VisitRecord
from app.db.engine import Sessions
from app.kernel.coverage.crediting import Attendee, Visit, credits_of
from app.kernel.coverage.period import period_named
from tests.coverage.attainment.conftest import Assess, Know, Until, Visited
from tests.coverage.attainment.november import CLIENT, at
from tests.service import SHANGHAI

ROLES: Final = ("branch_president", "corporate_director", "relationship_manager", "outlet_head")
CLIENTS: Final = (CLIENT, "C-2", "C-3")
UNITS: Final = ("B1-S1-O1", "B1-S1", "B2-S1")
MANAGERS: Final = ("b1-s1-o1-rm", "b1-s1-rm", "b1-s1-rm-2")
DEPOSITS: Final = ("200000000", "60000000", "1")
NOVEMBER: Final = "2026-11"
Report = Any


@dataclass
class World:
    """What a history is made in, and what was answered on the way."""

    client: httpx2.AsyncClient
    know: Know
    assess: Assess
    visited: Visited
    until: Until
    sessions: Sessions
    answers: dict[str, list[Report]] = field(default_factory=dict)

    async def report(self, as_of: str | None = None) -> list[Report]:
        """Every way of asking, as of a moment."""
        query = {"period": NOVEMBER} | ({"as_of": as_of} if as_of else {})
        asked = ({"by": by, **query} for by in ("client", "role", "unit", "class", "officer"))
        answers = [(await self.client.get("/v1/coverage", params=each)) for each in asked]
        assert [each.status_code for each in answers] == [200] * 5, [each.text for each in answers]
        return [each.json() | {"as_of": None} for each in answers]


Lived = Callable[[int], Awaitable[World]]


@pytest.fixture
def lived(
    client: httpx2.AsyncClient, know: Know, assess: Assess, visited: Visited, until: Until, sessions: Sessions
) -> Lived:
    """Lives a history of a seed to the 28th of November."""

    async def made(seed: int) -> World:
        draw, world = random.Random(seed), World(client, know, assess, visited, until, sessions)
        for client_id, unit in zip(CLIENTS[1:], UNITS[1:], strict=True):
            profile = {"kind": "company", "name": client_id, "unit": unit, "segment": "corporate", "co_managed": True}
            assert (await client.put(f"/v1/clients/{client_id}", json=profile)).status_code == 201
        for day in range(1, 28):
            until(at(day, 12))
            for _ in range(draw.randrange(3)):
                await draw.choice(EVENTS)(world, draw, day)
            if draw.random() < 0.2:
                moment = at(day, 13)
                until(moment)
                world.answers[moment.isoformat()] = await world.report()
        until(at(28))
        return world

    return made


async def _assessed(world: World, draw: random.Random, day: int) -> None:
    client_id = draw.choice(CLIENTS)
    await world.know(client_id, deposit_balance=draw.choice(DEPOSITS))
    await world.assess(world.client, client_id)


async def _called(world: World, draw: random.Random, day: int) -> None:
    """A visit of that day or before, by one or some."""
    roles = draw.sample(ROLES, draw.randint(1, 3))
    kind = draw.choice(("visit", "contact", "survey"))
    when = at(draw.randint(1, day), draw.randint(8, 11))
    await world.visited(when, *roles, kind=kind, client_id=draw.choice(CLIENTS), officers=tuple(roles))


async def _voided(world: World, draw: random.Random, day: int) -> None:
    async with world.sessions.begin() as session:
        live = select(VisitRecord.id).where(VisitRecord.ended_at.is_(None)).order_by(VisitRecord.recorded_at)
        found = (await session.scalars(live)).all()
        if found:
            ended = at(day, 12)
            chosen = draw.choice(found)
            await session.execute(update(VisitRecord).where(VisitRecord.id == chosen).values(ended_at=ended))
            participants = update(VisitParticipant).where(VisitParticipant.visit_id == chosen)
            await session.execute(participants.values(ended_at=ended))


async def _handed_over(world: World, draw: random.Random, day: int) -> None:
    before, after = draw.sample(MANAGERS, 2)
    body = {"from_officer": before, "to_officer": after, "on": f"2026-11-{day:02}", "reason": "moves"}
    await world.client.post(f"/v1/clients/{CLIENT}/handovers", json=body)


async def _left(world: World, draw: random.Random, day: int) -> None:
    start = draw.randint(1, 27)
    officer, delegate = draw.sample(MANAGERS, 2)
    days = {"from": f"2026-11-{start:02}", "until": f"2026-11-{start + draw.randint(1, 3):02}"}
    body = days | ({"delegate_id": delegate} if draw.random() < 0.5 else {})
    await world.client.post(f"/v1/officers/{officer}/leaves", json=body)


async def _closed(world: World, draw: random.Random, day: int) -> None:
    start = draw.randint(1, 28)
    body = {"from": f"2026-11-{start:02}", "until": f"2026-11-{start + 1:02}", "reason": "flood"}
    await world.client.post(f"/v1/units/{draw.choice(UNITS)}/closures", json=body)


async def _decreed(world: World, draw: random.Random, day: int) -> None:
    body = {"rest": [f"2026-11-{draw.randint(1, 30):02}"], "work": [], "reason": "decree"}
    await world.client.post("/v1/calendars/CN/versions", json=body)


async def _moved(world: World, draw: random.Random, day: int) -> None:
    profile = {"kind": "company", "name": "C-3", "unit": draw.choice(UNITS), "segment": "corporate"}
    await world.client.put("/v1/clients/C-3", json=profile | {"co_managed": True})


EVENTS: Final = (_called, _called, _called, _assessed, _voided, _handed_over, _left, _closed, _decreed, _moved)


@pytest.mark.parametrize("seed", range(4))
async def test_what_was_known_stays_known_whatever_is_recorded_later(lived: Lived, seed: int) -> None:
    world = await lived(seed)
    for moment, answers in world.answers.items():
        for now, then in zip(await world.report(moment), answers, strict=True):
            assert now == then, (moment, now["by"])


@pytest.mark.parametrize("seed", range(8, 11))
async def test_the_parts_of_the_book_add_up_to_the_whole(lived: Lived, seed: int) -> None:
    by_client, by_role, by_unit, by_class, _ = await (await lived(seed)).report()
    names = ("required", "prorated_required", "planned", "done", "credited", "remaining")
    whole = {name: by_role["total"][name] for name in names}

    def summed(groups: list[Any]) -> dict[str, int]:
        return {name: sum(each[name] for each in groups) for name in names}

    assert summed(by_client["items"]) == whole
    assert summed(by_role["items"]) == whole
    assert summed(by_class["items"]) == whole
    units = {each["group"]: each for each in by_unit["items"]}
    assert {name: units["HO"][name] for name in names} == whole
    assert summed([each for unit, each in units.items() if unit != "HO"]) == whole


@pytest.mark.parametrize("seed", range(14, 17))
async def test_no_visit_counts_twice_and_the_database_counts_as_the_kernel_does(
    lived: Lived, seed: int, app: FastAPI, clock: ManualClock
) -> None:
    world = await lived(seed)
    desk = Desk(KnownTerms(), app.state.rulebooks, "CN")
    asked = Question(period_named(NOVEMBER), clock.now(), date(2026, 11, 28), SHANGHAI, clients=CLIENTS)
    async with world.sessions() as session:
        found = await attained(session, desk, asked, How(by_client=True))
        rules = {(row.terms_id, row.role): row for row in await session.scalars(select(ObligationRow))}
        visits = [
            Visit(str(each.id), each.day, each.at, each.kind, await _there(session, each.id))
            for each in await session.scalars(select(VisitRecord).where(VisitRecord.ended_at.is_(None)))
        ]
        of_client = {each.id: each.client_id for each in await session.scalars(select(VisitRecord))}
    assert found
    for each in found:
        own = [visit for visit in visits if of_client[uuid.UUID(visit.id)] == each.claimed.client]
        codes = list(credits_of(claim_of(each, rules), own, each.figures.prorated_required))
        counts = Counter(credit.code for credit in codes)
        assert counts["credited"] == each.figures.credited
        assert counts["credited"] + counts["surplus"] == each.figures.done
        assert len({credit.visit for credit in codes}) == len(codes)


async def _there(session: Any, visit_id: uuid.UUID) -> tuple[Attendee, ...]:
    query = select(VisitParticipant).where(VisitParticipant.visit_id == visit_id)
    return tuple(Attendee(row.officer_id, row.role, row.leads) for row in await session.scalars(query))


async def test_the_order_in_which_visits_arrive_does_not_matter(
    client: httpx2.AsyncClient, visited: Visited, until: Until
) -> None:
    until(at(22))
    moments = [at(day, hour) for day in (3, 5, 9) for hour in (9, 15)]
    random.Random(7).shuffle(moments)
    answers = []
    for when in moments:
        await visited(when, "relationship_manager")
    answers.append((await client.get("/v1/coverage", params={"period": NOVEMBER, "by": "client"})).json())
    [manager] = [each for each in answers[0]["items"][0]["details"] if each["role"] == "relationship_manager"]
    assert (manager["done"], manager["credited"]) == (3, 3)
