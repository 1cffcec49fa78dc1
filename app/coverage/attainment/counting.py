"""Claims as the database counted them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.coverage.span import Span


class Line(NamedTuple):
    """On which days at least so many visits a period were owed, by which terms, and what began these days."""

    span: Span
    at_least: int
    terms_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Claims that are alike, `alike` many: what was owed, on how many days a visit counts, on how many one is planned.

    `client`, `unit` and `officer` are null where the question does not tell them apart. `held` are the days of which an
    officer's part consists; null for the whole. `by_himself`: each holder of the role owes. `revised`: a correction
    after the close has its say in `done`.
    """

    client: str | None
    unit: str | None
    officer: str | None
    rulebook: str
    role: str
    by_himself: bool
    lines: tuple[Line, ...]
    held: tuple[Span, ...] | None
    done: int
    planned: int
    revised: bool
    alike: int


async def counted(session: AsyncSession, statement: TextClause, asked: Mapping[str, Any]) -> list[Claimed]:
    """Run a statement of `claims`."""
    return [_claimed(row) for row in await session.execute(statement, asked)]


def _claimed(row: Any) -> Claimed:
    return Claimed(
        client=row.client,
        unit=row.unit,
        officer=row.officer or None,
        rulebook=row.rulebook,
        role=row.role,
        by_himself=row.by_himself,
        lines=_lines(row.lines),
        held=None if row.held is None else _held(row.held),
        done=row.done,
        planned=row.planned,
        revised=row.revised,
        alike=row.alike,
    )


@lru_cache(maxsize=4096)
def _lines(text: str) -> tuple[Line, ...]:
    """Lines as the statement writes them: first day, end, terms, why and number, blanks between, commas between."""
    found = []
    for each in text.split(","):
        start, until, terms_id, why, at_least = each.split()
        found.append(Line(_span(start, until), int(at_least), UUID(terms_id), why))
    return tuple(sorted(set(found)))


@lru_cache(maxsize=4096)
def _held(text: str) -> tuple[Span, ...]:
    return tuple(sorted({_span(*each.split()) for each in text.split(",")}))


def _span(start: str, until: str) -> Span:
    return Span(date.fromisoformat(start), date.fromisoformat(until))
