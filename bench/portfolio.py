"""All clients of a made-up bank at once: a run over them with where its time goes, a dry run, stress, concentration.

The yardstick of the run is a connection of its own to the same PostgreSQL, which copies the very rows that the run
stored for ten thousand of the clients into the same tables, two thousand in a transaction as the run does, under
another rulebook's name: nothing is read, nothing decided. So the ratio says what reading and deciding cost beside it.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any, Final

import httpx2
import psycopg
from psycopg.sql import SQL, Composed, Identifier

from bench.connections import bare, caller, command
from bench.report import Row, limit_row, ratio_row
from bench.servers import Server, tierbook
from bench.side_by_side import Rates

CLIENTS: Final = 100_000
_COPIED: Final = 10_000
_PIECE: Final = 2_000
_ROUNDS: Final = 3
_EVERY_S: Final = 0.1
_BOOK: Final = "strategic-clients"
_TABLES: Final = ("assessment", "standing", "standing_move", "client_warning")
_SHOCKS: Final = [{"name": "recession", "changes": {"deposit_balance": "-30%", "credit_rating": "2 notches down"}}]


def measure() -> tuple[list[Row], list[Rates]]:
    """Measure; the rows of the table and the rates behind them."""
    key = secrets.token_hex(32)
    with TemporaryDirectory(prefix="tierbook-bench-") as folder:
        home = Path(folder) / "home"
        with tierbook(home, key) as server:
            started = perf_counter()
            command(home, "demo", "data", "--clients", str(CLIENTS), "--load")
            loaded = perf_counter() - started
            print(f"  a bank of {CLIENTS:,} clients, loaded in {loaded:.0f} s", flush=True)
            with caller(server, key) as http, bare(home) as connection:
                rows, rates = _measured(_Portfolio(server, http, connection))
                return [limit_row(f"tierbook demo data, {CLIENTS:,} clients loaded", loaded, "s", 150), *rows], rates


def _measured(portfolio: "_Portfolio") -> tuple[list[Row], list[Rates]]:
    first, shares = portfolio.run(kind="assess", review="first")
    rates = [Rates("run", "tierbook", [CLIENTS / first]), Rates("run", "bare COPY", portfolio.copied())]
    each = Rates("run", "tierbook", rates[0].each * _ROUNDS).against(rates[1])
    again, _ = portfolio.run(kind="assess", review="second")
    dry, _ = portfolio.run(kind="dry_run", version=1)
    stress, _ = portfolio.run(kind="stress", shocks=_SHOCKS)
    rows = [
        ratio_row(f"POST /v1/runs, {CLIENTS:,} clients assessed for the first time", "COPY of the same rows", each),
        limit_row("… seconds", first, "s", 120),
        Row("… share of its time in reading / scoring / writing", "", shares),
        limit_row("… the next review of all of them", again, "s", 120),
        limit_row("… a dry run of a version", dry, "s", 60),
        limit_row("… stress, one scenario", stress, "s", 60),
        Row("GET /v1/concentration over all of them", "", f"{portfolio.concentration():.1f} s"),
        Row("memory of the server after all that", "", f"{portfolio.server.resident_mib:.0f} MiB"),
    ]
    return rows, rates


@dataclass
class _Portfolio:
    """The server with its clients, and its database."""

    server: Server
    http: httpx2.Client
    database: psycopg.Connection[Any]

    def run(self, **order: Any) -> tuple[float, str]:
        """Have a run done; its seconds as whoever asked waits for them, and how they divide."""
        started = perf_counter()
        answer = self.http.post("/v1/runs", json={"rulebook": _BOOK, **order})
        assert answer.status_code == 202, answer.text
        run = answer.json()
        while run["state"] in {"queued", "running"}:
            sleep(_EVERY_S)
            run = self.http.get(f"/v1/runs/{run['id']}").json()
        seconds = perf_counter() - started
        assert (run["state"], run["progress"]["done"]) == ("done", CLIENTS), run
        parts = run["timings"]
        total = sum(parts.values())
        shares = [f"{part / total:.0%}" for part in parts.values()]
        print(f"  {order['kind']} in {seconds:.0f} s, {', '.join(parts)}: {', '.join(shares)}", flush=True)
        return seconds, " / ".join(shares)

    def concentration(self) -> float:
        """Seconds until it is known who carries the deposits."""
        started = perf_counter()
        answer = self.http.get("/v1/concentration", params={"measure": "deposit_balance"})
        assert answer.status_code == 200, answer.text
        return perf_counter() - started

    def copied(self) -> list[float]:
        """Clients a second of the yardstick, in each round."""
        found = []
        for number in range(_ROUNDS):
            pieces = [self._rows(f"bench-{number}", start) for start in range(0, _COPIED, _PIECE)]
            started = perf_counter()
            for piece in pieces:
                self._copy(piece)
            found.append(_COPIED / (perf_counter() - started))
            print(f"  bare COPY, round {number + 1} of {_ROUNDS}: {found[-1]:,.0f} clients/s", flush=True)
        return found

    def _rows(self, book: str, start: int) -> dict[str, tuple[Composed, bytes]]:
        """What the run stored of some clients, table by table, with ids and a rulebook of its own."""
        found = {}
        for table in _TABLES:
            names = list(self._columns(table))
            fields = SQL(", ").join(_field(name, book) for name in names)
            chosen = SQL("(SELECT id FROM client ORDER BY id OFFSET {} LIMIT {})").format(start, _PIECE)
            rows = SQL("SELECT {} FROM {} WHERE rulebook = {} AND client_id IN {}")
            query = SQL("COPY ({}) TO STDOUT").format(rows.format(fields, Identifier(table), _BOOK, chosen))
            with self.database.cursor() as cursor, cursor.copy(query) as copy:
                content = b"".join(copy)
            into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, names)))
            found[table] = (into, content)
        return found

    def _columns(self, table: str) -> Iterator[str]:
        named = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'"
        for (name,) in self.database.execute(named, (table,)):
            yield name

    def _copy(self, piece: dict[str, tuple[Composed, bytes]]) -> None:
        with self.database.transaction(), self.database.cursor() as cursor:
            for into, content in piece.values():
                with cursor.copy(into) as copy:
                    copy.write(content)


def _field(name: str, book: str) -> Composed | SQL:
    """A column as it is copied: another id for each row, which those that point to it follow; another rulebook."""
    if name in {"id", "assessment_id"}:
        return SQL("CAST(md5({} || {}::text) AS uuid)").format(book, Identifier(name))
    return SQL("{}::text").format(book) if name == "rulebook" else Composed([Identifier(name)])
