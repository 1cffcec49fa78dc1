"""One of everything for each of four units: what a route can be asked for by its id.

HO      above the key's unit
├── B1      the key's own
│   └── B1-S1   below it
└── B2      beside it
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import httpx2
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.guard import ON_BEHALF_OF
from app.events.emitting import emit
from app.events.envelope import public_id
from app.events.sequencing import place
from app.kernel.coverage.span import Span
from app.organisation.calendar_days import CalendarDays
from app.organisation.calendar_keeping import store_told
from app.rulebooks.reign import Term
from app.standing.moving import Subject, recognised
from tests.coverage.kept import owed
from tests.coverage.visits.visited import VISITED
from tests.events.telling import raised
from tests.organisation.bank import OPENED, UNITS, open_bank
from tests.recognition.at_work import BOOK, PLAIN
from tests.rulebooks.publishing import published
from tests.service import change_of
from tests.standing.watched import WATCHED

OWN: Final = "B1"
CHILD: Final = "B1-S1"
PARENT: Final = "HO"
SIBLING: Final = "B2"
SIDES: Final = {"own": OWN, "child": CHILD, "parent": PARENT, "sibling": SIBLING}
OUTSIDE: Final = (PARENT, SIBLING)
BOOKS: Final = (WATCHED, PLAIN, BOOK, VISITED)
"""`watched-clients` has warnings, plans and exits; clients are nominated under `plain`, and can be under `strategy`;
`visits` has kinds of visits."""

_STAFF: Final[dict[str, dict[str, str]]] = {
    "HO": {"officer": "ho-corporate-2", "coverer": "ho-expert-1", "nominator": "ho-corporate"},
    "B1": {"officer": "b1-director", "coverer": "b1-expert", "nominator": "b1-president"},
    "B2": {"officer": "b2-director", "coverer": "b2-president", "nominator": "ho-corporate"},
    "B1-S1": {"officer": "b1-s1-rm", "coverer": "b1-s1-head", "nominator": "b1-president"},
}
"""Of each unit an officer with nothing to do yet, one who covers its client, and who nominates that."""

PROPOSER: Final = "b1-director"
"""Of every reason for a miss."""

_LEVELS: Final = {"HO": "bank_wide", "B1": "regional", "B2": "bank_wide", "B1-S1": "regional"}
_CATEGORIES: Final = {"bank_wide": "industry_leader", "regional": "local_group"}

Objects = Mapping[str, str]
"""Of one unit the id of each kind of object; of the unit itself also what a document of it says."""

World = Mapping[str, Objects]
"""By unit."""


async def found(session: AsyncSession) -> None:
    """Found the small bank with a calendar of weekdays, and publish its rulebooks; the caller commits."""
    await open_bank(session)
    await store_told(change_of(session), "CN", CalendarDays(Span(date(2016, 1, 1), date(2029, 1, 1))), "test")
    for text in BOOKS:
        await published(session, text, Term((), OPENED))


async def fill(app: FastAPI, bank: httpx2.AsyncClient) -> World:
    """Make everything, by a caller of the whole bank."""
    await app.state.rulebooks.refresh()
    return {unit: await _Maker(app, bank, unit).made() for unit in SIDES.values()}


class _Maker:
    """Makes what belongs to one unit."""

    def __init__(self, app: FastAPI, bank: httpx2.AsyncClient, unit: str) -> None:
        self._app, self._bank, self._unit = app, bank, unit
        self._client = f"C-{unit}"
        self._path = f"/v1/clients/{self._client}"

    async def made(self) -> Objects:
        client = await self._with_its_people()
        client |= await self._called_on(client["coverer"])
        moving = await self._on_its_way_down() | await self._on_its_way_in_and_out()
        return client | moving | await self._covered() | await self._of_the_unit()

    async def _with_its_people(self) -> dict[str, str]:
        staff, level = _STAFF[self._unit], _LEVELS[self._unit]
        profile = {"level": level, "category": _CATEGORIES[level], "segment": "corporate", "unit": self._unit}
        await self._call("PUT", self._path, {"kind": "company", "name": f"Client of {self._unit}", **profile})
        contact = await self._call("POST", f"{self._path}/contacts", {"name": "王芳", "phone": "1"})
        wish = {"officer_id": staff["coverer"], "role": "product_expert", "owner": True}
        assignment = await self._call("POST", f"{self._path}/assignments", wish)
        people = {"contact": contact["contact_id"], "assignment": assignment["assignment_id"]}
        return {**staff, "client": self._client, "level": level, **people}

    async def _called_on(self, officer: str) -> dict[str, str]:
        visit = {"client_id": self._client, "at": "2026-11-22T03:00:00Z", "kind": "visit"}
        people = {"participants": [{"officer_id": officer}]}
        made = await self._call("POST", "/v1/visits", visit | people)
        planned = await self._call("POST", "/v1/visits/planned", visit | people | {"at": "2026-11-30T02:00:00Z"})
        return {"visit": made["visit_id"], "planned": planned["planned_id"]}

    async def _on_its_way_down(self) -> dict[str, str]:
        """Recognised, warned of one review after the other, with a plan that is due and a proposal to override."""
        await self._tell("90")
        async with self._app.state.sessions.begin() as session:
            change = change_of(session)
            governing = self._app.state.rulebooks.in_force("watched-clients", change.today)
            await recognised(change, Subject(self._client, self._unit, governing), "core", ("committee",))
        await self._tell("78")
        assessed = await self._assess("1st")
        await self._tell("70")
        await self._assess("2nd")
        days = {"tier": "core", "until": "2027-03-01", "reason": "merger"}
        override = await self._call("POST", f"{self._path}/overrides", {"rulebook": "watched-clients", **days})
        found = {name: await self._only(f"/v1/{name}s?client_id={self._client}") for name in ("warning", "plan")}
        return {"assessment": assessed["assessments"][0]["id"], "override": override["id"], **found}

    async def _on_its_way_in_and_out(self) -> dict[str, str]:
        """Nominated and before the committee; leaving, with the first step open."""
        level, staff = _LEVELS[self._unit], _STAFF[self._unit]
        order = {"rulebook": "plain", "level": level, "tier": "large", "reason": "grows"}
        nominated = await self._call("POST", f"{self._path}/nominations", order, staff["nominator"])
        assert nominated["state"] == "vote", nominated
        minuted = {"rulebook": "watched-clients", "reason": "no fit", "decision": "2026 / 4"}
        leaving = await self._call("POST", f"{self._path}/exits", minuted, staff["coverer"])
        await self._call("POST", f"/v1/exits/{leaving['id']}/confirm", {"reason": "agreed"}, staff["nominator"])
        return {"nomination": nominated["id"], "exit": leaving["id"]}

    async def _covered(self) -> dict[str, str]:
        """An occasion for a contact, and a reason why others were not made."""
        async with self._app.state.sessions.begin() as session:
            today = change_of(session).today
            digest = self._app.state.rulebooks.in_force("visits", today).sound.digest
            await owed(session, self._client, today, "relationship_manager", digest=digest)
        of_client = {"client_id": self._client, "role": "relationship_manager"}
        occasion = await self._call("POST", "/v1/occasions", of_client | {"kind": "news", "due_by": "2026-12-31"})
        missed = {"rulebook": "corporate-classes", "period": "2026-11", "code": "other", "explanation": "flooded"}
        reason = await self._call("POST", "/v1/coverage/reasons", of_client | missed, PROPOSER)
        return {"occasion": occasion["id"], "reason": reason["id"], "event": await self._told()}

    async def _told(self) -> str:
        """An event that is in the feed."""
        async with self._app.state.sessions.begin() as session:
            change = change_of(session)
            [event_id] = await emit(change, [raised(self._client, self._unit)])
            await place(session, change.now)
        return public_id(event_id)

    async def _of_the_unit(self) -> dict[str, str]:
        kind, above = UNITS[self._unit]
        run = await self._call(
            "POST", "/v1/runs", {"kind": "assess", "rulebook": "watched-clients", "unit": self._unit}
        )
        entries = await self._call("GET", f"/v1/audit?unit={self._unit}&action=client.created")
        officer = await self._call("GET", f"/v1/officers/{_STAFF[self._unit]['officer']}")
        ids = {"run": run["id"], "entry": str(entries["items"][0]["id"]), "posting": _posting(officer)}
        webhook = await self._call("POST", "/v1/webhooks", {"url": "https://93.184.216.34/hook", "unit": self._unit})
        await self._call("POST", f"/v1/webhooks/{webhook['id']}/ping")
        delivery = await self._only(f"/v1/webhooks/{webhook['id']}/deliveries")
        ids |= {"webhook": webhook["id"], "delivery": delivery, **await self._with_days_off()}
        return {"unit": self._unit, "kind": kind, "above": above or "", **ids}

    async def _with_days_off(self) -> dict[str, str]:
        """The officer on leave, the unit closed, both some time."""
        days, officer = {"from": "2027-05-03", "until": "2027-05-04"}, _STAFF[self._unit]["officer"]
        leave = await self._call("POST", f"/v1/officers/{officer}/leaves", days)
        closure = await self._call("POST", f"/v1/units/{self._unit}/closures", {**days, "reason": "works"})
        return {"leave": leave["leave_id"], "closure": closure["closure_id"]}

    async def _tell(self, balance: str) -> None:
        told = {"balance": balance, "deposits": "10亿", "revenue": "10亿"}
        await self._call("POST", f"{self._path}/facts", {"facts": told})

    async def _assess(self, review: str) -> Any:
        return await self._call("POST", f"{self._path}/assessments", {"rulebook": "watched-clients", "review": review})

    async def _only(self, path: str) -> str:
        [item] = (await self._call("GET", path))["items"]
        found: str = item["id"]
        return found

    async def _call(self, method: str, path: str, body: Any = None, person: str | None = None) -> Any:
        headers = {ON_BEHALF_OF: person} if person else {}
        answer = await self._bank.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()


def _posting(officer: Any) -> str:
    [posting] = officer["postings"]
    found: str = posting["posting_id"]
    return found
