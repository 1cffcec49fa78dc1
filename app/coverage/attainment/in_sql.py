"""What is owed and what was done, in SQL: the parts that the statements of `claims` have in common (domain.md D2).

Whatever the planner expects of a book, its clients' rows are looked up client by client (LATERAL with a fence, such as
OFFSET 0 or a window), and what is counted runs in one stream to one GROUP BY. So nothing is joined that grows with the
book on both sides: the cost follows the clients that are asked for and their visits in the period.
"""

from typing import Final

BOOK: Final = """
book AS MATERIALIZED (
  SELECT led.client_id, led.unit_id, CASE WHEN :by_unit THEN led.unit_id END AS unit, apart.*,
    CASE WHEN :by_client OR apart.is_apart THEN led.client_id END AS client
  FROM ({led}) AS led
  CROSS JOIN LATERAL (SELECT led.client_id = ANY(CAST(:apart AS text[])) AS is_apart) AS apart
)"""
"""The clients that `{led}` names; `client` and `unit` are null where the question does not tell them apart."""

_CLOSES: Final = """(SELECT (CAST(:until AS timestamp) + terms.grace_days * interval '1 day') AT TIME ZONE :zone
      FROM obligation_terms AS terms WHERE terms.id = owed.terms_id)"""
OWING: Final = f"""
owing AS MATERIALIZED (
  SELECT book.*, owed.*, CASE WHEN :reopened THEN :as_of ELSE LEAST(:as_of, {_CLOSES}) END AS known_at
  FROM book CROSS JOIN LATERAL (
    SELECT days.*, ROW_NUMBER() OVER its_rulebook = 1 AS is_first,
      STRING_AGG(CONCAT_WS(' ', days.from_day, days.until_day, days.terms_id, days.why), ',') OVER its_rulebook
        AS course
    FROM (
      SELECT each.rulebook, each.terms_id, each.why, GREATEST(each.from_day, :start) AS from_day,
        LEAST(LEAD(each.from_day) OVER (PARTITION BY each.rulebook ORDER BY each.id), :until) AS until_day
      FROM client_obligation AS each
      WHERE each.client_id = book.client_id AND each.recorded_at <= :as_of
        AND (CAST(:rulebook AS text) IS NULL OR each.rulebook = :rulebook)
    ) AS days
    WHERE days.from_day < days.until_day AND days.terms_id IS NOT NULL
    WINDOW its_rulebook AS (
      PARTITION BY days.rulebook ORDER BY days.from_day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  ) AS owed
)"""
"""By which terms a client is owed visits on which days of the period, and until when what was recorded counts.

`course` is all of a rulebook's terms and their days as one text, on each row of them, of which one `is_first`: courses
are compared by the thousand, and read a few times.
"""

RULE: Final = """obligation_rule AS rule ON rule.terms_id = owing.terms_id AND rule.per = :per
    AND (CAST(:role AS text) IS NULL OR rule.role = :role)"""
"""What a part `owing` owes, role by role."""

MADE: Final = """(
    SELECT visit.role, visit.day, visit.kind, visit.leads, visit.officer_id, visit.acting_for, false AS is_planned
    FROM visit_participant AS visit
    WHERE visit.client_id = {of}.client_id AND visit.day >= {of}.from_day AND visit.day < {of}.until_day
      AND visit.recorded_at <= {of}.known_at AND (visit.ended_at IS NULL OR visit.ended_at > {of}.known_at)
    UNION ALL
    SELECT plan.role, plan.day, plan.kind, true, plan.officer_id, plan.acting_for, true
    FROM planned_participant AS plan
    WHERE :planned_from < :until AND plan.client_id = {of}.client_id
      AND plan.day >= GREATEST({of}.from_day, :planned_from) AND plan.day < {of}.until_day
      AND plan.recorded_at <= :as_of AND (plan.ended_at IS NULL OR plan.ended_at > :as_of)
    OFFSET 0
  ) AS made"""
"""Who made a visit, or is to make a planned one, to the client of a part `{of}` on its days, as it was known then."""

REVISED: Final = """(
    SELECT DISTINCT ON (revision.role, revision.holder) revision.role, revision.holder, revision.done_after
    FROM coverage_revision AS revision
    WHERE revision.client_id = owing.client_id AND revision.rulebook = owing.rulebook AND revision.period = :period
      AND revision.recorded_at <= :as_of AND NOT :reopened
    ORDER BY revision.role, revision.holder, revision.number DESC
  ) AS revised"""
"""What corrections after the close made of the figures of a client of `owing`: the latest of each."""

_DAY: Final = "SET_BIT(CAST(REPEAT('0', 366) AS bit(366)), made.day - CAST(:start AS date), 1)"
DAY: Final = f"CASE WHEN NOT made.is_planned THEN {_DAY} END, CASE WHEN made.is_planned THEN {_DAY} END"
"""The day of `made` as one bit of a year, done or planned: days are counted once without being sorted."""

COUNTED: Final = """COALESCE(MAX(revised), BIT_COUNT(BIT_OR(done)), 0) AS done,
    COALESCE(BIT_COUNT(BIT_OR(planned)), 0) AS planned, MAX(revised) IS NOT NULL AS revised"""
"""On how many days was done, and is planned; what a correction made of it prevails."""
