"""Clients, facts and assessments written over HTTP, against the bare statements.

The yardstick is a connection of its own to the same PostgreSQL that writes the same rows, one transaction each: no
HTTP, no key, no fence, no check, no rulebook, nothing looked up before. So the ratio says what all of that costs.
"""

import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx2
import orjson
import psycopg
from psycopg.types.json import Jsonb

from app.clock import SystemClock
from bench.connections import bare, caller, command
from bench.report import Row, ratio_row
from bench.servers import tierbook
from bench.side_by_side import Rates, take_turns, timed

LINES: Final = 20_000
CLIENTS: Final = 1_000
_AT_ONCE: Final = 100
_UNITS: Final = (
    "unit_id,kind,name,parent_id,from\nHO,head_office,Head office,,2015-01-01\nB1,branch,Branch,HO,2015-01-01\n"
)
_FACTS: Final = {
    "deposit_balance": "230000000.00",
    "annual_revenue": "10亿",
    "revenue_growth": "5%",
    "credit_rating": "AA",
}


def measure() -> tuple[list[Row], list[Rates]]:
    """Measure; the rows of the table and the rates behind them."""
    key = secrets.token_hex(32)
    with TemporaryDirectory(prefix="tierbook-bench-") as folder:
        home = Path(folder) / "home"
        with tierbook(home, key) as server:
            _import_units(home, Path(folder) / "units.csv")
            with caller(server, key) as http, bare(home) as connection:
                return _measured(_Writing(http, connection))


def _measured(writing: "_Writing") -> tuple[list[Row], list[Rates]]:
    puts = take_turns("clients", 11, tierbook=writing.put(), bare=writing.put_bare())
    writing.fill()
    facts = take_turns("facts", 5, tierbook=writing.facts(), bare_COPY=writing.facts_bare())
    assessed = take_turns("assessments", 11, tierbook=writing.assess(), bare=writing.assess_bare())
    quick = facts[0].typical >= 5_000
    rows = [
        ratio_row("PUT /v1/clients/{id}, new ones, one connection", "the four inserts", puts[0].against(puts[1])),
        ratio_row("POST /v1/facts/bulk, 20,000 lines", "COPY of the same rows", facts[0].against(facts[1])),
        Row("… facts in a second", "", f"{facts[0].typical:,.0f}", "", "≥ 5,000", _met(reached=quick)),
        ratio_row("POST …/assessments, one rulebook", "the three inserts", assessed[0].against(assessed[1])),
    ]
    return rows, [*puts, *facts, *assessed]


def _met(*, reached: bool) -> str:
    return "ok" if reached else "below"


def _import_units(home: Path, file: Path) -> None:
    file.write_text(_UNITS, encoding="utf-8")
    command(home, "import", "units", str(file))


