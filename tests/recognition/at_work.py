"""The small bank at work: officers who call with keys of their own units, clients, a rulebook by which they rise."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import httpx2
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import ManualClock
from app.rulebooks.governance import end
from app.rulebooks.reign import Term
from app.rulebooks.service import version
from app.rulebooks.shipped import publish_shipped
from tests.organisation.bank import OFFICERS, open_bank
from tests.rulebooks.publishing import SECOND, published
from tests.service import NOON, SHANGHAI, change_of, client_of, new_key

Answer = httpx2.Response
TODAY: Final = NOON.astimezone(SHANGHAI).date()
BOOK: Final = """\
rulebook: strategy
title: {en: Strategy, zh: 战略客户}
source: a test
applies_to: {segment: {in: [corporate]}}
facts:
  segment: {type: choice, options: [corporate, retail], missing: refuse}
  deposits: {type: money, missing: zero}
  revenue: {type: money, missing: worst}
  brand: {type: grade, options: [low, medium, high], missing: worst}
  innovation: {type: grade, options: [low, medium, high], missing: worst}
  overdue: {type: count, better: lower, missing: zero}
roles:
  relationship_manager: {en: Manager, zh: 客户经理}
  corporate_director: {en: Director, zh: 公司业务部主任}
scorecard:
  method: weighted
  dimensions:
    strength:
      weight: 100
      indicators:
        deposits: {weight: 30, points: {0: 0, 1亿: 50, 10亿: 100}}
        revenue: {weight: 30, points: {0: 0, 1亿: 50, 10亿: 100}}
        brand: {weight: 20, points: {low: 0, medium: 50, high: 100}}
        innovation: {weight: 20, points: {low: 0, medium: 50, high: 100}}
tiers:
  order: [none, potential, key, core]
  rules:
    core: {enter: {score: 85}, stay: {score: 80}}
    key: {enter: {score: 65}, stay: {score: 60}}
    potential: {enter: {score: 45}, stay: {score: 40}}
    otherwise: none
  ceilings:
    - {when: {overdue: {at_least: 30}}, at_most: potential, reason: overdue_30}
  movement:
    promotion: {needs: recognition}
    demotion: {after_reviews: 2}
recognition:
  experts: 2
  scores: [brand, innovation]
  committee: {quorum: 2, majority: more_than_half}
  limits: {screening: P5D, assessment: P20D, vote: P30D, filing: P10D}
exits:
  - {when: {overdue: {at_least: 90}}, reason: overdue_90}
exit_process:
  steps:
    - {step: notify, role: relationship_manager, within: P10D}
    - {step: hand_over, role: relationship_manager, within: P20D}
    - {step: close_obligations, role: corporate_director, within: P60D}
examples:
  - {given: {segment: corporate, deposits: 10亿, revenue: 10亿, brand: high, innovation: high}, expect: {tier: core}}
  - {given: {segment: corporate, deposits: 10亿, revenue: 10亿, brand: medium, innovation: low}, expect: {tier: key}}
  - {given: {segment: corporate, deposits: 1亿, revenue: 1亿, brand: high, innovation: low}, expect: {tier: potential}}
"""
"""Two experts judge brand and innovation; of three members of a committee two must vote."""

PLAIN: Final = """\
rulebook: plain
title: {en: Plain, zh: 简}
source: a test
facts:
  deposits: {type: money, missing: zero}
scorecard:
  method: weighted
  dimensions: {size: {weight: 100, indicators: {deposits: {weight: 100, points: {0: 0, 1亿: 100}}}}}
tiers:
  order: [none, large]
  rules: {large: {enter: {score: 100}}, otherwise: none}
  movement: {promotion: {needs: recognition}}
recognition:
  experts: 0
  committee: {quorum: 3, majority: unanimous}
  limits: {screening: P5D, assessment: P20D, vote: P30D, filing: P10D}
exits:
  - {when: {deposits: {below: 1000}}, reason: gone}
examples:
  - {given: {deposits: 1亿}, expect: {tier: large}}
