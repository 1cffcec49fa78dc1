"""Coverage as it is asked for: client by client with every obligation, or added up by what obligations share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.coverage.attainment.attaining import Attained, attained_on
from app.coverage.attainment.ground import Ground, ground
from app.coverage.attainment.grouping import TOLD_APART, By, Group, grouped, total
from app.coverage.attainment.question import Question
from app.coverage.known_terms import Desk
from app.coverage.reports.client_page import Answer, client_page
from app.coverage.reports.schemas import CalendarUsed, CoverageReport
from app.coverage.reports.wire import as_group, as_period, as_total
from app.organisation.calendar_reading import calendar_as_of
from app.organisation.lookup import paths
from app.trail.change import Reading


async def report(reads: Reading, desk: Desk, asked: Question, by: By) -> CoverageReport:
    """Coverage of a book: clients and officers come in pages, all else whole."""
    on = await ground(reads.session, desk, asked)
    answer = await (client_page(reads, desk, on, asked) if by == "client" else _added_up(reads, desk, on, asked, by))
    return CoverageReport(
        period=as_period(asked, on.terms.grace_days),
        as_of=asked.as_of,
        calendar=CalendarUsed(name=desk.calendar, version=on.calendar.number),
        by=by,
        total=None if answer.total is None else as_total(answer.total),
        items=answer.items,
        next_cursor=answer.next_cursor,
    )


async def calendar_of(reads: Reading, desk: Desk, asked: Question) -> CalendarUsed:
    """The calendar as it was known at the moment that is asked for."""
    version = await calendar_as_of(reads.session, desk.calendar, asked.as_of)
    return CalendarUsed(name=desk.calendar, version=version.number)


async def _added_up(reads: Reading, desk: Desk, on: Ground, asked: Question, by: By) -> Answer:
    found = await attained_on(reads.session, desk, on, replace(asked, cursor=None, limit=None), TOLD_APART[by])
    shown = await _shown(reads, asked, found) if by == "unit" else {}
    groups = sorted(grouped(found, by, desk.terms, shown).items(), key=lambda each: _place(each[0]))
    items = [as_group(group, sum_) for group, sum_ in groups]
    if by != "officer":
        return Answer(items, total=total(found))
    rest = [each for each in items if asked.cursor is None or (each.group or "") > asked.cursor]
    page = rest[: asked.limit]
    return Answer(page, page[-1].group if len(rest) > len(page) else None)


def _place(group: Group) -> tuple[str, str, str]:
    return group.rulebook or "", group.classification or "", group.name or ""


async def _shown(reads: Reading, asked: Question, found: Sequence[Attained]) -> Mapping[str, Sequence[str]]:
    """Of the units above each that leads clients those that are shown: the one asked for, and that straight below."""
    leading = {each.claimed.unit for each in found if each.claimed.unit}
    above = await paths(reads.session, leading, asked.parameters["on"])
    return {unit: _of_path(path, asked.unit) for unit, path in above.items()}


def _of_path(path: Sequence[str], asked: str | None) -> Sequence[str]:
    top = path.index(asked) if asked in path else len(path) - 1
    return path[max(0, top - 1) : top + 1]
