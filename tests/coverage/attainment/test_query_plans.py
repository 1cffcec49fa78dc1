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
INSERT INTO unit (id, kind, name, opened_on, revision, updated_at)
  SELECT 'X' || n, 'outlet', 'x', '2015-01-01', 1, '2024-01-01' FROM generate_series(1, 500) AS n;
INSERT INTO unit_tree (ancestor, descendant, from_day, distance)
  SELECT above.id, 'X' || n, '2015-01-01', above.distance
  FROM generate_series(1, 500) AS n, LATERAL (VALUES ('X' || n, 0), ('B2', 1), ('HO', 2)) AS above (id, distance);
INSERT INTO officer (id, name, revision, updated_at)
  SELECT 'rm-' || n, 'x', 1, '2024-01-01' FROM generate_series(0, 499) AS n;
INSERT INTO client (id, kind, name, co_managed, revision, created_at, updated_at)
  SELECT 'C' || n, 'company', 'x', false, 1, '2024-01-01', '2024-01-01' FROM generate_series(1, 20000) AS n;
INSERT INTO client_unit (client_id, part, from_day, unit_id)
  SELECT 'C' || n, 'lead', '2024-01-01', CASE WHEN n <= 40 THEN 'B1-S1-O1' ELSE 'X' || (n % 500 + 1) END
  FROM generate_series(1, 20000) AS n;
INSERT INTO assignment_known (assignment_id, client_id, officer_id, role, from_day, recorded_at)
  SELECT gen_random_uuid(), 'C' || n, CASE WHEN n <= 40 THEN 'b1-s1-o1-rm' ELSE 'rm-' || n % 500 END,
    'relationship_manager', '2024-01-01', '2024-01-01' FROM generate_series(1, 20000) AS n;
INSERT INTO obligation_terms (id, rulebook, version, digest, classes, grace_days)
  VALUES ('00000000-0000-4000-8000-000000000001', 'visits', 1, 'd', '{}', 5);
INSERT INTO obligation_rule (terms_id, role, per, at_least, counts, each_holder, lead_only)
  VALUES ('00000000-0000-4000-8000-000000000001', 'relationship_manager', 'month', 3, '{visit}', false, false);
INSERT INTO client_obligation (client_id, rulebook, from_day, terms_id, why, recorded_at)
  SELECT 'C' || n, 'visits', '2024-01-01', '00000000-0000-4000-8000-000000000001', 'assessed', '2024-01-01'
  FROM generate_series(1, 20000) AS n;
INSERT INTO visit_participant (visit_id, revision, officer_id, client_id, day, kind, role, leads, recorded_at)
  SELECT gen_random_uuid(), 1, CASE WHEN n % 20000 < 40 THEN 'b1-s1-o1-rm' ELSE 'rm-' || (n % 20000 + 1) % 500 END,
    'C' || (n % 20000 + 1), date '2024-12-01' + n / 20000 * 150, 'visit', 'relationship_manager', true, '2024-12-01'
  FROM generate_series(0, 95999) AS n;
INSERT INTO planned_visit (id, client_id, at, day, kind, recorded_at, recorded_by)
  SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'C' || (n % 20000 + 1), '2026-12-01',
    '2026-12-01', 'visit', '2026-11-01', 'test' FROM generate_series(1, 12000) AS n;
INSERT INTO planned_participant (planned_id, officer_id, client_id, day, kind, role, recorded_at)
  SELECT id, 'rm-' || substr(client_id, 2)::int % 500, client_id, day, kind, 'relationship_manager', recorded_at
  FROM planned_visit;
SET LOCAL ROLE NONE;
SET LOCAL default_statistics_target = 400;
ANALYZE;
"""


@pytest.fixture
async def long_tables(bare_settings: Settings, fresh_database_url: str) -> AsyncIterator[AsyncSession]:
    """96,000 visits to 20,000 clients over two years; 40 of the clients are of the unit that is asked for,
    the others of 500 outlets elsewhere.

    In a database of its own, and analyzed by its owner: what is learnt of it outlives a rollback, and the service's
    role may learn nothing. Every row is looked at for it: of a sample, what is learnt differs from run to run.
    """
    engine = open_engine(bare_settings.with_database(fresh_database_url))
    async with open_sessions(engine).begin() as session:
        await open_bank(session)
        await session.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in FILLED.split(";\n"):
            if statement.strip():
                await session.execute(text(statement.replace("::", "\\:\\:")))
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


async def test_no_part_of_the_statement_is_gone_through_for_each_row_of_another(long_tables: AsyncSession) -> None:
    """Clients are looked up in tables: what was found of all is not searched again for each, but for the few rules."""
    for asked, by_officer in ASKED:
        plan = await _explained(long_tables, asked, by_officer=by_officer)
        loops = [node["Plans"][:2] for node in _nodes(plan) if node["Node Type"] == "Nested Loop"]
        found = {
            (once.get("Relation Name"), each["CTE Name"])
            for once, again in loops
            for each in _nodes(again)
            if "CTE Name" in each
        }
        assert found <= {("obligation_rule", "owing")}, asked.book


async def _explained(session: AsyncSession, asked: Question, *, by_officer: bool, how: str = "") -> dict[str, Any]:
    told = {**asked.parameters, "by_client": True, "by_unit": True, "by_officer": by_officer, "apart": []}
    statement = text(f"EXPLAIN ({how}FORMAT JSON) {claims(asked.book, by_officer=by_officer).text}")
    plan: dict[str, Any] = (await session.execute(statement, told)).scalar_one()[0]["Plan"]
    return plan


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
