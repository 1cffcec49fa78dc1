"""Clients whose reviews fall due, written straight into the tables."""

from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

UNITS: Final = 8
_UNITS: Final = """
INSERT INTO unit (id, kind, name, opened_on, revision, updated_at)
  SELECT 'HO', 'head_office', 'Head office', date '2015-01-01', 1, now()
  UNION ALL SELECT 'B' || n, 'branch', 'Branch ' || n, date '2015-01-01', 1, now() FROM generate_series(1, 8) AS n;
INSERT INTO unit_placement (unit_id, from_day, parent_id)
  SELECT id, date '2015-01-01', CASE kind WHEN 'branch' THEN 'HO' END FROM unit;
INSERT INTO unit_tree (ancestor, descendant, from_day, distance)
  SELECT id, id, date '2015-01-01', 0 FROM unit
  UNION ALL SELECT 'HO', id, date '2015-01-01', 1 FROM unit WHERE kind = 'branch';
"""
_CLIENTS: Final = """
WITH made AS (
  INSERT INTO client (id, kind, name, segment, co_managed, revision, created_at, updated_at)
  SELECT %(prefix)s || n, 'company', 'Client', 'corporate', false, 1, now(), now()
  FROM generate_series(0, CAST(%(number)s AS int) - 1) AS n RETURNING id
)
INSERT INTO client_unit (client_id, part, from_day, unit_id)
SELECT id, 'lead', date '2016-01-01', 'B' || (CAST(%(units)s AS int[]))
  [1 + substr(id, length(%(prefix)s) + 1)::int %% array_length(CAST(%(units)s AS int[]), 1)]
FROM made
"""
_REVIEWS: Final = """
CREATE TEMP TABLE falling ON COMMIT DROP AS
SELECT gen_random_uuid() AS id, %(prefix)s || n AS client_id,
  CAST(%(start)s AS timestamptz) + CAST(%(seconds)s AS float) * n / %(number)s * interval '1 second' AS at
FROM generate_series(0, CAST(%(number)s AS int) - 1) AS n
"""
_REVIEW: Final = """
INSERT INTO review (id, client_id, rulebook, version, cycle, tier, course, planned_on, due_on, due_at, overdue_at,
  in_full, state, postponed, revision, created_at, updated_at)
SELECT id, client_id, 'chaos', 1, 1, 'core', %(course)s, at::date, at::date, at, at, false, 'open', 0, 1, now(), now()
FROM falling
"""
_DUE: Final = """
INSERT INTO due (id, kind, key, client_id, rulebook, due_at, steps, planned, taken, next_at, state, about, revision,
  updated_at)
SELECT gen_random_uuid(), 'review', id::text, client_id, 'chaos', at, jsonb_build_array(jsonb_build_array('due',
  to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '{}'::jsonb)), 1, 0, at, 'scheduled', '{}', 1, now()
FROM falling
"""
_COURSE: Final = {
    "anchor": "2026-01-01",
    "offset": [6, 0],
    "before": [0, 0],
    "owes": 1,
    "every": "P6M",
    "full_every": None,
    "remind_before": [],
    "overdue_after": [],
}
ALL_UNITS: Final = tuple(range(1, UNITS + 1))


def open_branches(connection: psycopg.Connection[Any]) -> None:
    """A head office, and `UNITS` branches, `B1` and so on."""
    connection.execute(_UNITS)


def have_reviews_fall_due(
    connection: psycopg.Connection[Any],
    prefix: str,
    number: int,
    start: datetime,
    seconds: float = 0.0,
    units: tuple[int, ...] = ALL_UNITS,
) -> None:
    """So many new clients of these branches, each with one review, due one after the other from `start` on."""
    asked = {"prefix": prefix, "number": number, "start": start, "seconds": seconds, "units": list(units)}
    with connection.transaction():
        connection.execute(_CLIENTS, asked)
        connection.execute(_REVIEWS, asked)
        connection.execute(_REVIEW, {"course": Jsonb(_COURSE)})
        connection.execute(_DUE)
    connection.execute("ANALYZE client, client_unit, review, due")