"""
"""No experts are asked, and an exit has no steps."""

UNTIERED: Final = """\
rulebook: untiered
title: {en: Untiered, zh: 无层级}
source: a test
facts:
  deposits: {type: money, missing: zero}
classifications:
  size: {order: [small, large], bands: {deposits: {small: 0, large: 1亿}}}
examples:
  - {given: {deposits: 1亿}, expect: {size: large}}
"""

STRONG: Final = {"deposits": "10亿", "revenue": "10亿"}
"""Facts of a client that is core with good opinions, key with middling ones."""

HIGH: Final = {"brand": "high", "innovation": "high"}
MEDIUM: Final = {"brand": "medium", "innovation": "medium"}
LOW: Final = {"brand": "low", "innovation": "low"}


async def founded(session: AsyncSession) -> None:
    """Open the bank and publish its rulebooks."""
    await open_bank(session)
    for book in (BOOK, PLAIN, UNTIERED):
        await published(session, book, Term((), TODAY))


class Bank:
    """The service with the bank in it. Every officer calls with a key of the unit where they serve."""

    def __init__(self, app: FastAPI, clock: ManualClock, callers: AsyncExitStack) -> None:
        self.app, self.clock = app, clock
        self._stack = callers
        self._callers: dict[tuple[str | None, str | None], httpx2.AsyncClient] = {}

    async def publish_shipped(self) -> None:
        """The shipped rulebooks besides."""
        async with self.app.state.sessions.begin() as session:
            await publish_shipped(session, NOON, SHANGHAI)
        await self.app.state.rulebooks.refresh()

    async def governs_no_longer(self, rulebook: str) -> None:
        """The rulebook is ended from tomorrow on, and that is today."""
        self.days_pass(1)
        async with self.app.state.sessions.begin() as session:
            change = change_of(session, person=SECOND, now=self.clock.now())
            await end(change, await version(session, rulebook, 1), (), change.today)
        await self.app.state.rulebooks.refresh()

    async def gone(self, unit: str) -> None:
        """The unit stands since today nowhere, however it came to close."""
        async with self.app.state.sessions.begin() as session:
            today = {"unit": unit, "today": self.clock.now().astimezone(SHANGHAI).date()}
            for close in (
                "UPDATE unit SET closed_on = :today WHERE id = :unit",
                "UPDATE unit_tree SET until_day = :today WHERE descendant = :unit",
            ):
                await session.execute(text(close), today)

    async def caller(self, unit: str | None, person: str | None, *scopes: Any) -> httpx2.AsyncClient:
        """Somebody with a key of a unit, None for the whole bank."""
        if (unit, person) not in self._callers or scopes:
            async with self.app.state.sessions.begin() as session:
                key = new_key(
                    session, self.app.state.settings, *scopes, name=f"key of {unit}", unit=unit, person=person
                )
            self._callers[unit, person] = await self._stack.enter_async_context(client_of(self.app, key.token))
        return self._callers[unit, person]

    async def as_(self, officer: str) -> httpx2.AsyncClient:
        """An officer with a key of the unit where they serve."""
        return await self.caller(OFFICERS[officer][0], officer)

    async def client(self, client_id: str, unit: str = "B1-S1", facts: Any = STRONG, **profile: Any) -> str:
        """A client with its facts; without a level and of no category, unless the profile says so."""
        service = await self.caller(None, None)
        document = {"kind": "company", "name": client_id, "segment": "corporate", "unit": unit, **profile}
        answer = await service.put(f"/v1/clients/{client_id}", json=document)
        assert answer.status_code in {200, 201}, answer.text
        if facts:
            await self.tell(client_id, **facts)
        return client_id

    async def tell(self, client_id: str, **facts: Any) -> None:
        """Record facts of today."""
        service = await self.caller(None, None)
        answer = await service.post(f"/v1/clients/{client_id}/facts", json={"facts": facts})
        assert {each["status"] for each in answer.json()["results"]} <= {200, 201}, answer.text

    async def post(self, officer: str, path: str, **body: Any) -> Answer:
        """What an officer asks for."""
        return await (await self.as_(officer)).post(f"/v1/{path}", json=body)

    async def get(self, officer: str, path: str) -> Any:
        """What an officer reads."""
        answer = await (await self.as_(officer)).get(f"/v1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def nominate(self, officer: str, client_id: str, **asked: Any) -> Answer:
        """A nomination to key; regional, of a local group, where nothing else is said."""
        body = {
            "rulebook": "strategy",
            "level": "regional",
            "category": "local_group",
            "tier": "key",
            "reason": "grows",
        }
        return await self.post(officer, f"clients/{client_id}/nominations", **{**body, **asked})

    async def opinion(self, officer: str, nomination: str, scores: Any = HIGH) -> Answer:
        return await self.post(officer, f"nominations/{nomination}/opinions", scores=scores)

    async def vote(self, officer: str, nomination: str, choice: str = "for", reason: str = "") -> Answer:
        return await self.post(officer, f"nominations/{nomination}/votes", choice=choice, reason=reason)

    async def in_vote(self, client_id: str, scores: Any = HIGH, **asked: Any) -> str:
        """A regional nomination by the sub-branch, with both opinions, before the committee of B1."""
        made = done(await self.nominate("b1-s1-rm", client_id, **asked), 201)
        for expert in ("b1-expert", "b1-director"):
            done(await self.opinion(expert, made["id"], scores))
        nomination: str = made["id"]
        return nomination

    async def recognised(self, client_id: str, scores: Any = HIGH, **asked: Any) -> str:
        """The same, recognised by a vote of all three."""
        nomination = await self.in_vote(client_id, scores, **asked)
        for member in ("b1-committee-1", "b1-committee-2", "b1-committee-3"):
            done(await self.vote(member, nomination))
        return nomination

    async def recognised_from(self, nomination: str) -> str:
        """The state of a nomination of which both opinions and three votes for it are given."""
        for expert in ("b1-expert", "b1-director"):
            done(await self.opinion(expert, nomination))
        votes = [done(await self.vote(f"b1-committee-{number}", nomination)) for number in (1, 2, 3)]
        state: str = votes[-1]["state"]
        return state

    async def filed(self, nomination: str) -> None:
        """The nomination filed by the branch."""
        done(await self.post("b1-director", f"nominations/{nomination}/file"))

    async def standing(self, client_id: str, rulebook: str = "strategy") -> Any:
        """Where the client stands."""
        found = await (await self.caller(None, None)).get(f"/v1/clients/{client_id}/standing")
        return next((each["state"] for each in found.json()["items"] if each["rulebook"] == rulebook), None)

    async def assess(self, client_id: str, **order: Any) -> Any:
        service = await self.caller(None, None)
        return done(await service.post(f"/v1/clients/{client_id}/assessments", json=order), 201)

    async def trail(self, prefix: str, outcome: str = "done") -> list[str]:
        """The actions of the trail that begin like this, in their order."""
        query = text("SELECT action FROM audit_entry WHERE action LIKE :like AND outcome = :outcome ORDER BY id")
        async with self.app.state.sessions() as session:
            found = await session.scalars(query, {"like": f"{prefix}%", "outcome": outcome})
            return [*found]

    async def digests(self, object_type: str) -> set[str | None]:
        """The digests in the trail of objects of a type."""
        query = text("SELECT DISTINCT digest FROM audit_entry WHERE object_type = :type")
        async with self.app.state.sessions() as session:
            return {*await session.scalars(query, {"type": object_type})}

    def days_pass(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))


@asynccontextmanager
async def at_work(app: FastAPI, clock: ManualClock) -> AsyncIterator[Bank]:
    """The bank, in an application whose database is `founded`."""
    await app.state.rulebooks.refresh()
    async with AsyncExitStack() as callers:
        yield Bank(app, clock, callers)


def done(answer: Answer, status: int = 200) -> Any:
    """What was answered to something that succeeded."""
    assert answer.status_code == status, answer.text
    return answer.json()


def refusal(answer: Answer) -> tuple[int, str]:
    """The status and the code of a problem."""
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def wrong(answer: Answer) -> list[tuple[str, str]]:
    """What is wrong with which part of a request."""
    assert answer.status_code == 422, answer.text
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
