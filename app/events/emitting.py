"""Telling what happened: the event and its deliveries commit with what they tell of, or not at all."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import text

from app.events.envelope import Happened, body_of
from app.trail.change import Change
from app.trail.waking import TOLD

_EMIT: Final = text("""
WITH told AS MATERIALIZED (
  SELECT * FROM ROWS FROM (json_to_recordset(CAST(:told AS json)) AS (
    id uuid, type text, subject text, unit text, at timestamptz, body text)) WITH ORDINALITY
    AS each (id, type, subject, unit, at, body, place)
), fitting AS MATERIALIZED (
  SELECT told.id AS event_id, endpoint.id AS endpoint_id, endpoint.state FROM told JOIN webhook_endpoint AS endpoint
    ON endpoint.state <> 'deleted' AND CASE WHEN CAST(:only AS uuid) IS NOT NULL THEN endpoint.id = :only ELSE
      (endpoint.types = '{}' OR told.type = ANY(endpoint.types))
      AND (endpoint.unit IS NULL OR EXISTS (
        SELECT FROM unit_tree WHERE ancestor = endpoint.unit AND descendant = told.unit AND from_day <= :today
          AND (until_day IS NULL OR until_day > :today))) END
), written AS (
  INSERT INTO event (id, type, subject, unit, at, recorded_at, body, endpoints)
  SELECT told.id, type, subject, unit, at, :now, body,
    (SELECT count(*) FROM fitting WHERE fitting.event_id = told.id)
  FROM told ORDER BY place ON CONFLICT (id) DO NOTHING RETURNING id, written AS number
), unplaced AS (
  INSERT INTO event_pending (written, event_id) SELECT number, id FROM written
)
INSERT INTO delivery (id, event_id, endpoint_id, state, attempts, next_at, created_at)
SELECT gen_random_uuid(), event_id, endpoint_id, CASE state WHEN 'active' THEN 'pending' ELSE 'parked' END, 0,
  CASE state WHEN 'active' THEN CAST(:now AS timestamptz) END, :now
FROM fitting JOIN written ON written.id = fitting.event_id
""")


async def emit(change: Change, happened: Sequence[Happened], only: UUID | None = None) -> list[UUID]:
    """Tell of what happened, in the caller's transaction; the ids, also of what was told before and stays as it is.

    Every receiver that asked for it is told; where `only` names one, that one alone, whatever it asked for.
    """
    ids = [each.id for each in happened]
    if not happened:
        return ids
    first = dict(reversed([*zip(ids, happened, strict=True)]))  # of two of the same the first
    rows = [_row(event_id, each, change) for event_id, each in reversed(first.items())]
    told = orjson.dumps(rows).decode()  # arrays of psycopg's take six times as long
    await change.session.execute(_EMIT, {"told": told, "now": change.now, "today": change.today, "only": only})
    change.wake(TOLD, change.now)
    return ids


def _row(event_id: UUID, happened: Happened, change: Change) -> dict[str, Any]:
    return {
        "id": event_id,
        "type": happened.data.type,
        "subject": happened.subject,
        "unit": happened.unit,
        "at": happened.at,
        "body": body_of(happened, change.now, event_id),
    }
