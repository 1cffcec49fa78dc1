"""Coverage as a file: an obligation a line, as CSV or JSON, of any number of clients in constant memory.

Page by page, each in a transaction of its own; the moment that is asked for makes them of one piece.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final, Literal

import orjson
from fastapi import Request

from app.coverage.attainment.ground import ground
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk
from app.coverage.reports.client_page import client_page
from app.coverage.reports.schemas import ObligationCoverage
from app.http.transaction import in_own_transaction
from app.trail.change import Change

Form = Literal["csv", "json"]
Language = Literal["keys", "en", "zh"]
Rows = Sequence[dict[str, Any]]
PAGE: Final = 500
"""Clients that are worked out at one go."""

_COLUMNS: Final = {
    "client_id": ("Client", "客户号"),
    "role": ("Role", "岗位"),
    "officer_id": ("Officer", "工号"),
    "rulebook": ("Rulebook", "细则"),
    "version": ("Version", "版本"),
    "tier": ("Tier", "分层"),
    "period": ("Period", "期间"),
    "state": ("State", "状态"),
    "required": ("Required", "应访次数"),
    "prorated_required": ("Required pro rata", "折算应访"),
    "planned": ("Planned", "计划"),
    "done": ("Done", "已访"),
    "credited": ("Credited", "计入"),
    "remaining": ("Remaining", "待访"),
    "expected": ("Expected by now", "进度应达"),
    "attainment": ("Attainment", "达成率"),
    "nothing_owed": ("Why nothing is owed", "不要求原因"),
    "arithmetic": ("Arithmetic", "计算过程"),
}
_PLAIN: Final = tuple(name for name in _COLUMNS if name in ObligationCoverage.model_fields)
_plain_of: Final = attrgetter(*_PLAIN)
_LABEL: Final = {"en": 0, "zh": 1}
_BYTE_ORDER_MARK: Final = "\ufeff"
MEDIA: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


async def exported(
    request: Request, desk: Desk, asked: Question, form: Form, language: Language
) -> AsyncIterator[bytes]:
    """The file, piece by piece. A JSON array that lacks its end was broken off.

    Raises BeyondCalendar before the first piece: as soon as somebody is found who is owed visits.
    """
    pages = _pages(request, desk, asked)
    try:
        first = await anext(pages)
    except StopAsyncIteration:
        first = ()
    return _pieces(first, pages, form, language)


async def _pieces(first: Rows, others: AsyncIterator[Rows], form: Form, language: Language) -> AsyncIterator[bytes]:
    yield _head(form, language)
    yield _csv(first) if form == "csv" else _json(first, first=True)
    async for rows in others:
        yield _csv(rows) if form == "csv" else _json(rows, first=False)
    yield b"" if form == "csv" else b"\n]\n"


async def _pages(request: Request, desk: Desk, asked: Question) -> AsyncIterator[Rows]:
    """The rows of the next clients, wherever there are any."""
    cursor, more = None, True
    while more:
        page = partial(_page, desk=desk, asked=asked.page(cursor, PAGE))
        found, cursor = await in_own_transaction(request, page)
        if found:
            yield await asyncio.to_thread(_rows, asked, found)
        more = cursor is not None


async def _page(change: Change, desk: Desk, asked: Question) -> tuple[list[ObligationCoverage], str | None]:
    """The obligations of the next clients, and after which client more follow."""
    answer = await client_page(change, desk, await ground(change.session, desk, asked), asked)
    return [each for group in answer.items for each in group.details or ()], answer.next_cursor


def _rows(asked: Question, found: Iterable[ObligationCoverage]) -> Rows:
    return [_row(asked, each) for each in found]


def _row(asked: Question, found: ObligationCoverage) -> dict[str, Any]:
    plain = dict(zip(_PLAIN, _plain_of(found), strict=True))
    terms = {"rulebook": found.rulebook.name, "version": found.rulebook.version, "tier": found.rulebook.tier}
    terms_of_sum = " + ".join(line.share for line in found.basis if line.at_least)
    rest = {"period": asked.period.name, "expected": found.pace.expected, "arithmetic": terms_of_sum}
    row = plain | terms | rest
    return {name: row[name] for name in _COLUMNS}


def _head(form: Form, language: Language) -> bytes:
    if form == "json":
        return b"["
    names = list(_COLUMNS) if language == "keys" else [labels[_LABEL[language]] for labels in _COLUMNS.values()]
    mark = "" if language == "keys" else _BYTE_ORDER_MARK  # so that a spreadsheet takes it for UTF-8
    return (mark + _lines([names])).encode()


def _csv(rows: Rows) -> bytes:
    return _lines(["" if cell is None else cell for cell in row.values()] for row in rows).encode()


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _json(rows: Rows, *, first: bool) -> bytes:
    if not rows:
        return b""
    return (b"\n" if first else b",\n") + b",\n".join(orjson.dumps(row) for row in rows)
