"""A bank with ten million visits, written straight into the tables: the book that coverage is measured on.

100 sub-branches lead 1,000 clients each. Every client is owed visits by five roles a month and has a team of five; of
two relationship managers of a sub-branch each covers 500. The visits spread evenly over clients and two years; one in
five is joint.
"""

from datetime import date, timedelta
from time import perf_counter
from typing import Any, Final

import psycopg

UNITS: Final = 100
CLIENTS: Final = 1_000
"""Of each unit."""

VISITS: Final = 10_000_000
DAYS: Final = 730
ROLES: Final = ("branch_president", "corporate_director", "relationship_manager", "outlet_head", "industry_expert")

_BANK: Final = """
INSERT INTO unit (id, kind, name, opened_on, revision, updated_at)
  SELECT 'HO', 'head_office', 'Head office', '2015-01-01', 1, now()
  UNION ALL SELECT 'B', 'branch', 'Branch', '2015-01-01', 1, now()
  UNION ALL SELECT 'S' || n, 'sub_branch', 'Sub-branch ' || n, '2015-01-01', 1, now() FROM generate_series(1, 100) AS n;
INSERT INTO unit_placement (unit_id, from_day, parent_id)
  SELECT id, '2015-01-01', CASE kind WHEN 'branch' THEN 'HO' WHEN 'sub_branch' THEN 'B' END FROM unit;
INSERT INTO unit_tree (ancestor, descendant, from_day, distance)
  SELECT id, id, '2015-01-01', 0 FROM unit
  UNION ALL SELECT 'HO', 'B', '2015-01-01', 1
  UNION ALL SELECT 'HO', id, '2015-01-01', 2 FROM unit WHERE kind = 'sub_branch'
  UNION ALL SELECT 'B', id, '2015-01-01', 1 FROM unit WHERE kind = 'sub_branch';
INSERT INTO officer (id, name, revision, updated_at)
  SELECT unit.id || '-' || post, 'Officer', 1, now() FROM unit,
    unnest(ARRAY['president', 'director', 'rm1', 'rm2', 'head', 'expert']) AS post WHERE unit.kind = 'sub_branch';
INSERT INTO posting (id, officer_id, unit_id, role, from_day)
  SELECT gen_random_uuid(), officer.id, split_part(officer.id, '-', 1),
    CASE split_part(officer.id, '-', 2) WHEN 'president' THEN 'branch_president' WHEN 'director' THEN
      'corporate_director' WHEN 'head' THEN 'outlet_head' WHEN 'expert' THEN 'industry_expert'
      ELSE 'relationship_manager' END, '2016-01-01'
  FROM officer;
CREATE TEMP TABLE book AS
  SELECT 'C' || n AS client_id, n, 'S' || (n / 1000 + 1) AS unit_id FROM generate_series(0, 99999) AS n;
INSERT INTO client (id, kind, name, segment, co_managed, revision, created_at, updated_at)
  SELECT client_id, 'company', 'Client', 'corporate', true, 1, now(), now() FROM book;
INSERT INTO client_unit (client_id, part, from_day, unit_id) SELECT client_id, 'lead', '2016-01-01', unit_id FROM book;
CREATE TEMP TABLE team AS
  SELECT book.client_id, book.n, role, unit_id || '-' || CASE role WHEN 'branch_president' THEN 'president'
      WHEN 'corporate_director' THEN 'director' WHEN 'outlet_head' THEN 'head' WHEN 'industry_expert' THEN 'expert'
      ELSE 'rm' || (n % 2 + 1) END AS officer_id, at
  FROM book, unnest(ARRAY['branch_president', 'corporate_director', 'relationship_manager', 'outlet_head',
    'industry_expert']) WITH ORDINALITY AS roles (role, at);
INSERT INTO assignment (id, client_id, officer_id, role, owner, from_day)
  SELECT gen_random_uuid(), client_id, officer_id, role, role = 'relationship_manager', '2016-01-01' FROM team;
INSERT INTO assignment_known (assignment_id, client_id, officer_id, role, from_day, recorded_at)
  SELECT id, client_id, officer_id, role, from_day, '2016-01-01' FROM assignment;
INSERT INTO obligation_terms (id, rulebook, version, digest, classes, tier, grace_days)
  SELECT gen_random_uuid(), name, number, digest, '{"client_class": "class_2"}', NULL, 5 FROM rulebook_version
  WHERE name = 'corporate-classes';
INSERT INTO obligation_rule (terms_id, role, per, at_least, counts, each_holder, lead_only)
  SELECT id, role, 'month', least, '{visit,contact}', false, false FROM obligation_terms,
    (VALUES ('branch_president', 1), ('corporate_director', 2), ('relationship_manager', 3), ('outlet_head', 2),
      ('industry_expert', 1)) AS rule (role, least);
INSERT INTO client_obligation (client_id, rulebook, from_day, terms_id, why, recorded_at)
  SELECT client_id, 'corporate-classes', '2016-01-01', obligation_terms.id, 'assessed', '2016-01-01'
  FROM book, obligation_terms;
"""
_MADE: Final = """
CREATE TEMP TABLE made AS
  SELECT gen_random_uuid() AS id, n, 'C' || (n * 7919 % 100000) AS client_id, n * 7919 % 100000 AS c,
    CAST(%(first)s AS date) + CAST(n / 100000 * 7 + n % 7 AS integer) % %(days)s AS day, n * 31 % 5 AS who
  FROM generate_series(CAST(%(start)s AS bigint), %(end)s) AS n
"""
_VISITS: Final = """
INSERT INTO visit (id, revision, client_id, at, day, kind, outside, evidence, fingerprint, recorded_at, recorded_by)
  SELECT id, 1, client_id, day + time '02:00', day, 'visit', '[]', '{}', uuid_send(id), day + time '03:00', 'bench'
  FROM made
"""
_PARTICIPANTS: Final = """
INSERT INTO visit_participant (visit_id, revision, officer_id, client_id, day, kind, role, leads, recorded_at)
  SELECT made.id, 1, team.officer_id, made.client_id, made.day, 'visit', team.role, team.at - 1 = made.who,
    made.day + time '03:00'
  FROM made JOIN team ON team.client_id = made.client_id
    AND (team.at - 1 = made.who OR (made.n % 5 = 0 AND team.at - 1 = (made.who + 1) % 5))
"""
_PIECE: Final = 1_000_000


def fill(connection: psycopg.Connection[Any], today: date) -> None:
    """Write it all; some minutes. Indexes are dropped meanwhile and built at the end."""
    started = perf_counter()
    connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
    connection.execute(_BANK)
    connection.execute("CREATE INDEX ON team (client_id); ANALYZE team")
    indexes = _dropped(connection)
    for start in range(0, VISITS, _PIECE):
        asked = {"first": today - timedelta(DAYS), "days": DAYS, "start": start, "end": start + _PIECE - 1}
        connection.execute(_MADE, asked)
        connection.execute(_VISITS)
        connection.execute(_PARTICIPANTS)
        connection.execute("DROP TABLE made")
        print(f"  {start + _PIECE:,} visits after {perf_counter() - started:.0f} s", flush=True)
    for definition in indexes:
        connection.execute(definition)
    connection.execute("VACUUM ANALYZE")
    print(f"  a bank with {VISITS:,} visits, written in {perf_counter() - started:.0f} s", flush=True)


def _dropped(connection: psycopg.Connection[Any]) -> list[str]:
    """Drop the indexes of visits, but those of primary keys; what builds them again."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('visit', 'visit_participant') "
        "AND indexname NOT LIKE 'pk_%'"
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]
