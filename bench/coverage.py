"""Coverage on ten million visits: recording one, many, a unit's attainment, an officer's page.

One visit: 16 connections to our route, in turns with the same route that does no more than insert one row, and with a
bare FastAPI that does; all of them warm. A unit's attainment: our answer over HTTP against bare SQL on a connection of
its own that counts the same visits against the same obligations, but knows nothing of leave, calendars, corrections or
moments.

The server answers requests alone, as where a worker runs apart: else it would begin by warning of 100,000 clients.
"""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx2
import orjson
import psycopg

from app.clock import SystemClock
from app.db.embedded import running_address
from bench import load
from bench.connections import bare, caller
from bench.covered_bank import CLIENTS, UNITS, fill
from bench.report import Row, limit_row, ratio_row
from bench.servers import Server, raw_visit, tierbook
from bench.side_by_side import Rates, Run, take_turns, timed

_AT_ONCE: Final = 1_500
_LINES: Final = 100_000
_TIMES: Final = 10
_RAW: Final = (
    "CREATE TABLE raw_visit (id uuid PRIMARY KEY, client_id text REFERENCES client (id), at timestamptz, day date, "
    "kind text, purpose text, summary text, recorded_at timestamptz)"
)
_ATTAINED: Final = """
WITH done AS (
  SELECT visit.client_id, visit.role, count(DISTINCT visit.day) AS done
  FROM client_unit JOIN visit_participant AS visit ON visit.client_id = client_unit.client_id
  WHERE client_unit.unit_id = 'S7' AND client_unit.part = 'lead' AND client_unit.until_day IS NULL
    AND visit.day >= %(start)s AND visit.day < %(until)s AND visit.kind IN ('visit', 'contact')
    AND visit.ended_at IS NULL
  GROUP BY visit.client_id, visit.role
)
SELECT rule.role, sum(rule.at_least), sum(coalesce(done.done, 0)), sum(least(coalesce(done.done, 0), rule.at_least))
FROM client_unit JOIN client_obligation AS owed ON owed.client_id = client_unit.client_id
JOIN obligation_rule AS rule ON rule.terms_id = owed.terms_id
LEFT JOIN done ON done.client_id = owed.client_id AND done.role = rule.role
WHERE client_unit.unit_id = 'S7' AND client_unit.part = 'lead' AND client_unit.until_day IS NULL AND rule.per = 'month'
GROUP BY rule.role
"""


def measure() -> tuple[list[Row], list[Rates]]:
    """Measure; the rows of the table and the rates behind them."""
    key = secrets.token_hex(32)
    with TemporaryDirectory(prefix="tierbook-bench-") as folder:
        home = Path(folder) / "home"
        with tierbook(home, key, "--no-scheduler") as server, bare(home) as connection:
            fill(connection, SystemClock().now().date())
            connection.execute(_RAW)
            with caller(server, key) as http:
                asked = _Asked(http, connection)
                rows, rates = asked.attainment()
                recorded, more = _recorded(server, key, home, asked)
                return [*recorded, *rows], [*more, *rates]


def _recorded(server: Server, key: str, home: Path, asked: "_Asked") -> tuple[list[Row], list[Rates]]:
    visits, address = _Visits(key), running_address(home) or ""
    with (
        raw_visit("route", address, home) as route,
        raw_visit("bare", address, home) as nothing_about_it,
        ProcessPoolExecutor(1, get_context("spawn")) as generator,
    ):

        def against(target: Server) -> Callable[[], float]:
            def run() -> float:
                sent = visits.requests(_AT_ONCE)
                return generator.submit(load.rate, target.port, sent, number=_AT_ONCE, ok=201).result()

            return run

        runs = {"tierbook": server, "the_route_with_a_raw_insert": route, "bare_FastAPI_with_it": nothing_about_it}
        for each in runs.values():
            against(each)()  # connections are opened, statements prepared: of none is that measured
        one = take_turns("visits", 9, **{name: against(each) for name, each in runs.items()})
    many = take_turns("visits in bulk", 3, tierbook=asked.upload(visits))
    rows = [
        ratio_row("POST /v1/visits, 16 connections", "the same route, one raw insert", one[0].against(one[1]), 0.35),
        ratio_row("… the same", "bare FastAPI, one raw insert", one[0].against(one[2])),
        Row(
            f"POST /v1/visits/bulk, {_LINES:,} lines, visits in a second",
            "",
            f"{many[0].typical:,.0f}",
            "",
            "≥ 10,000",
            "ok" if many[0].typical >= 10_000 else "below",
        ),
    ]
    return rows, [*one, *many]


