"""What is owed and what was done, counted by the database: the statement that every figure comes from (domain.md D2).

A claim is what one role owes one client in a period, or one holder of it, where each owes by himself. The statement
reads the claims of a book of clients: what was owed on which days, who held the roles, on how many days a visit
counts. Its cost follows the clients that are asked for and their visits in the period, not the length of the tables.
All is read as it was known at `:as_of`; of a period that was closed by then, as it was known when it closed.

Claims that are alike, of as many days and visits, come as one row with their number: a unit of a thousand clients has
some dozens of kinds.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from sqlalchemy import TextClause, text

from app.clients.in_sql import ASSIGNED, IN_PAGES, LED, OF_CLIENTS, OF_OFFICER, OF_UNIT, SEEN
from app.organisation.in_sql import AWAY, CLOSED, EX_OFFICIO, UNDER_AWAY

_CLOSES: Final = "(CAST(:until AS timestamp) + terms.grace_days * interval '1 day') AT TIME ZONE :zone"
_OWED: Final = f"""
changed AS (
  SELECT book.client_id, book.unit_id, owed.* FROM book CROSS JOIN LATERAL (
    SELECT each.rulebook, each.terms_id, each.from_day, each.why,
      LEAD(each.from_day) OVER (PARTITION BY each.rulebook ORDER BY each.id) AS until_day
    FROM client_obligation AS each WHERE each.client_id = book.client_id AND each.recorded_at <= :as_of
  ) AS owed
),
line AS MATERIALIZED (
  SELECT changed.client_id, changed.unit_id, changed.rulebook, rule.role, changed.terms_id, changed.why,
    rule.at_least, rule.counts, rule.each_holder, rule.lead_only,
    GREATEST(changed.from_day, :start) AS from_day, LEAST(changed.until_day, :until) AS until_day,
    CASE WHEN :reopened THEN :as_of ELSE LEAST(:as_of, {_CLOSES}) END AS known_at
  FROM changed
  JOIN obligation_terms AS terms ON terms.id = changed.terms_id
  JOIN obligation_rule AS rule ON rule.terms_id = changed.terms_id AND rule.per = :per
  WHERE changed.from_day < :until AND GREATEST(changed.from_day, :start) < COALESCE(changed.until_day, :until)
    AND (CAST(:role AS text) IS NULL OR rule.role = :role)
    AND (CAST(:rulebook AS text) IS NULL OR changed.rulebook = :rulebook)
)"""
_HELD: Final = f"held AS ({ASSIGNED.format(book='book')} UNION {EX_OFFICIO.format(book='book')})"
_HELD_BY_EACH: Final = f"""
each_book AS (SELECT DISTINCT client_id, unit_id FROM line WHERE each_holder),
held AS ({ASSIGNED.format(book="each_book")} UNION {EX_OFFICIO.format(book="each_book")})"""
"""The holders where each owes by himself alone: of roles that any holder satisfies nobody asks."""

_CLAIM: Final = """
claim AS (
  SELECT line.*, '' AS holder FROM line WHERE NOT line.each_holder
  UNION ALL
  SELECT line.client_id, line.unit_id, line.rulebook, line.role, line.terms_id, line.why,
    line.at_least, line.counts, line.each_holder, line.lead_only, GREATEST(line.from_day, held.from_day),
    LEAST(line.until_day, held.until_day), line.known_at, held.officer_id
  FROM line JOIN held ON (held.client_id, held.role) = (line.client_id, line.role)
    AND held.from_day < line.until_day AND held.until_day > line.from_day
  WHERE line.each_holder
  UNION ALL
  SELECT line.*, '' FROM line WHERE line.each_holder AND NOT EXISTS (
    SELECT FROM held WHERE (held.client_id, held.role) = (line.client_id, line.role))
)"""
_SHARES: Final = {
    False: "share AS (SELECT claim.*, claim.holder AS officer FROM claim)",
    True: """
