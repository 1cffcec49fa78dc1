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

from app.clients.in_sql import IN_PAGES, LED, OF_CLIENTS, OF_OFFICER, OF_UNIT, SEEN
from app.coverage.attainment.by_kind import BY_KIND, ROWS_OF_KINDS
from app.coverage.attainment.by_share import CLAIMS, HELD, ROWS_OF_SHARES, SHARES
from app.coverage.attainment.in_sql import BOOK, OWING
from app.organisation.in_sql import AWAY, CLOSED, UNDER_AWAY

_HELD_OF_BOOK: Final = f"held AS ({HELD.format(book='book')})"
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
def claims(book: Book, *, by_officer: bool, each: bool = True) -> TextClause:
    """The claims of a book, alike ones together; `by_officer`: what of them falls to each officer.

    `each`: there are rules by which each holder owes by himself. Where there are none, half of the statement need not
    be planned, which takes as long as a tenth of its work.
    """
    by_kind, by_share = not by_officer, by_officer or each
    parts = [BOOK.format(led=book.sql), OWING, *[BY_KIND] * by_kind, *[CLAIMS[by_officer], SHARES] * by_share]
    rows = [*[ROWS_OF_KINDS] * by_kind, *[ROWS_OF_SHARES[by_officer]] * by_share]
    return text(f"WITH {', '.join(parts)} {' UNION ALL '.join(rows)}")


@cache
def clients_of(book: Book) -> TextClause:
    """The clients of a book, with the units that lead them."""
    return text(f"{book.sql}")


@cache
def away(book: Book) -> TextClause:
    """Who holds the roles of which somebody is away, on which days, and when he is away, of the clients of a book."""
    return text(f"WITH away AS MATERIALIZED ({AWAY}), whole AS ({book.sql}), {_TOUCHED}, {_HELD_OF_BOOK} {_AWAY}")


@cache
def holders(book: Book) -> TextClause:
    """Who holds which role at the clients of a book, on which days of the period."""
    parts = f"book AS MATERIALIZED ({book.sql}), {_HELD_OF_BOOK}"
    return text(f"WITH {parts} SELECT * FROM held ORDER BY from_day, officer_id")


CLOSURES: Final = text(CLOSED)
