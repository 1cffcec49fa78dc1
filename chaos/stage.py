"""Where a scenario plays: a database, receivers, processes of Tierbook, a bank, and a caller of the API."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx2
import psycopg

from app.clock import SystemClock
from app.db.patience import wait_until
from chaos.bank import open_branches
from chaos.inbox import Inbox, receiving
from chaos.postgres import Database, database
from chaos.processes import Process, running

_TYPE: Final = "tierbook.review.due.v1"
HEADS_UP: Final = timedelta(seconds=8)
"""Between writing what falls due and the first moment: processes look every five seconds whether others wrote any."""


@dataclass(frozen=True)
class Stage:
    """All of it."""

    database: Database
    inbox: Inbox
    processes: list[Process]
    environment: dict[str, str]
    folder: Path
    key: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the server; raises httpx2.HTTPError where it is away or refuses."""
        headers = {"Authorization": f"Bearer {self.key}"}
        url = f"http://127.0.0.1:{self.processes[0].port}{path}"
        answer = httpx2.request(method, url, json=body, headers=headers, timeout=15, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def register(self, path: str, unit: str | None = None, concurrency: int = 4) -> str:
        """Register a receiver of reviews that are due in that unit; its id."""
        order = {"url": self.inbox.url(path), "unit": unit, "concurrency": concurrency, "types": [_TYPE]}
        order["description"] = path
        made = self.call("POST", "/v1/webhooks", order)
        if path.startswith("good/"):
            self.inbox.know(path.removeprefix("good/"), made["secret"])
        return str(made["id"])

    def ask(self, statement: str, **parameters: Any) -> Any:
        """The first value that a statement returns."""
        with self.database.connect() as connection:
            row = connection.execute(statement, parameters).fetchone()
            assert row is not None
            return row[0]

    def connect(self) -> psycopg.Connection[Any]:
        """A connection to the database, as its owner."""
        return self.database.connect()

    def wait_delivered(self, seconds: float, but: str = "") -> bool:
        """Wait until nothing is under way to receivers, apart from those whose description begins so."""
        return wait_until(lambda: self._waiting(but) == 0, seconds, every=0.5)

    def _waiting(self, but: str) -> int:
        number: int = self.ask(_WAITING, but=f"{but or '-'}%")
        return number


_WAITING: Final = """
SELECT (SELECT count(*) FROM due WHERE next_at IS NOT NULL AND kind = 'review') + (SELECT count(*) FROM event_pending)
  + (SELECT count(*) FROM delivery JOIN webhook_endpoint AS endpoint ON endpoint.id = endpoint_id
    WHERE delivery.state IN ('pending', 'parked') AND endpoint.description NOT LIKE %(but)s)
"""


@contextmanager
def staged(workers: int) -> Iterator[Stage]:
    """A stage with a server and so many workers, all ready; nothing of it is left behind."""
    key = f"tb_{secrets.token_hex(24)}"
    with TemporaryDirectory(prefix="tierbook-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with database(folder) as postgres, receiving(folder) as inbox:
            environment = {
                "DATABASE_URL": postgres.url,
                "TIERBOOK_HOME": str(folder / "home"),
                "TIERBOOK_BOOTSTRAP_KEY": key,
                "TIERBOOK_WEBHOOK_ALLOW": "127.0.0.1/32",
                "TIERBOOK_LOG_FORMAT": "json",
            }
            with running(environment, folder, workers) as processes:
                stage = Stage(postgres, inbox, processes, environment, folder, key)
                with stage.connect() as connection:
                    open_branches(connection)
                yield stage


def soon() -> datetime:
    """The first moment of what is written now."""
    return SystemClock().now() + HEADS_UP