share AS (
  SELECT claim.client_id, claim.unit_id, claim.rulebook, claim.role, claim.terms_id, claim.why,
    claim.at_least, claim.counts, claim.each_holder, claim.lead_only,
    GREATEST(claim.from_day, held.from_day) AS from_day, LEAST(claim.until_day, held.until_day) AS until_day,
    claim.known_at, claim.holder, held.officer_id AS officer
  FROM claim JOIN held ON (held.client_id, held.role) = (claim.client_id, claim.role)
    AND held.from_day < claim.until_day AND held.until_day > claim.from_day
  WHERE claim.holder IN ('', held.officer_id) AND (CAST(:officer AS text) IS NULL OR held.officer_id = :officer)
)""",
}
"""Claims whole, or by officer: of a role's claim the days on which each of its holders had the role."""

_KEY: Final = "client_id, rulebook, role, holder, officer"
_OF_SHARE: Final = "share.client_id, share.rulebook, share.role, share.holder, share.officer"
_COUNTED: Final = f"""
seen AS MATERIALIZED (
  SELECT theirs.* FROM book CROSS JOIN LATERAL (
    SELECT visit.client_id, visit.role, visit.day, visit.kind, visit.leads, visit.officer_id, visit.acting_for,
      visit.recorded_at, visit.ended_at
    FROM visit_participant AS visit
    WHERE visit.client_id = book.client_id AND visit.day >= :start AND visit.day < :until
      AND visit.role IS NOT NULL AND visit.recorded_at <= :as_of OFFSET 0
  ) AS theirs
),
done AS (
  SELECT {_OF_SHARE}, COUNT(DISTINCT seen.day) AS done
  FROM share JOIN seen ON (seen.client_id, seen.role) = (share.client_id, share.role)
    AND seen.day >= share.from_day AND seen.day < share.until_day AND seen.kind = ANY(share.counts)
    AND seen.recorded_at <= share.known_at AND (seen.ended_at IS NULL OR seen.ended_at > share.known_at)
    AND (seen.leads OR NOT share.lead_only)
    AND (share.holder = '' OR share.holder IN (seen.officer_id, seen.acting_for))
  GROUP BY {_OF_SHARE}
),
planned AS (
  SELECT {_OF_SHARE}, COUNT(DISTINCT plan.day) AS planned
  FROM share JOIN planned_participant AS plan ON (plan.client_id, plan.role) = (share.client_id, share.role)
    AND plan.day >= share.from_day AND plan.day < share.until_day AND plan.kind = ANY(share.counts)
    AND share.holder IN ('', plan.officer_id)
  WHERE plan.day >= :planned_from AND plan.day >= :start AND plan.day < :until
    AND plan.recorded_at <= :as_of AND (plan.ended_at IS NULL OR plan.ended_at > :as_of)
  GROUP BY {_OF_SHARE}
),
revised AS (
  SELECT DISTINCT ON (revision.client_id, revision.rulebook, revision.role, revision.holder)
    revision.client_id, revision.rulebook, revision.role, revision.holder AS officer, revision.done_after
  FROM book JOIN coverage_revision AS revision ON revision.client_id = book.client_id
  WHERE revision.period = :period AND revision.recorded_at <= :as_of AND NOT :reopened
  ORDER BY revision.client_id, revision.rulebook, revision.role, revision.holder, revision.number DESC
)"""
_LINES: Final = """
lines AS (
  SELECT claim.client_id, claim.unit_id, claim.rulebook, claim.role, claim.holder, STRING_AGG(
    CONCAT_WS(' ', claim.from_day, claim.until_day, claim.at_least, claim.terms_id, claim.why), ','
    ORDER BY claim.from_day) AS lines
  FROM claim GROUP BY claim.client_id, claim.unit_id, claim.rulebook, claim.role, claim.holder
)"""
_PARTS: Final = {
    False: "part AS (SELECT lines.*, holder AS officer, CAST(NULL AS text) AS held FROM lines)",
    True: """
part AS (
  SELECT lines.*, of_officer.officer, of_officer.held FROM lines JOIN (
    SELECT client_id, rulebook, role, holder, officer,
      STRING_AGG(CONCAT_WS(' ', from_day, until_day), ',' ORDER BY from_day) AS held
    FROM share GROUP BY client_id, rulebook, role, holder, officer
  ) AS of_officer USING (client_id, rulebook, role, holder)
)""",
}
"""A claim's lines, and an officer's days, each as one text: they are compared by the thousand, and read a few times."""

