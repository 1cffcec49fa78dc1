"""Apply a file in one transaction: all of it, or, where anything is wrong or only tried, nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.db.engine import Sessions
from app.importing.kind import Flaw, Kind, Line
from app.importing.report import Report
from app.importing.rows import Reader, columns_of, match_columns
from app.importing.sheet import Sheet
from app.progress_bar import Bar
from app.settings import Settings
from app.trail.actor import Actor
from app.trail.change import Change


@dataclass(frozen=True, slots=True)
class Job:
    """One file to import: what it holds, and for whom."""

    kind: Kind[Any]
    sheet: Sheet
    file: str
    actor: Actor
    dry_run: bool = False


async def import_file(job: Job, sessions: Sessions, settings: Settings, clock: Clock, progress: Bar) -> Report:
    """Read and apply a file; a dry run is undone in the end, and says what it would have done.

    Rows are judged by the database even where others are wrong, so that every problem is told at once.
    """
    matched, flaws = match_columns(job.kind, job.sheet.columns)
    report = Report(job.file, {name: column for column, name in matched.items()}, job.sheet.place)
    if job.sheet.headed:
        report.find(flaws)
    batches = _batches(job, _reader(job, matched, flaws), report, progress)
    async with sessions() as session:
        change = Change(job.actor, clock.now(), clock.today(settings.timezone), settings.timezone, session=session)
        for lines, unread in batches:
            report.rows += len(lines)
            report.add(await job.kind.apply(change, lines, unread))
        await _finish(session, change, undo=job.dry_run or report.problems > 0)
    return report


def _reader(job: Job, matched: Mapping[str, str], flaws: Sequence[Flaw]) -> Reader[Any]:
    """What reads the records: of columns that do not fit, a heading has told once, else each record that has them."""
    if job.sheet.headed:
        absent = columns_of(job.kind).keys() - set(matched.values())
        return Reader(job.kind, matched, job.sheet.place, told=absent)
    odd = {flaw.column: flaw.says for flaw in flaws if flaw.column in job.sheet.columns}
    return Reader(job.kind, matched, job.sheet.place, odd)


def _batches(
    job: Job, reader: Reader[Any], report: Report, progress: Bar
) -> Iterator[tuple[list[Line[Any]], frozenset[str]]]:
    """The rows as the kind wants them, with the ids of what could not be read by then."""
    waiting: list[Line[Any]] = []
    size = job.kind.at_once
    for records, done in job.sheet.batches():
        lines, flaws = reader.read(records)
        report.find(flaws)
        waiting += lines
        while size is not None and len(waiting) >= size:
            yield waiting[:size], frozenset(reader.unread)
            del waiting[:size]
        progress.reach(done)
    if waiting:
        progress.end_with(f"writing {len(waiting)} lines")
        yield waiting, frozenset(reader.unread)


async def _finish(session: AsyncSession, change: Change, *, undo: bool) -> None:
    if undo:
        await session.rollback()
        return
    await session.commit()
    for do in change.afterwards:
        await do()
