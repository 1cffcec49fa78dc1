"""What any holder of a role satisfies, in SQL: clients that are alike together, only what was done one by one (D2).

A thousand clients of five roles are five thousand claims of some few kinds: clients are of a kind that are owed by the
same terms on the same days. Days are counted where there are any; the others of a kind have done nothing.
"""

from typing import Final

from app.coverage.attainment.in_sql import COUNTED, DAY, MADE, REVISED, RULE

BY_KIND: Final = f"""
made AS MATERIALIZED (
  SELECT owing.client_id, owing.client, owing.unit, owing.rulebook, owing.course, owing.terms_id, made.*
  FROM owing CROSS JOIN LATERAL {MADE.format(of="owing")}
),
of_role AS (
  SELECT made.client_id, made.client, made.unit, made.rulebook, made.course, made.role, {DAY}, CAST(NULL AS integer)
  FROM made JOIN obligation_rule AS rule ON (rule.terms_id, rule.role) = (made.terms_id, made.role)
    AND rule.per = :per AND NOT rule.each_holder
  WHERE made.kind = ANY(rule.counts) AND (made.leads OR NOT rule.lead_only)
  UNION ALL
  SELECT owing.client_id, owing.client, owing.unit, owing.rulebook, owing.course, revised.role, NULL, NULL,
    revised.done_after
  FROM owing CROSS JOIN LATERAL {REVISED} WHERE owing.is_first AND revised.holder = ''
),
counted AS (
  SELECT MIN(client) AS client, MIN(unit) AS unit, rulebook, MIN(course) AS course, role, {COUNTED}
  FROM of_role AS day (client_id, client, unit, rulebook, course, role, done, planned, revised)
  GROUP BY client_id, rulebook, role
),
kind AS (
  SELECT client, unit, rulebook, course, COUNT(*) AS alike FROM owing WHERE is_first
  GROUP BY client, unit, rulebook, course
),
tally AS (
  SELECT kind.client, kind.unit, kind.rulebook, kind.course, rule.role, 0 AS done, 0 AS planned, false AS revised,
    kind.alike, STRING_AGG(owing.said || ' ' || rule.at_least, ',') AS lines
  FROM kind CROSS JOIN LATERAL (
    SELECT said, CAST(SPLIT_PART(said, ' ', 3) AS uuid) AS terms_id FROM STRING_TO_TABLE(kind.course, ',') AS said
  ) AS owing
  JOIN {RULE} AND NOT rule.each_holder
  GROUP BY kind.client, kind.unit, kind.rulebook, kind.course, kind.alike, rule.role
  UNION ALL
  SELECT client, unit, rulebook, course, role, done, planned, revised, COUNT(*), NULL
  FROM counted GROUP BY client, unit, rulebook, course, role, done, planned, revised
),
of_kind AS (
  SELECT tally.*, MAX(lines) OVER claim AS all_lines,
    alike - CASE WHEN lines IS NULL THEN 0 ELSE
      COALESCE(CAST(SUM(alike) FILTER (WHERE lines IS NULL) OVER claim AS bigint), 0) END AS so_many
  FROM tally WINDOW claim AS (PARTITION BY client, unit, rulebook, course, role)
)"""
"""`tally` has a row for the claims of a kind, with their `lines`, and rows for those that something was done for."""

ROWS_OF_KINDS: Final = """
SELECT client, unit, NULL AS officer, rulebook, role, false AS by_himself, all_lines AS lines, NULL AS held,
  done, planned, revised, so_many AS alike
FROM of_kind WHERE all_lines IS NOT NULL AND so_many > 0"""
