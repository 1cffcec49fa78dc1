"""What coverage costs follows the clients and the month that are asked for, not the length of the tables."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.attainment.claims import claims
from app.coverage.attainment.question import Question
from app.db.engine import open_engine, open_sessions
from app.kernel.coverage.period import period_named
from app.settings import Settings
from tests.coverage.attainment.november import at
from tests.organisation.bank import open_bank
from tests.service import SHANGHAI

LONG = ("visit_participant", "client_obligation", "assignment_known", "planned_participant", "client_unit")
"""Tables that grow with clients or with time."""

FILLED = """
INSERT INTO client (id, kind, name, co_managed, revision, created_at, updated_at)
  SELECT 'C' || n, 'company', 'x', false, 1, '2024-01-01', '2024-01-01' FROM generate_series(1, 4000) AS n;
INSERT INTO client_unit (client_id, part, from_day, unit_id)
  SELECT 'C' || n, 'lead', '2024-01-01', CASE WHEN n <= 40 THEN 'B1-S1-O1' ELSE 'B2-S1-O1' END
  FROM generate_series(1, 4000) AS n;
INSERT INTO assignment_known (assignment_id, client_id, officer_id, role, from_day, recorded_at)
  SELECT gen_random_uuid(), 'C' || n, CASE WHEN n <= 40 THEN 'b1-s1-o1-rm' ELSE 'b2-s1-o1-rm' END,
    'relationship_manager', '2024-01-01', '2024-01-01' FROM generate_series(1, 4000) AS n;
INSERT INTO obligation_terms (id, rulebook, version, digest, classes, grace_days)
  VALUES ('00000000-0000-4000-8000-000000000001', 'visits', 1, 'd', '{}', 5);
INSERT INTO obligation_rule (terms_id, role, per, at_least, counts, each_holder, lead_only)
  VALUES ('00000000-0000-4000-8000-000000000001', 'relationship_manager', 'month', 3, '{visit}', false, false);
INSERT INTO client_obligation (client_id, rulebook, from_day, terms_id, why, recorded_at)
  SELECT 'C' || n, 'visits', '2024-01-01', '00000000-0000-4000-8000-000000000001', 'assessed', '2024-01-01'
  FROM generate_series(1, 4000) AS n;
INSERT INTO visit_participant (visit_id, revision, officer_id, client_id, day, kind, role, leads, recorded_at)
  SELECT gen_random_uuid(), 1, 'b1-s1-o1-rm', 'C' || (n % 4000 + 1), date '2024-12-01' + n / 4000 * 30, 'visit',
    'relationship_manager', true, '2024-12-01' FROM generate_series(0, 95999) AS n;
INSERT INTO planned_visit (id, client_id, at, day, kind, recorded_at, recorded_by)
  SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'C' || (n % 4000 + 1), '2026-12-01',
    '2026-12-01', 'visit', '2026-11-01', 'test' FROM generate_series(1, 12000) AS n;
INSERT INTO planned_participant (planned_id, officer_id, client_id, day, kind, role, recorded_at)
  SELECT id, 'b1-s1-o1-rm', client_id, day, kind, 'relationship_manager', recorded_at FROM planned_visit;
ANALYZE;
"""


@pytest.fixture
async def long_tables(bare_settings: Settings, fresh_database_url: str) -> AsyncIterator[AsyncSession]:
    """96,000 visits to 4,000 clients over two years; 40 of the clients are of the unit that is asked for.

    In a database of its own: what ANALYZE learns of a table's size outlives a rollback.
    """
    engine = open_engine(bare_settings.with_database(fresh_database_url))
    async with open_sessions(engine).begin() as session:
        await open_bank(session)
        await session.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in FILLED.split(";\n"):
            if statement.strip():
                await session.execute(text(statement.replace("::uuid", "\\:\\:uuid")))
        yield session
    await engine.dispose()


UNIT = Question(period_named("2026-11"), at(22), at(22).date(), SHANGHAI, unit="B1-S1")
OFFICER = replace(UNIT, unit=None, officer="b1-s1-o1-rm")
CLIENT = replace(UNIT, unit=None, clients=("C1",))


ASKED = ((UNIT, False), (UNIT, True), (OFFICER, True), (CLIENT, False))


async def test_no_long_table_is_read_from_end_to_end(long_tables: AsyncSession) -> None:
    for asked, by_officer in ASKED:
        plan = await _explained(long_tables, asked, by_officer=by_officer)
        read = {node["Relation Name"]: node["Node Type"] for node in _nodes(plan) if "Relation Name" in node}
        assert read.keys() >= {"visit_participant", "client_obligation"}
        assert {name for name in LONG if read.get(name) == "Seq Scan"} == set(), asked.book
    touched = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in _nodes(await _explained(long_tables, UNIT, by_officer=False, how="ANALYZE, "))
        if node.get("Relation Name") == "visit_participant"
    )
    assert touched <= 40 * 2  # clients of the unit, visits of a month at most


async def _explained(session: AsyncSession, asked: Question, *, by_officer: bool, how: str = "") -> dict[str, Any]:
    told = {**asked.parameters, "by_client": True, "by_unit": True, "by_officer": by_officer, "apart": []}
    statement = text(f"EXPLAIN ({how}FORMAT JSON) {claims(asked.book, by_officer=by_officer).text}")
    plan: dict[str, Any] = (await session.execute(statement, told)).scalar_one()[0]["Plan"]
    return plan


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