@dataclass
class _Writing:
    """Both ways of writing the same."""

    http: httpx2.Client
    bare: psycopg.Connection[Any]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def put(self) -> Any:
        """Clients over HTTP."""

        def one() -> None:
            answer = self.http.put(f"/v1/clients/H{next(self._numbers)}", json=_PROFILE)
            assert answer.status_code == 201, answer.text

        return timed(one, 1, _AT_ONCE)

    def put_bare(self) -> Any:
        """The same rows by bare statements."""

        def one() -> None:
            client, now = f"S{next(self._numbers)}", SystemClock().now()
            with self.bare.transaction():
                self.bare.execute(_CLIENT, (client, now, now))
                self.bare.execute(_REVISION, (client, now, Jsonb(_PROFILE)))
                self.bare.execute(_LEAD, (client, now.date()))
                self.bare.execute(_ENTRY, (now, client, Jsonb(_PROFILE)))

        return timed(one, 1, _AT_ONCE)

    def fill(self) -> None:
        """Clients for the facts, and facts for the assessments."""
        for start in range(0, CLIENTS, 500):
            items = [{"client_id": f"F{number}", **_PROFILE} for number in range(start, start + 500)]
            assert self.http.post("/v1/clients/bulk", json={"items": items}).status_code == 207
        for number in range(CLIENTS):
            facts = {"facts": _FACTS} if number < _AT_ONCE else None
            if facts:
                assert self.http.post(f"/v1/clients/F{number}/facts", json=facts).status_code == 207

    def facts(self) -> Any:
        """Facts over HTTP, streamed."""

        def upload() -> None:
            body = b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in self._lines())
            answer = self.http.post("/v1/facts/bulk", content=body, headers={"Content-Type": "application/x-ndjson"})
            assert orjson.loads(answer.text.splitlines()[-1])["summary"]["recorded"] == LINES, answer.text[-500:]

        return timed(upload, LINES)

    def facts_bare(self) -> Any:
        """The same rows by COPY."""

        def upload() -> None:
            now = SystemClock().now()
            with self.bare.transaction(), self.bare.cursor() as cursor, cursor.copy(_COPY) as copy:
                for line in self._lines():
                    copy.write_row(
                        (line["client_id"], line["fact"], line["value"], line["as_of"], "bench", now, "bench")
                    )

        return timed(upload, LINES)

    def _lines(self) -> list[dict[str, str]]:
        """Lines that nobody sent before."""
        day = str(date(2020, 1, 1))
        return [
            {
                "client_id": f"F{number % CLIENTS}",
                "fact": "deposit_balance",
                "value": f"{next(self._numbers)}.00",
                "as_of": day,
                "source": "bench",
            }
            for number in range(LINES)
        ]

    def assess(self) -> Any:
        """Assessments over HTTP."""

        def one() -> None:
            number = next(self._numbers)
            body = {"rulebook": "strategic-clients", "review": f"R{number}"}
            answer = self.http.post(f"/v1/clients/F{number % _AT_ONCE}/assessments", json=body)
            assert answer.status_code == 201, answer.text

        return timed(one, 1, _AT_ONCE)

    def assess_bare(self) -> Any:
        """The rows that an assessment leaves, by bare statements."""
        stored = self.bare.execute("SELECT facts, standing, result FROM assessment LIMIT 1").fetchone()
        facts, standing, result = stored or (_FACTS, None, "{}")

        def one() -> None:
            number, now = next(self._numbers), SystemClock().now()
            client, row = f"F{number % _AT_ONCE}", uuid.uuid4()
            with self.bare.transaction():
                self.bare.execute(
                    _ASSESSMENT, (row, client, now.date(), f"B{number}", now, Jsonb(facts), Jsonb(standing), result)
                )
                self.bare.execute(_STANDING, (client, row, now))
                self.bare.execute(_ENTRY, (now, client, Jsonb(standing)))

        return timed(one, 1, _AT_ONCE)


_PROFILE: Final = {"kind": "company", "name": "Bench", "segment": "corporate", "unit": "B1"}
_CLIENT: Final = (
    "INSERT INTO client (id, kind, name, segment, co_managed, revision, created_at, updated_at) "
    "VALUES (%s, 'company', 'Bench', 'corporate', false, 1, %s, %s)"
)
_REVISION: Final = (
    "INSERT INTO client_revision (client_id, revision, recorded_at, recorded_by, profile) "
    "VALUES (%s, 1, %s, 'bench', %s)"
)
_LEAD: Final = "INSERT INTO client_unit (client_id, unit_id, part, from_day) VALUES (%s, 'B1', 'lead', %s)"
_ENTRY: Final = (
    'INSERT INTO audit_entry (at, key_name, action, object_type, object_id, unit, "after", outcome) '
    "VALUES (%s, 'bench', 'client.created', 'client', %s, 'B1', %s, 'done')"
)
_COPY: Final = "COPY fact_record (client_id, name, value, as_of, source, recorded_at, recorded_by) FROM STDIN"
_ASSESSMENT: Final = (
    "INSERT INTO assessment (id, client_id, rulebook, version, digest, as_of, review, assessed_at, assessed_by, unit, "
    "facts, standing, result) VALUES (%s, %s, 'strategic-clients', 1, 'bench', %s, %s, %s, 'bench', 'B1', %s, %s, %s)"
)
_STANDING: Final = (
    "INSERT INTO standing (client_id, rulebook, reviews_below, warnings, classes, complete, assessment_id, revision, "
    "updated_at) VALUES (%s, 'bench', 0, '{}', '{}', true, %s, 1, %s) ON CONFLICT (client_id, rulebook) DO UPDATE SET "
    "assessment_id = excluded.assessment_id, revision = standing.revision + 1, updated_at = excluded.updated_at"
)
