"""Schemathesis reads everything with the key of one branch, and asks for the same with the key of its neighbour.

Its check of authorization by object replays a read that a peer was allowed, of an id that only this peer's lists hold,
as every other peer, and fails where one is answered the same. It runs from its command line alone, against a server.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from app.clock import SystemClock
from tests.contract.fence.objects import OWN, SIBLING
from tests.contract.fence.opened import PEPPER, opened
from tests.e2e.serving import Service
from tests.postgres import Databases
from tests.service import NOON

pytestmark = pytest.mark.enable_socket

SCHEMATHESIS: Final = str(Path(sys.executable).parent / "schemathesis")
PEERS: Final = (OWN, SIBLING)
CHECK: Final = "object_level_authorization"
OF_ONE_CLIENT: Final = "/v1/clients/{client_id}"
OF_THE_BANK: Final = (
    "^/(v1/(rulebooks|roles|clients/categories|audit/checkpoint)|livez|readyz|metrics|docs|redoc|openapi)"
)
"""What has nothing of any unit's."""

_FEW: Final = 5
_TIME_S: Final = 400
_LEAST_OPERATIONS: Final = 15


@dataclass(frozen=True)
class Neighbours:
    """The database of two branches with a client each, and a folder with what says how to check that."""

    url: str
    folder: Path

    def serve(self, module: str) -> Service:
        """Start a server by a clock at which everything is of today."""
        return Service(
            self.folder / module,
            command=(sys.executable, "-m", module),
            DATABASE_URL=self.url,
            TIERBOOK_KEY_SECRET=PEPPER,
            CLOCK_AHEAD=str(self.folder / "ahead"),
        )

    def check(self, service: Service, *which: str) -> tuple[int, str, list[Any]]:
        """The exit status of the check of some operations, what it printed, and what it did."""
        report = self.folder / f"{service.port}.ndjson"
        arguments = ["--config-file", "schemathesis.toml", "run", f"http://127.0.0.1:{service.port}/openapi.json"]
        arguments += ["--checks", CHECK, "--phases", "fuzzing", "--mode", "positive", "--max-examples", str(_FEW)]
        arguments += ["--generation-deterministic", "--no-color", "--report-ndjson-path", str(report), *which]
        done = subprocess.run(
            [SCHEMATHESIS, *arguments], cwd=self.folder, capture_output=True, text=True, check=False, timeout=_TIME_S
        )
        return done.returncode, done.stdout + done.stderr, [*map(json.loads, report.read_text().splitlines())]


@pytest.fixture(scope="module")
def neighbours(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    folder, url = tmp_path_factory.mktemp("peers"), databases.copy()
    tokens = opened(url, folder, PEERS).tokens
    days = (NOON - SystemClock().now()) // timedelta(days=1) + 1
    (folder / "ahead").write_text(str(days), encoding="utf-8")
    (folder / "auth.json").write_text(json.dumps({"auth": [_user(unit, tokens[unit]) for unit in PEERS]}), "utf-8")
    configured = f'[auth.wfc]\npath = "auth.json"\npeers = {json.dumps(PEERS)}\n'
    (folder / "schemathesis.toml").write_text(configured, encoding="utf-8")
    yield Neighbours(url, folder)
    databases.drop(url)


def _user(name: str, token: str) -> dict[str, Any]:
    return {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}


def refused_to_the_peer(report: list[Any]) -> set[str]:
    """The operations in which what one branch had read was asked for as the other, and was not there."""
    found = set()
    for event in report:
        recorder = event.get("ScenarioFinished", {}).get("recorder", {})
        cases = recorder.get("cases", {})
        for name, case in cases.items():
            of = cases.get(case.get("parent_id"), {}).get("value", {}).get("auth_identity")
            asked = (of, case["value"].get("auth_identity"))
            answer = recorder["interactions"].get(name, {}).get("response") or {}
            if asked == PEERS and answer.get("status_code") == 404:
                found.add(recorder["label"])
    return found


def test_no_branch_reads_what_is_its_neighbour_s(neighbours: Neighbours) -> None:
    with neighbours.serve("tests.e2e.ahead") as service:
        status, said, report = neighbours.check(
            service.ready(), "--include-method", "GET", "--exclude-path-regex", OF_THE_BANK
        )
    assert status == 0, said
    tried = refused_to_the_peer(report)
    assert f"GET {OF_ONE_CLIENT}" in tried
    assert len(tried) >= _LEAST_OPERATIONS, tried


def test_the_check_finds_a_hole(neighbours: Neighbours) -> None:
    two = ("--include-operation-id", "listClients", "--include-operation-id", "readClient")
    with neighbours.serve("tests.contract.holed") as service:
        status, said, _ = neighbours.check(service.ready(), *two)
    assert status == 1, said
    assert "ST402 Object-level authorization bypass: 1" in said
    assert f"GET {OF_ONE_CLIENT}" in said
