"""Two replicas on one PostgreSQL: what is published through the one, the other decides by."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.embedded import EmbeddedPostgres
from app.db.engine import open_engine, open_sessions
from app.db.patience import wait_until
from app.settings import Settings
from tests.e2e.serving import Service
from tests.rulebooks.publishing import BY_ANOTHER, BY_AUTHOR, simulated, staffed

pytestmark = pytest.mark.enable_socket
KEY = "a-key-for-the-end-to-end-tests"
PUBLISH = "/v1/rulebooks/corporate-classes/versions/2/publish"
FACTS = {"segment": "corporate", "deposit_balance": "200000000.00"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "database", durable=False)
    yield server
    server.stop()


def call(service: Service, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Status and JSON of a call with the administrator's key."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


def started(folder: Path, address: str) -> Service:
    return Service(
        folder, DATABASE_URL=address, TIERBOOK_BOOTSTRAP_KEY=KEY, TIERBOOK_KEY_SECRET="a pepper for tests only"
    )


def simulate(session: AsyncSession) -> Awaitable[None]:
    """Attach a simulation to the draft, as a portfolio run does."""
    return simulated(session, "corporate-classes", 2)


def stored(address: str, store: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Store something in the services' database."""

    async def attach() -> None:
        engine = open_engine(Settings(database_url=SecretStr(address)))
        async with open_sessions(engine).begin() as session:
            await store(session)
        await engine.dispose()

    asyncio.run(attach())


def test_a_publication_reaches_another_replica_by_itself(database: EmbeddedPostgres, tmp_path: Path) -> None:
    address = database.start()
    with started(tmp_path / "one", address) as one, started(tmp_path / "two", address) as two:
        one.ready()
        two.ready()
        stored(address, staffed)
        asked = {"rulebook": "corporate-classes", "facts": FACTS}
        text = call(one, "/v1/rulebooks/corporate-classes/versions/1")[1]["document"]
        stricter = text.replace("class_1: 2亿}", "class_1: 3亿}").split("examples:")[0] + EXAMPLES
        draft = call(one, "/v1/rulebooks/corporate-classes/versions", {"document": stricter}, **BY_AUTHOR)
        assert draft[0] == 201, draft
        assert call(one, PUBLISH, {}, **BY_AUTHOR)[0] == 403
        assert call(one, PUBLISH, {}, **BY_ANOTHER)[0] == 409
        stored(address, simulate)
        published = call(one, PUBLISH, {}, **BY_ANOTHER)
        assert published[0] == 200, published
        assert call(one, "/v1/score", asked)[1]["rulebook"]["version"] == 2
        assert wait_until(lambda: call(two, "/v1/score", asked)[1]["rulebook"]["version"] == 2, 20)
        assert (
            call(two, "/v1/score", {**asked, "version": 1})[1]["classifications"]["client_class"]["value"] == "class_1"
        )
        assert call(two, "/v1/score", asked)[1]["classifications"]["client_class"]["value"] == "class_2"


EXAMPLES = """
examples:
  - {given: {segment: corporate, deposit_balance: 3亿}, expect: {client_class: class_1}}
"""