@dataclass
class _Visits:
    """Visits that nobody recorded before."""

    key: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def one(self) -> dict[str, Any]:
        """A visit of today or the days before, by a manager; at another minute than the last to the client."""
        number = next(self._numbers)
        client = number * 37 % (UNITS * CLIENTS)
        officer = f"S{client // CLIENTS + 1}-rm{client % 2 + 1}"
        moment = SystemClock().now() - timedelta(minutes=5 + number % 2_003)
        return {
            "client_id": f"C{client}",
            "at": moment.isoformat(),
            "kind": "visit",
            "participants": [{"officer_id": officer}],
            "purpose": "quarterly talk",
            "summary": "deposits, a new credit line, their plans for the year",
        }

    def requests(self, number: int) -> list[bytes]:
        """So many whole requests, each another visit."""
        return [load.request("/v1/visits", self.key, orjson.dumps(self.one())) for _ in range(number)]


@dataclass
class _Asked:
    """One caller, and one connection to the database behind the server."""

    http: httpx2.Client
    bare: psycopg.Connection[Any]

    def attainment(self) -> tuple[list[Row], list[Rates]]:
        """A unit's attainment in turns with the bare SQL, and an officer's page."""
        start = (SystemClock().now().date().replace(day=1) - timedelta(1)).replace(day=1)
        month = f"{start:%Y-%m}"
        unit = self._ask({"period": month, "unit": "S7", "by": "role"})
        page = self._ask({"period": month, "officer": "S7-rm1", "by": "client", "limit": "50"})
        rates = take_turns("attainment", 9, a_unit_s=unit, bare_sql=self._sql(start), an_officer_s_page=page)
        ours, sql, officer = rates
        what = "GET /v1/coverage of a unit: 1,000 clients, 5 roles, a month, among 10M visits"
        return [
            limit_row(what, 1000 / ours.typical, "ms", 150),
            ratio_row("… the same", "the bare SQL", ours.against(sql), 0.5),
            limit_row("GET /v1/coverage of an officer, a page of 50 clients of 500", 1000 / officer.typical, "ms", 30),
        ], rates

    def _ask(self, query: dict[str, str]) -> Run:
        def ask() -> None:
            answer = self.http.get("/v1/coverage", params=query)
            assert answer.status_code == 200, answer.text

        return _warm(ask)

    def _sql(self, start: date) -> Run:
        until = (start + timedelta(32)).replace(day=1)
        return _warm(lambda: self.bare.execute(_ATTAINED, {"start": start, "until": until}).fetchall())

    def upload(self, visits: _Visits) -> Run:
        """Send visits by the line; what a caller does to write them down is not measured."""

        def run() -> float:
            body = b"".join(orjson.dumps(visits.one(), option=orjson.OPT_APPEND_NEWLINE) for _ in range(_LINES))
            return timed(lambda: self._send(body), _LINES)()

        return run

    def _send(self, body: bytes) -> None:
        answer = self.http.post("/v1/visits/bulk", content=body, headers={"Content-Type": "application/x-ndjson"})
        assert orjson.loads(answer.text.splitlines()[-1])["summary"]["recorded"] == _LINES, answer.text[-500:]


def _warm(work: Callable[[], object]) -> Run:
    """Some answers one after the other, plans and caches being there."""
    for _ in range(_TIMES):
        work()
    return timed(work, 1, _TIMES)
