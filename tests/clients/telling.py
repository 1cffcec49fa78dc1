"""What tests of facts share: two small rulebooks that read them, a client, ways to ask and to tell."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import httpx2
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.tables import FactRecord
from app.http.lines import NDJSON
from app.rulebooks.reign import Term
from tests.rulebooks.publishing import published

TODAY: Final = date(2026, 11, 22)
CLIENT: Final = "C-1"
_BOOK: Final = """\
rulebook: {name}
title: {{en: A test's, zh: 测试}}
source: 示例制度, 第一条
facts:
  balance: {{type: money, missing: zero, max_age: {max_age}, label: {{en: Balance, zh: 余额}}}}
  rating: {{type: grade, options: [{options}], missing: worst, label: {{en: Rating, zh: 评级}}}}
classifications:
  size:
    order: [small, large]
    bands: {{balance: {{small: 0, large: 100}}}}
  quality:
    order: [low, high]
    bands: {{rating: {{low: {lowest}, high: {highest}}}}}
examples:
  - {{given: {{balance: 100, rating: {highest}}}, expect: {{size: large, quality: high}}}}
"""


def _book(name: str, max_age: str, *options: str) -> str:
    return _BOOK.format(name=name, max_age=max_age, options=", ".join(options), lowest=options[0], highest=options[-1])


SHORT: Final = _book("short-lived", "P35D", "B", "A")
LONG: Final = _book("long-lived", "P1Y", "A", "AA")
"""Both read `balance` and `rating`; a rating of B only the first, of AA only the second."""


async def govern(app: FastAPI, *texts: str, units: tuple[str, ...] = (), until: date | None = None) -> None:
    """Have rulebooks govern: the whole bank, or a pilot in units from today on."""
    async with app.state.sessions.begin() as session:
        for text in texts:
            await published(session, text, Term(units, TODAY if units else date(2026, 1, 1), until))
    await app.state.rulebooks.refresh()


async def open_client(client: httpx2.AsyncClient, client_id: str = CLIENT, **profile: Any) -> None:
    """Put a client, of the sub-branch B1-S1 where nothing else is said."""
    whole = {"kind": "company", "name": "北方重工", "unit": "B1-S1", **profile}
    answer = await client.put(f"/v1/clients/{client_id}", json=whole)
    assert answer.status_code in {200, 201}, answer.text


async def tell(client: httpx2.AsyncClient, facts: Mapping[str, Any], client_id: str = CLIENT, **more: Any) -> Any:
    """Record facts of a client; their results by name."""
    answer = await client.post(f"/v1/clients/{client_id}/facts", json={"facts": facts, **more})
    assert answer.status_code == 207, answer.text
    return {result.pop("fact"): result for result in answer.json()["results"]}


async def known(client: httpx2.AsyncClient, client_id: str = CLIENT, **asked: str) -> Any:
    """What is known of a client, by fact."""
    answer = await client.get(f"/v1/clients/{client_id}/facts", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["facts"]


async def values(client: httpx2.AsyncClient, client_id: str = CLIENT, **asked: str) -> dict[str, str]:
    """What is known of a client but for its profile: values alone."""
    facts = await known(client, client_id, **asked)
    return {name: fact["value"] for name, fact in facts.items() if fact["source"] != "profile"}


def line(value: Any = "5", **other: Any) -> dict[str, Any]:
    """One line of a bulk upload."""
    return {"client_id": CLIENT, "fact": "balance", "value": value, "as_of": "2026-11-20", "source": "core", **other}


def ndjson(lines: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in lines)


async def upload(client: httpx2.AsyncClient, content: Any, status: int = 207) -> list[Any]:
    """Upload facts in bulk; every line of the answer."""
    answer = await client.post("/v1/facts/bulk", content=content, headers={"Content-Type": NDJSON})
    assert answer.status_code == status, answer.text
    return [json.loads(each) for each in answer.text.splitlines()]


async def stored(session: AsyncSession) -> list[tuple[str, str, str]]:
    """Client, fact and value of every record, the oldest first."""
    query = select(FactRecord.client_id, FactRecord.name, FactRecord.value).order_by(FactRecord.id)
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]
