"""Who leads many clients, and who covers them, in SQL: parts of greater statements (domain.md B9, B10, D5).

Parameters have the names that stand in the parts, and mean the same wherever they stand.
"""

from typing import Final

from app.organisation.in_sql import BELOW_UNIT, SEES_UNIT, UNDER_OFFICER

LED: Final = """
SELECT part.client_id, part.unit_id, part.from_day AS led_since FROM client_unit AS part
WHERE part.part = 'lead' AND part.from_day <= :on AND (part.until_day IS NULL OR part.until_day > :on)
"""
"""`client_id`, `unit_id` and `led_since` of the clients that are led on `:on`; conditions on `part` may follow."""

OF_UNIT: Final = f"AND part.unit_id IN ({BELOW_UNIT})"
"""Led by `:unit` or a unit below it."""

IN_PAGES: Final = """AND (CAST(:cursor AS text) IS NULL OR part.client_id > :cursor)
ORDER BY part.client_id LIMIT :limit
"""
"""So many of them, by id, after the one that the last page ended with."""

OF_CLIENTS: Final = "AND part.client_id = ANY(CAST(:clients AS text[]))"
"""Among `:clients`."""

OF_OFFICER: Final = f"""AND part.client_id = ANY(ARRAY(
  SELECT client_id FROM assignment_known
  WHERE officer_id = :officer AND recorded_at <= :as_of AND (ended_at IS NULL OR ended_at > :as_of)
    AND from_day < :until AND (until_day IS NULL OR until_day > :start)
  UNION
  SELECT client_id FROM client_unit WHERE unit_id = ANY(ARRAY({UNDER_OFFICER}))))
"""
"""Whom `:officer` covers on some day from `:start` to before `:until`, as it was known at `:as_of`.

As an array they are looked up; joined, the planner takes them for a good part of the bank, and reads all of it.
"""

SEEN: Final = f"""AND EXISTS (
  SELECT FROM client_unit AS seen
  WHERE seen.client_id = part.client_id AND seen.from_day <= :today
    AND (seen.until_day IS NULL OR seen.until_day > :today) AND {SEES_UNIT.format(column="seen.unit_id")})
"""
"""That a caller of the unit `:fence` sees on `:today`."""

ASSIGNED: Final = """
SELECT known.client_id, known.role, known.officer_id,
  GREATEST(known.from_day, :start) AS from_day, LEAST(known.until_day, :until) AS until_day
FROM {book} AS book JOIN assignment_known AS known ON known.client_id = book.client_id
WHERE known.recorded_at <= :as_of AND (known.ended_at IS NULL OR known.ended_at > :as_of)
  AND known.from_day < :until AND (known.until_day IS NULL OR known.until_day > :start)
"""
"""Who covers the clients of a part `{book}` in which role, on which days of the period, as it was known at `:as_of`."""