_ROWS: Final = f"""
SELECT CASE WHEN :by_client OR part.client_id = ANY(CAST(:apart AS text[])) THEN part.client_id END AS client,
  CASE WHEN :by_unit THEN part.unit_id END AS unit,
  CASE WHEN :by_officer OR part.client_id = ANY(CAST(:apart AS text[])) THEN part.officer END AS officer,
  part.rulebook, part.role, part.holder <> '' AS by_himself, part.lines, part.held,
  COALESCE(revised.done_after, done.done, 0) AS done, COALESCE(planned.planned, 0) AS planned,
  revised.done_after IS NOT NULL AS revised, COUNT(*) AS alike
FROM part
LEFT JOIN done USING ({_KEY})
LEFT JOIN planned USING ({_KEY})
LEFT JOIN revised USING (client_id, rulebook, role, officer)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
"""
_TOUCHED: Final = f"""
book AS MATERIALIZED (
  SELECT whole.* FROM whole WHERE EXISTS (SELECT FROM away) AND (
    whole.client_id IN (
      SELECT known.client_id FROM away JOIN assignment_known AS known ON known.officer_id = away.officer_id)
    OR whole.unit_id IN ({UNDER_AWAY}))
)"""
_AWAY: Final = """
SELECT held.client_id, held.role, held.officer_id, held.from_day, held.until_day,
  away.from_day AS away_from, away.until_day AS away_until
FROM held JOIN (
  SELECT DISTINCT theirs.client_id, theirs.role FROM held AS theirs JOIN away ON away.officer_id = theirs.officer_id
) AS touched ON (touched.client_id, touched.role) = (held.client_id, held.role)
LEFT JOIN away ON away.officer_id = held.officer_id AND away.from_day < held.until_day
  AND away.until_day > held.from_day
"""


@dataclass(frozen=True, slots=True)
class Book:
    """Which clients are meant: of `:unit` and below, of `:clients`, of `:officer`, page by page; `seen` by the caller.

    Every client of the bank, where nothing is said.
    """

    unit: bool = False
    clients: bool = False
    officer: bool = False
    seen: bool = False
    pages: bool = False

    @property
    def sql(self) -> str:
        """The SELECT of `client_id` and `unit_id`."""
        parts = {OF_UNIT: self.unit, OF_CLIENTS: self.clients, OF_OFFICER: self.officer, SEEN: self.seen}
        chosen = [part for part, wanted in parts.items() if wanted]
        return "\n".join([LED, *chosen, *([IN_PAGES] if self.pages else [])])


@cache
def claims(book: Book, *, by_officer: bool) -> TextClause:
    """The claims of a book, alike ones together; `by_officer`: what of them falls to each officer."""
    held = _HELD if by_officer else _HELD_BY_EACH
    parts = (_OWED, held, _CLAIM, _SHARES[by_officer], _COUNTED, _LINES, _PARTS[by_officer])
    return text(f"WITH book AS MATERIALIZED ({book.sql}), {', '.join(parts)} {_ROWS}")


@cache
def clients_of(book: Book) -> TextClause:
    """The clients of a book, with the units that lead them."""
    return text(f"{book.sql}")


@cache
def away(book: Book) -> TextClause:
    """Who holds the roles of which somebody is away, on which days, and when he is away, of the clients of a book."""
    return text(f"WITH away AS MATERIALIZED ({AWAY}), whole AS ({book.sql}), {_TOUCHED}, {_HELD} {_AWAY}")


@cache
def holders(book: Book) -> TextClause:
    """Who holds which role at the clients of a book, on which days of the period."""
    return text(f"WITH book AS MATERIALIZED ({book.sql}), {_HELD} SELECT * FROM held ORDER BY from_day, officer_id")


CLOSURES: Final = text(CLOSED)
