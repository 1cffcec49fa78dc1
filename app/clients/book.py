"""The book of an officer: whom they own and cover, against the size that is reasonable (domain.md G1)."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.clients.reading import is_visible, lead_of
from app.clients.tables import Assignment, Client
from app.db.half_open import stands_on
from app.trail.change import Reading

LEAST: Final = 500
MOST: Final = 800
"""Clients per manager that are reasonable, both included; over that, the bank adds people."""


class Verdict(NamedTuple):
    """How a book compares, in words."""

    code: Literal["below", "reasonable", "over"]
    en: str
    zh: str


_BELOW: Final = Verdict("below", "below a reasonable book", "低于合理管户数")
_REASONABLE: Final = Verdict("reasonable", "a reasonable book", "管户数合理")
_OVER: Final = Verdict("over", "over a reasonable book: add people", "超过合理管户数，应增配人员")


@dataclass(frozen=True, slots=True)
class Booked:
    """A client of a book: the officer's roles there, and whether one of them owns it."""

    client_id: str
    name: str | None
    unit: str | None
    roles: list[str]
    owner: bool
    since: date
    kept_since: date | None


class Size(NamedTuple):
    """How many clients of a book the officer owns, and how many are in it at all."""

    owned: int
    covered: int


def verdict(owned: int) -> Verdict:
    """Compare a number of owned clients with what is reasonable."""
    if owned < LEAST:
        return _BELOW
    return _REASONABLE if owned <= MOST else _OVER


async def size_of(reads: Reading, officer_id: str, day: date) -> Size:
    """Count all clients of an officer's book on a day: its size is no smaller for who asks."""
    owned = func.count(Assignment.client_id.distinct()).filter(Assignment.owner)
    query = select(owned, func.count(Assignment.client_id.distinct())).where(*_theirs(officer_id, day))
    return Size(*(await reads.session.execute(query)).one())


async def book_after(reads: Reading, officer_id: str, day: date, cursor: str | None, limit: int) -> list[Booked]:
    """Return clients of an officer's book on a day, as far as the caller sees them, by id."""
    columns = (
        Client.id.label("client_id"),
        Client.name,
        lead_of(Client.id, day).label("unit"),
        func.array_agg(Assignment.role.distinct()).label("roles"),
        func.bool_or(Assignment.owner).label("owner"),
        func.min(Assignment.from_day).label("since"),
        func.min(Assignment.kept_since).label("kept_since"),
    )
    query = select(*columns).join(Assignment, Assignment.client_id == Client.id)
    seen = is_visible(Client.id, reads.actor.unit, reads.today)
    query = query.where(*_theirs(officer_id, day), seen).group_by(Client.id).order_by(Client.id).limit(limit)
    rows = await reads.session.execute(query if cursor is None else query.where(Client.id > cursor))
    return [Booked(**row._asdict()) for row in rows]


def _theirs(officer_id: str, day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Assignment.officer_id == officer_id, stands_on(Assignment, day)
