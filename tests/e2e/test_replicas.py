"""Two replicas on one PostgreSQL: what is published through the one, the other decides by."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.db.embedded import EmbeddedPostgres
from app.db.patience import wait_until
from tests.e2e.serving import Service

pytestmark = pytest.mark.enable_socket
KEY = "a-key-for-the-end-to-end-tests"
FACTS = {"segment": "corporate", "deposit_balance": "200000000.00"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "database", durable=False)
    yield server
    server.stop()


def call(service: Service, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and JSON of a call with the administrator's key."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
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


def test_a_publication_reaches_another_replica_within_two_seconds(database: EmbeddedPostgres, tmp_path: Path) -> None:
    address = database.start()
    with started(tmp_path / "one", address) as one, started(tmp_path / "two", address) as two:
        one.ready()
        two.ready()
        asked = {"rulebook": "corporate-classes", "facts": FACTS}
        text = call(one, "/v1/rulebooks/corporate-classes/versions/1")[1]["document"]
        stricter = text.replace("class_1: 2亿}", "class_1: 3亿}").split("examples:")[0] + EXAMPLES
        draft = call(one, "/v1/rulebooks/corporate-classes/versions", {"document": stricter})
        assert draft[0] == 201, draft
        published = call(one, "/v1/rulebooks/corporate-classes/versions/2/publish", {})
        assert published[0] == 200, published
        assert call(one, "/v1/score", asked)[1]["rulebook"]["version"] == 2
        assert wait_until(lambda: call(two, "/v1/score", asked)[1]["rulebook"]["version"] == 2, 2)
        assert (
            call(two, "/v1/score", {**asked, "version": 1})[1]["classifications"]["client_class"]["value"] == "class_1"
        )
        assert call(two, "/v1/score", asked)[1]["classifications"]["client_class"]["value"] == "class_2"


EXAMPLES = """
examples:
  - {given: {segment: corporate, deposit_balance: 3亿}, expect: {client_class: class_1}}
"""
