"""Claims as the database counted them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
    spans = _spans(row.starts, row.ends)
    lines = tuple(map(Line, spans, row.at_least, row.terms, row.why))
    held = None if row.held_from is None else _spans(row.held_from, row.held_until)
    return Claimed(
        client=row.client,
        unit=row.unit,
        officer=row.officer or None,
        rulebook=row.rulebook,
        role=row.role,
        by_himself=row.by_himself,
        lines=lines,
        held=held,
        done=row.done,
        planned=row.planned,
        revised=row.revised,
        alike=row.alike,
    )


def _spans(starts: Sequence[date], ends: Sequence[date]) -> tuple[Span, ...]:
    return tuple(map(Span, starts, ends))
