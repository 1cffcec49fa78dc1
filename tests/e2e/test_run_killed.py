"""A server that is killed in the middle of a run: the next one carries it on, and every client is decided once."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from signal import SIGKILL
from typing import Any, Final

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from app.cli import app
from app.db.migrate import sync_engine
from app.db.patience import wait_until
from app.settings import Settings
from tests.e2e.serving import Service

pytestmark = pytest.mark.enable_socket

KEY: Final = "a-key-for-the-end-to-end-tests"
PIECE: Final = 25
CLIENTS: Final = 40 * PIECE

HOW_FAR: Final = "SELECT state, done, (SELECT count(*) FROM assessment) AS stored FROM portfolio_run"
DECIDED: Final = """
SELECT count(*) AS all, count(DISTINCT assessment.client_id) AS clients,
  count(*) FILTER (WHERE standing.revision = 1 AND standing.assessment_id = assessment.id
    AND standing.tier = CAST(assessment.result AS jsonb) #>> '{standing,tier}') AS standing,
  (SELECT count(*) FROM standing_move WHERE kind = 'placed') AS placed
FROM assessment LEFT JOIN standing USING (client_id, rulebook)
"""
TRAIL: Final = """
SELECT after ->> 'first' AS first, after ->> 'last' AS last, CAST(after ->> 'decided' AS integer) AS decided,
  after ->> 'results_before' AS results_before, after ->> 'results' AS results
FROM audit_entry WHERE action = 'run.advanced' ORDER BY id
"""


@pytest.fixture
def database(fresh_database_url: str) -> Iterator[Connection]:
    with sync_engine(Settings(database_url=SecretStr(fresh_database_url))).connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@pytest.fixture
def environment(tmp_path: Path, fresh_database_url: str) -> dict[str, str]:
    (tmp_path / "ahead").write_text("0", encoding="utf-8")
    return {
        "DATABASE_URL": fresh_database_url,
        "TIERBOOK_BOOTSTRAP_KEY": KEY,
        "TIERBOOK_KEY_SECRET": "a pepper for tests only",
        "CLOCK_AHEAD": str(tmp_path / "ahead"),
        "PIECE": str(PIECE),
    }


def started(folder: Path, environment: dict[str, str]) -> Service:
    return Service(folder, None, (sys.executable, "-m", "tests.e2e.ahead"), **environment)


def command(environment: dict[str, str], *arguments: str) -> str:
    """What a `tierbook` command says on the service's database."""
    said = CliRunner().invoke(app, arguments, env=environment)
    assert said.exit_code == 0, said.output
    return said.output


def call(service: Service, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}/v1/runs{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def is_advanced(service: Service, path: str) -> bool:
    return bool(call(service, path)["progress"]["done"])


def is_ended(service: Service, path: str) -> bool:
    return call(service, path)["state"] not in {"queued", "running"}


def test_a_run_whose_server_was_killed_is_carried_on_and_every_client_is_decided_once(
    tmp_path: Path, environment: dict[str, str], database: Connection
) -> None:
    with started(tmp_path / "first", environment) as service:
        service.ready()
        command(environment, "demo", "data", "--clients", str(CLIENTS), "--load")
        asked = call(service, "", {"kind": "assess", "rulebook": "strategic-clients", "review": "Q4"})
        path = f"/{asked['id']}"
        assert wait_until(lambda: is_advanced(service, path), 60), service.output
        service.stop(SIGKILL)
    cut = database.execute(text(HOW_FAR)).one()
    assert cut.state == "running"
    assert 0 < cut.done == cut.stored < CLIENTS
    (tmp_path / "ahead").write_text("1", encoding="utf-8")  # the lease of the dead one is over
    with started(tmp_path / "second", environment) as service:
        service.ready()
        assert wait_until(lambda: is_ended(service, path), 60), service.output
        run = call(service, path)
    assert (run["state"], run["progress"]["done"]) == ("done", CLIENTS)
    assert database.execute(text(DECIDED)).one() == (CLIENTS,) * 4
    assert f"{CLIENTS:,} assessments replayed: {CLIENTS:,} identical, 0 not" in command(environment, "replay")
    proved(database, run["results"])


def proved(database: Connection, results: str) -> None:
    """The trail covers every client once, piece after piece, each carrying on the digest of the one before."""
    pieces = database.execute(text(TRAIL)).all()
    assert sum(each.decided for each in pieces) == CLIENTS
    assert all(before.last < after.first for before, after in pairwise(pieces))
    carried = [None, *(each.results for each in pieces)]
    assert [each.results_before for each in pieces] == carried[:-1]
    assert carried[-1] == results
