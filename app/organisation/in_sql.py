"""The organisation in SQL, as parts of greater statements that are written as text.

Parameters have the names that stand in the parts, and mean the same wherever they stand. `book` is the part of a
statement that names clients (`client_id`) with the units that lead them (`unit_id`).
"""

from typing import Final

BELOW_UNIT: Final = """
  SELECT descendant FROM unit_tree
  WHERE ancestor = :unit AND from_day <= :on AND (until_day IS NULL OR until_day > :on)"""
"""The unit `:unit` and those that stand below it on `:on`."""

SEES_UNIT: Final = """EXISTS (
  SELECT FROM unit_tree
  WHERE ancestor = :fence AND descendant = {column} AND from_day <= :today
    AND (until_day IS NULL OR until_day > :today))"""
"""Whether the unit in a column is `:fence` or stands below it on `:today`."""

EX_OFFICIO: Final = """
SELECT book.client_id, posting.role, posting.officer_id,
  GREATEST(posting.from_day, :start) AS from_day, LEAST(posting.until_day, :until) AS until_day
FROM {book} AS book
JOIN unit_tree ON unit_tree.descendant = book.unit_id AND unit_tree.from_day <= :on
  AND (unit_tree.until_day IS NULL OR unit_tree.until_day > :on)
JOIN posting ON posting.unit_id = unit_tree.ancestor AND posting.role = ANY(CAST(:ex_officio AS text[]))
WHERE posting.from_day < :until AND (posting.until_day IS NULL OR posting.until_day > :start)
"""
"""Whose post in a unit above the one that leads puts them into the team of the clients of a part `{book}`, and when."""

UNDER_OFFICER: Final = """
  SELECT below.descendant FROM posting
  JOIN unit_tree AS below ON below.ancestor = posting.unit_id AND below.from_day <= :on
    AND (below.until_day IS NULL OR below.until_day > :on)
  WHERE posting.officer_id = :officer AND posting.role = ANY(CAST(:ex_officio AS text[]))
    AND posting.from_day < :until AND (posting.until_day IS NULL OR posting.until_day > :start)"""
"""The units whose clients have `:officer` in their team by a post alone, on some day of the period."""

_KNOWN: Final = """{leave}.from_day < :until AND {leave}.until_day > :start
  AND {leave}.recorded_at <= :as_of AND ({leave}.ended_at IS NULL OR {leave}.ended_at > :as_of)"""
AWAY: Final = f"""
SELECT leave.officer_id, GREATEST(leave.from_day, :start) AS from_day, LEAST(leave.until_day, :until) AS until_day
FROM leave WHERE leave.delegate_id IS NULL AND {_KNOWN.format(leave="leave")}
UNION ALL
SELECT leave.officer_id, GREATEST(leave.from_day, own.from_day, :start), LEAST(leave.until_day, own.until_day, :until)
FROM leave JOIN leave AS own ON own.officer_id = leave.delegate_id
  AND own.from_day < leave.until_day AND own.until_day > leave.from_day
WHERE {_KNOWN.format(leave="leave")} AND {_KNOWN.format(leave="own")}
"""
"""Who is on leave in the period and has nobody who stands in, and when, as it was known at `:as_of`.

A delegate who is on leave himself stands in for nobody; a chain of delegates is not followed.
"""

UNDER_AWAY: Final = """
  SELECT below.descendant FROM away
  JOIN posting ON posting.officer_id = away.officer_id AND posting.role = ANY(CAST(:ex_officio AS text[]))
  JOIN unit_tree AS below ON below.ancestor = posting.unit_id"""
"""The units whose clients have, or had, an officer of `away` in their team by a post alone."""

CLOSED: Final = """
SELECT below.descendant AS unit_id, GREATEST(shut.from_day, :start) AS from_day,
  LEAST(shut.until_day, :until) AS until_day, shut.reason
FROM unit_closure AS shut
JOIN unit_tree AS below ON below.ancestor = shut.unit_id AND below.from_day <= :on
  AND (below.until_day IS NULL OR below.until_day > :on)
WHERE shut.from_day < :until AND shut.until_day > :start
  AND shut.recorded_at <= :as_of AND (shut.ended_at IS NULL OR shut.ended_at > :as_of)
"""
"""Which units are closed in the period, with those below them, when and why, as it was known at `:as_of`."""
