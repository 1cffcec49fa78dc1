"""Sending what the table says, and what the bank then holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx2
from sqlalchemy import text

from app.access.guard import ON_BEHALF_OF
from app.db.base import metadata
from app.db.engine import Sessions
from tests.contract.fence.ask import Ask, Place, Request, filled, nowhere
from tests.contract.fence.objects import OUTSIDE, OWN, Objects, World
from tests.contract.fence.table import TABLE

_OF_THE_CALL: Final = {"instance", "request_id"}
_OF_THE_TRAIL: Final = {"audit_entry", "audit_pending", "api_key"}
_EACH: Final = "SELECT '{0}' AS name, md5(string_agg(each::text, ',' ORDER BY each::text)) AS held FROM {0} AS each"
_STATE: Final = " UNION ALL ".join(
    _EACH.format(table.name) for table in metadata.sorted_tables if table.name not in _OF_THE_TRAIL
)
_LAST: Final = text("SELECT coalesce(max(id), 0) FROM audit_entry")
_SINCE: Final = text("SELECT action, object_id, unit, outcome FROM audit_entry WHERE id > :last ORDER BY id")
_NOT_IDS: Final = {"level", "kind", "above", "entry"}
NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Probe:
    """Callers of the own unit and of the whole bank, and the database behind them."""

    world: World
    branch: httpx2.AsyncClient
    bank: httpx2.AsyncClient
    sessions: Sessions

    async def send(
        self,
        route: str,
        ask: Ask,
        place: Place | None = None,
        unit: str = OWN,
        value: str | None = None,
        headers: Mapping[str, str] = NOTHING,
    ) -> httpx2.Response:
        """Send the request with the own unit's ids; at the place that of `unit`'s object, or `value`."""
        return await sent(self.branch, route, ask, filled(ask, self.world, place, unit, value), headers)

    async def prepare(self, ask: Ask, place: Place, unit: str) -> None:
        """Have the whole bank's key do what comes first."""
        if ask.first is None:
            return
        asks: Any = TABLE[ask.first]
        request = filled(asks[0], self.world, place if place.where == "path" else None, unit)
        answer = await sent(self.bank, ask.first, asks[0], request)
        assert answer.is_success, answer.text

    async def state(self, route: str) -> dict[str, str]:
        """What each table holds, in short; nothing before a route that only reads."""
        if route.startswith("GET "):
            return {}
        async with self.sessions() as session:
            return {row.name: row.held for row in await session.execute(text(_STATE))}

    async def last_entry(self) -> int:
        """The number of the trail's last entry."""
        async with self.sessions() as session:
            last: int = (await session.execute(_LAST)).scalar_one()
            return last

    async def trail(self, last: int) -> list[Any]:
        """The entries after one."""
        async with self.sessions() as session:
            return [*await session.execute(_SINCE, {"last": last})]

    def names(self, entry: Any, place: Place, unit: str) -> bool:
        """Whether an entry is on the object that a probe named."""
        return self.world[unit][place.id.kind] in entry.object_id

    def ids(self, *units: str) -> set[str]:
        """Every id of these units' objects that tells one apart."""
        return {each for unit in units for kind, each in self.world[unit].items() if kind not in _NOT_IDS}

    def outside(self) -> set[str]:
        """Those of the units that the key does not see."""
        return self.ids(*OUTSIDE)


async def sent(
    caller: httpx2.AsyncClient, route: str, ask: Ask, request: Request, headers: Mapping[str, str] = NOTHING
) -> httpx2.Response:
    """Send a request that is filled in."""
    method, template = route.split()
    path = template.format_map({name: quote(each, safe="") for name, each in request.path.items()})
    content = None if request.body is None else json.dumps(request.body).encode()
    kind = "application/x-ndjson" if ask.lines else "application/json"
    person = {ON_BEHALF_OF: request.person} if request.person else {}
    every = {**headers, **person, **({"Content-Type": kind} if content else {})}
    return await caller.request(method, path, params=request.query, content=content, headers=every)


def outcome(answer: httpx2.Response) -> tuple[int, Any]:
    """The status and the body; of an answer line by line, of its first line."""
    if answer.status_code != 207:
        return answer.status_code, answer.json() if answer.content else None
    lines = answer.headers["content-type"].startswith("application/x-ndjson")
    first = json.loads(answer.text.splitlines()[0]) if lines else answer.json()["results"][0]
    return first["status"], first


def words(answer: httpx2.Response, place: Place, whose: Objects | None = None) -> tuple[int, Any]:
    """What was answered, but for the id that was asked about, and for what is of this one call."""
    status, body = outcome(answer)
    asked = whose[place.id.kind] if whose else nowhere(place.id.kind)
    plain = {name: each for name, each in body.items() if name not in _OF_THE_CALL}
    return status, json.loads(json.dumps(plain).replace(json.dumps(asked)[1:-1], "<id>"))


def texts(tree: Any) -> set[str]:
    """Every text in a JSON value, and every number as it is written."""
    if isinstance(tree, Mapping):
        return set().union(*map(texts, tree.values()))
    if isinstance(tree, list):
        return set().union(*map(texts, tree))
    return {str(tree)}
