"""What falls to each holder of a role, in SQL: his part of what any holder satisfies, or what he owes himself (D2)."""

from typing import Final

from app.clients.in_sql import ASSIGNED
from app.coverage.attainment.in_sql import COUNTED, DAY, MADE, REVISED, RULE
from app.organisation.in_sql import EX_OFFICIO

HELD: Final = f"{ASSIGNED} UNION {EX_OFFICIO}"
"""Who holds which role at the clients of a part `{{book}}`, on which days of the period."""

_TEAM: Final = f"({HELD.format(book='(SELECT owing.client_id, owing.unit_id)')}) AS held"
_RULES: Final = "owing.*, rule.role, rule.at_least, rule.counts, rule.each_holder, rule.lead_only"
_DAYS_HELD: Final = "held.officer_id, held.from_day AS held_from, held.until_day AS held_until"
CLAIMS: Final = {
    False: f"""
claim AS (
  SELECT owing.*, {_DAYS_HELD}
  FROM (SELECT {_RULES} FROM owing JOIN {RULE} AND rule.each_holder OFFSET 0) AS owing
  LEFT JOIN LATERAL {_TEAM} ON held.role = owing.role
)""",
    True: f"""
team AS MATERIALIZED (
  SELECT owing.*, held.role AS role_held, {_DAYS_HELD}
  FROM owing JOIN LATERAL {_TEAM} ON CAST(:officer AS text) IS NULL OR held.officer_id = :officer
),
claim AS (
  SELECT {_RULES} FROM team AS owing JOIN {RULE} AND rule.role = owing.role_held
)""",
}
"""What is owed, with who holds the role: of roles whose holders owe each by himself, or (true) of all.

Where each owes and nobody holds the role, it is owed all the same.
"""

_KEY: Final = "client_id, client, is_apart, unit, rulebook, role, holder, officer"
SHARES: Final = f"""
share AS (
  SELECT claim.client_id, claim.client, claim.is_apart, claim.unit, claim.rulebook, claim.role, days.*,
    COALESCE(claim.officer_id, '') AS officer,
    CASE WHEN claim.each_holder THEN COALESCE(claim.officer_id, '') ELSE '' END AS holder,
    claim.counts, claim.lead_only, claim.known_at,
    CASE WHEN claim.each_holder THEN CONCAT_WS(' ', days.from_day, days.until_day)
      ELSE CONCAT_WS(' ', claim.from_day, claim.until_day) END
      || CONCAT_WS(' ', '', claim.terms_id, claim.why, claim.at_least) AS line,
    CASE WHEN days.from_day < days.until_day THEN CONCAT_WS(' ', days.from_day, days.until_day) END AS held
  FROM claim CROSS JOIN LATERAL (
    SELECT GREATEST(claim.from_day, claim.held_from) AS from_day, LEAST(claim.until_day, claim.held_until) AS until_day
  ) AS days
  WHERE days.from_day < days.until_day OR NOT claim.each_holder
),
fact AS (
  SELECT {_KEY}, line, held, CAST(NULL AS bit(366)), CAST(NULL AS bit(366)), CAST(NULL AS integer) FROM share
  UNION ALL
  SELECT share.client_id, share.client, share.is_apart, share.unit, share.rulebook, share.role, share.holder,
    share.officer, NULL, NULL, {DAY}, NULL
  FROM share CROSS JOIN LATERAL {MADE.format(of="share")}
  WHERE made.role = share.role AND made.kind = ANY(share.counts) AND (made.leads OR NOT share.lead_only)
    AND (share.holder = '' OR share.holder IN (made.officer_id, made.acting_for))
  UNION ALL
  SELECT owing.client_id, owing.client, owing.is_apart, owing.unit, owing.rulebook, revised.role, of_claim.holder,
    revised.holder, NULL, NULL, NULL, NULL, revised.done_after
  FROM owing CROSS JOIN LATERAL {REVISED}
  CROSS JOIN LATERAL (SELECT '' AS holder UNION SELECT revised.holder) AS of_claim
  WHERE owing.is_first
),
part AS (
  SELECT {_KEY}, STRING_AGG(line, ',') AS lines, STRING_AGG(held, ',') AS held, {COUNTED}
  FROM fact AS fact ({_KEY}, line, held, done, planned, revised) GROUP BY {_KEY}
)"""
"""`held` are the days that an officer has of a claim; `holder` is empty where any holder satisfies it."""

_ROWS: Final = """
SELECT client, unit, CASE WHEN :by_officer OR is_apart THEN officer END AS officer, rulebook, role,
  holder <> '' AS by_himself, lines, {held} AS held, done, planned, revised, COUNT(*) AS alike
FROM part WHERE {told} IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"""
ROWS_OF_SHARES: Final = {
    False: _ROWS.format(held="CAST(NULL AS text)", told="lines"),
    True: _ROWS.format(held="held", told="held"),
}
"""Whole, or (true) each officer's part by itself."""
