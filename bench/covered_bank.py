"""A bank with ten million visits, written straight into the tables: the book that coverage is measured on.

100 sub-branches lead 1,000 clients each. Every client is owed visits by five roles a month and has a team of five; of
two relationship managers of a sub-branch each covers 500. Every client has a visit a week, for the hundred weeks until
yesterday; one in five is joint.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import Any, Final

import psycopg

UNITS: Final = 100
CLIENTS: Final = 1_000
"""Of each unit."""

VISITS: Final = 10_000_000

_BANK: Final = """
INSERT INTO unit (id, kind, name, opened_on, revision, updated_at)
  SELECT 'HO', 'head_office', 'Head office', date '2015-01-01', 1, now()
  UNION ALL SELECT 'B', 'branch', 'Branch', date '2015-01-01', 1, now()
  UNION ALL SELECT 'S' || n, 'sub_branch', 'Sub-branch ' || n, date '2015-01-01', 1, now()
    FROM generate_series(1, 100) AS n;
INSERT INTO unit_placement (unit_id, from_day, parent_id)
  SELECT id, date '2015-01-01', CASE kind WHEN 'branch' THEN 'HO' WHEN 'sub_branch' THEN 'B' END FROM unit;
INSERT INTO unit_tree (ancestor, descendant, from_day, distance)
  SELECT id, id, date '2015-01-01', 0 FROM unit
  UNION ALL SELECT 'HO', 'B', date '2015-01-01', 1
  UNION ALL SELECT 'HO', id, date '2015-01-01', 2 FROM unit WHERE kind = 'sub_branch'
  UNION ALL SELECT 'B', id, date '2015-01-01', 1 FROM unit WHERE kind = 'sub_branch';
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
WITH made AS (
  SELECT n, ('00000000-0000-7000-8000-00' || to_hex(68719476736 + n))::uuid AS id, c, 'C' || c AS client_id, day
  FROM generate_series(CAST(%(start)s AS bigint), %(end)s) AS n, LATERAL (SELECT n * 7919 %% 100000 AS c,
    CAST(%(first)s AS date) + CAST(n / 100000 * 7 + n %% 7 AS integer) AS day) AS drawn
)
"""
"""Visit `n`, the same whoever asks. Ids rise with the days, as ours do; 2^36 keeps their digits ten."""
_WRITTEN: Final = {
    "visit": """
INSERT INTO visit (id, revision, client_id, at, day, kind, outside, evidence, fingerprint, recorded_at, recorded_by)
  SELECT id, 1, client_id, day + time '02:00', day, 'visit', '[]', '{}', decode(lpad(to_hex(549755813888 +
      floor(extract(epoch FROM day + time '02:00') / 60)::bigint), 10, '0') || left(md5(n::text), 22), 'hex'),
    day + time '03:00', 'bench'
  FROM made
""",
    "visit_participant": """
INSERT INTO visit_participant (visit_id, revision, officer_id, client_id, day, kind, role, leads, recorded_at)
  SELECT id, 1, 'S' || (c / 1000 + 1) || CASE post WHEN 0 THEN '-president' WHEN 1 THEN '-director'
      WHEN 2 THEN '-rm' || (c %% 2 + 1) WHEN 3 THEN '-head' ELSE '-expert' END,
    client_id, day, 'visit', (ARRAY['branch_president', 'corporate_director', 'relationship_manager', 'outlet_head',
      'industry_expert'])[post + 1], leads, day + time '03:00'
  FROM made, LATERAL (SELECT n %% 5 AS post, true AS leads UNION ALL SELECT 1, false WHERE n %% 5 = 0) AS present
""",
}
_INDEXES: Final = """
SELECT coalesce('ALTER TABLE ' || of || ' DROP CONSTRAINT ' || conname, 'DROP INDEX ' || CAST(indexrelid AS regclass)),
  coalesce('ALTER TABLE ' || of || ' ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid),
    pg_get_indexdef(indexrelid))
FROM unnest(CAST(%s AS regclass[])) AS of JOIN pg_index ON indrelid = of
LEFT JOIN pg_constraint ON conindid = indexrelid AND contype = 'p'
"""
_PIECE: Final = 1_000_000


def fill(connection: psycopg.Connection[Any], today: date, visits: int = VISITS) -> None:
    """Write it all; some minutes. Fewer `visits` are fewer weeks until yesterday, each as full."""
    started = perf_counter()
    with _hasty(connection) as one, _hasty(connection) as other, ThreadPoolExecutor(2) as both:
        with _without_indexes(one, "assignment", "assignment_known"):
            one.execute(_BANK)
        print(f"  a bank after {perf_counter() - started:.0f} s", flush=True)
        weeks = -(-visits // (UNITS * CLIENTS))
        write = partial(_write, first=today - timedelta(weeks=weeks), visits=visits)
        list(both.map(write, (one, other), _WRITTEN))
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")  # else writing all that to disk falls into what is measured
    print(f"  a bank with {visits:,} visits, written in {perf_counter() - started:.0f} s", flush=True)


def _write(connection: psycopg.Connection[Any], table: str, first: date, visits: int) -> None:
    """Fill one table of visits. What a transaction writes after it emptied the table is not logged: see `wal_level`."""
    started = perf_counter()
    with _without_indexes(connection, table):
        connection.execute(f"TRUNCATE {table}")
        for start in range(0, visits, _PIECE):
            end = min(start + _PIECE, visits)
            connection.execute(_MADE + _WRITTEN[table], {"first": first, "start": start, "end": end - 1})
            print(f"  {table}: {end:,} visits after {perf_counter() - started:.0f} s", flush=True)
    connection.execute(f"VACUUM ANALYZE {table}")
    print(f"  {table}: ready after {perf_counter() - started:.0f} s", flush=True)


@contextmanager
def _hasty(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """Another connection to the same database: it waits for no disk and checks no foreign key."""
    with psycopg.connect(connection.info.dsn, autocommit=True) as opened:
        opened.execute("SET synchronous_commit = off; SET session_replication_role = replica")
        opened.execute("SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
        yield opened


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any], *tables: str) -> Iterator[None]:
    """A transaction that begins without the indexes of `tables`, primary keys too, and builds them again at its end."""
    with connection.transaction():
        indexes = connection.execute(_INDEXES, (list(tables),)).fetchall()
        for drop, _ in indexes:
            connection.execute(drop)
        yield
        for _, build in indexes:
            connection.execute(build)
