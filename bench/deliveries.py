"""Deliveries: claimed, signed, sent and logged, against a bare loop of POSTs by httpx2.

Both send to the same receiver over 16 connections: ours to four webhooks that take four events at once each, with both
signatures, the claim before each attempt and the log after it in PostgreSQL; the yardstick sends the same number of
bodies of the same length from 16 tasks, and does nothing else. Ours are also sent by two and by four processes.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from pydantic import SecretStr

from app.db.embedded import embedded_postgres
from app.db.migrate import migrate
from app.settings import Settings
from app.webhooks.credentials import drawn, packed
from app.webhooks.sealing import SealingKeys
from app.webhooks.targets import SECRETS
from bench.report import Row, ratio_row
from bench.sending import BODY
from bench.servers import free_port, started
from bench.side_by_side import Rates, take_turns

_ROUNDS: Final = 5
_NUMBER: Final = 4000
_WEBHOOKS: Final = 4
_WORKERS: Final = (1, 2, 4)
_ENDPOINT: Final = """
INSERT INTO webhook_endpoint (id, url, description, types, secrets, public_key, state, concurrency, failures,
  created_at, created_by, revision, updated_at)
VALUES (%s, %s, '', '{}', %s, '', 'active', 4, 0, now(), 'bench', 1, now())
"""
_EVENTS: Final = """
WITH told AS (
  INSERT INTO event (id, type, at, recorded_at, body, endpoints)
  SELECT gen_random_uuid(), 'tierbook.warning.raised.v1', now(), now(), %s, 1 FROM generate_series(1, %s)
  RETURNING id, written
)
INSERT INTO delivery (id, event_id, endpoint_id, state, attempts, next_at, created_at)
SELECT gen_random_uuid(), id, (%s::uuid[])[1 + written %% %s], 'pending', 0, now(), now() FROM told
"""
_LEFT: Final = "SELECT count(*) FROM delivery WHERE state <> 'delivered' OR attempts <> 1"


def measure() -> tuple[list[Row], list[Rates]]:
    """Measure; the rows of the table and the rates behind them."""
    with TemporaryDirectory(prefix="tierbook-bench-") as folder, ExitStack() as stack:
        home, port = Path(folder) / "home", free_port()
        database = stack.enter_context(embedded_postgres(home))
        settings = Settings(home=home, database_url=SecretStr(database))
        migrate(settings)
        stack.enter_context(started((sys.executable, "-m", "bench.receiving", str(port)), {}, home.with_suffix(".log")))
        connection = stack.enter_context(psycopg.connect(database.replace("+psycopg", ""), autocommit=True))
        queue = _Queue(connection, settings, port)
        sent = {f"{number}_workers": stack.enter_context(_ours(queue, settings, number)) for number in _WORKERS}
        bare = stack.enter_context(_bare(port))
        rates = take_turns("deliveries", _ROUNDS, bare_httpx2=bare, **sent)
    yardstick, *ours = rates
    against = f"a bare httpx2 loop, {yardstick.typical:,.0f}/s"
    what = [f"deliveries, signed and logged, {number} worker{'s'[: number > 1]}" for number in _WORKERS]
    rows = [
        ratio_row(name, against, each.against(yardstick), 0.7 if number == 1 else None)
        for number, name, each in zip(_WORKERS, what, ours, strict=True)
    ]
    return rows, rates


class _Queue:
    """Webhooks in the database, and events for them."""

    def __init__(self, connection: psycopg.Connection[Any], settings: Settings, port: int) -> None:
        self._connection = connection
        keys = SealingKeys(*settings.webhook_seeds)
        self._webhooks: list[UUID] = [uuid4() for _ in range(_WEBHOOKS)]
        for each in self._webhooks:
            sealed = keys.seal(each, SECRETS, packed([drawn()]))
            connection.execute(_ENDPOINT, (each, f"http://127.0.0.1:{port}/hook", sealed))

    def fill(self) -> None:
        """Put events into it, as a database does that is looked after."""
        self._connection.execute(_EVENTS, (BODY.decode(), _NUMBER, self._webhooks, _WEBHOOKS))
        self._connection.execute("VACUUM ANALYZE delivery, event, webhook_endpoint")

    def check(self) -> None:
        """Raise unless all was delivered at the first attempt."""
        found = self._connection.execute(_LEFT).fetchone()
        assert found == (0,), found


@contextmanager
def _ours(queue: _Queue, settings: Settings, workers: int) -> Iterator[Callable[[], float]]:
    assert settings.database_url is not None
    where = (settings.database_url.get_secret_value(), str(settings.home))
    with ExitStack() as stack:
        senders = [stack.enter_context(_sender("dispatcher", *where)) for _ in range(workers)]

        def run() -> float:
            queue.fill()
            rate = _sent_by(*senders)
            queue.check()
            return rate

        yield run


@contextmanager
def _bare(port: int) -> Iterator[Callable[[], float]]:
    with _sender("bare", str(port), str(_NUMBER)) as sender:
        yield lambda: _sent_by(sender)


def _sent_by(*senders: "subprocess.Popen[str]") -> float:
    began = perf_counter()
    for each in senders:
        _tell(each)
    for each in senders:
        _await(each, "done")
    return _NUMBER / (perf_counter() - began)


@contextmanager
def _sender(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    command = (sys.executable, "-m", "bench.sending", *arguments)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        _await(process, "ready")
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _tell(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def _await(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    if said != word:
        raise RuntimeError(f"a sender said {said!r} where {word!r} was to come")
