"""Putting something on the table of what falls due, planning it anew, and taking it off."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text

from app.trail.change import Change
from app.trail.waking import DUE


class Step(NamedTuple):
    """What is to happen at a moment on the way: a reminder, the due moment itself, an escalation."""

    action: str
    at: datetime
    more: dict[str, str] = {}  # noqa: RUF012  a NamedTuple's default, which nobody changes

    def as_json(self) -> list[Any]:
        """As it is kept; moments in UTC with microseconds, so that texts sort and compare as moments do."""
        return [self.action, self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), self.more]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due: what (`kind`), which one (`key`), when, by which steps; `about` is for its handler."""

    kind: str
    key: str
    due_at: datetime
    steps: Sequence[Step]
    client_id: str | None = None
    rulebook: str | None = None
    about: dict[str, Any] = field(default_factory=dict)


_WANTED: Final = """
wanted AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS each (
    id uuid, kind text, key text, client_id text, rulebook text, due_at timestamptz, steps jsonb, about jsonb)
)"""
_LEDGER: Final = "INSERT INTO due_ledger (due_id, action, planned_at, taken_at, outcome, late_s)"
_AMONG: Final = """EXISTS (
  SELECT FROM jsonb_array_elements({steps}) AS other WHERE (other ->> 0, other ->> 1) = (step ->> 0, step ->> 1))"""
_PUT: Final = text(f"""
WITH {_WANTED}, stands AS MATERIALIZED (
  SELECT due.* FROM due JOIN wanted USING (kind, key) FOR UPDATE OF due
), held AS MATERIALIZED (
  SELECT stands.*, waited, CASE state WHEN 'cancelled' THEN '[]' ELSE was_taken END AS was_taken
  FROM stands CROSS JOIN LATERAL (
    SELECT COALESCE(jsonb_agg(step ORDER BY place) FILTER (WHERE place > taken), '[]') AS waited,
      COALESCE(jsonb_agg(step) FILTER (WHERE place <= taken), '[]') AS was_taken
    FROM jsonb_array_elements(steps) WITH ORDINALITY AS all_of (step, place)
  ) AS parted
), waits AS MATERIALIZED (
  SELECT wanted.*, held.id AS stood, COALESCE(held.waited, '[]') AS waited, COALESCE(held.planned, 0) AS planned,
    (SELECT COALESCE(jsonb_agg(step ORDER BY step ->> 1, place), '[]')
      FROM jsonb_array_elements(wanted.steps) WITH ORDINALITY AS all_of (step, place)
      WHERE NOT COALESCE({_AMONG.format(steps="held.was_taken")}, false) AND NOT EXISTS (
        SELECT FROM due_ledger AS behind WHERE behind.due_id = held.id AND behind.outcome <> 'cancelled'
          AND behind.action = step ->> 0 AND behind.planned_at = CAST(step ->> 1 AS timestamptz))) AS waiting
  FROM wanted LEFT JOIN held USING (kind, key)
), dropped AS (
  {_LEDGER}
  SELECT stood, step ->> 0, CAST(step ->> 1 AS timestamptz), :now, 'cancelled', 0
  FROM waits CROSS JOIN LATERAL jsonb_array_elements(waited) AS step WHERE NOT {_AMONG.format(steps="waiting")}
)
INSERT INTO due AS stands (id, kind, key, client_id, rulebook, due_at, steps, planned, taken, next_at, state, about,
  revision, updated_at)
SELECT COALESCE(stood, id), kind, key, client_id, rulebook, due_at, waiting,
  planned + (SELECT count(*) FROM jsonb_array_elements(waiting) AS step WHERE NOT {_AMONG.format(steps="waited")}),
  0, CAST(waiting -> 0 ->> 1 AS timestamptz), CASE waiting WHEN '[]' THEN 'done' ELSE 'scheduled' END, about, 1, :now
FROM waits
ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at, steps = excluded.steps, planned = excluded.planned,
  taken = 0, next_at = excluded.next_at, state = excluded.state, client_id = excluded.client_id,
  rulebook = excluded.rulebook, about = excluded.about, revision = stands.revision + 1,
  updated_at = excluded.updated_at
""")  # noqa: S608  put together from our own parts
_CANCEL: Final = text(f"""
WITH stands AS MATERIALIZED (
  SELECT id, steps, taken FROM due
  WHERE kind = :kind AND key = ANY(CAST(:keys AS text[])) AND state = 'scheduled' FOR UPDATE
), dropped AS (
  {_LEDGER}
  SELECT id, step ->> 0, CAST(step ->> 1 AS timestamptz), :now, 'cancelled', 0
  FROM stands CROSS JOIN LATERAL jsonb_array_elements(steps) WITH ORDINALITY AS all_of (step, place) WHERE place > taken
)
UPDATE due SET state = 'cancelled', next_at = NULL, taken = jsonb_array_length(due.steps), revision = revision + 1,
  updated_at = :now
FROM stands WHERE due.id = stands.id
""")  # noqa: S608  put together from our own parts


async def put(change: Change, dues: Sequence[Due]) -> None:
    """Put them on the table, each once by kind and key; what stood there under the same is planned anew.

    Steps that waited are cancelled in the ledger, those that were taken at the same moment are not taken again. Whether
    they were says the ledger and, of what a sweep takes while this waits for its lock, the row as the sweep left it.
    """
    if not dues:
        return
    rows = [_row(each) for each in dues]
    await change.session.execute(_PUT, {"rows": orjson.dumps(rows).decode(), "now": change.now})
    moments = [step.at for each in dues for step in each.steps]
    if moments:
        change.wake(DUE, min(moments))


async def cancel(change: Change, kind: str, keys: Collection[str]) -> None:
    """Take off what stands under these keys; the steps that waited are cancelled in the ledger."""
    if keys:
        await change.session.execute(_CANCEL, {"kind": kind, "keys": [*keys], "now": change.now})


def _row(due: Due) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "kind": due.kind,
        "key": due.key,
        "client_id": due.client_id,
        "rulebook": due.rulebook,
        "due_at": due.due_at,
        "steps": [each.as_json() for each in due.steps],
        "about": due.about,
    }
