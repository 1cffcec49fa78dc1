"""What is done with rulebook versions: store a draft, publish it, read it. Callers commit; each change is noted."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.rulebooks.check import Report
from app.rulebooks.refusals import (
    AlreadyPublished,
    EffectiveDatePast,
    EffectiveDateTaken,
    NameMismatch,
    UnsoundRulebook,
    VersionNotFound,
)
from app.rulebooks.tables import RulebookVersion
from app.trail.change import Change
from app.trail.entry import Entry


async def store_draft(change: Change, name: str, text: str, report: Report) -> RulebookVersion:
    """Store `text` under the next number of its rulebook. It may have faults; a text that cannot be read may not.

    Raises UnsoundRulebook where no document could be read, NameMismatch where it is of another rulebook.
    """
    if report.document is None:
        raise UnsoundRulebook(report.problems)
    if report.document.rulebook != name:
        raise NameMismatch(name, report.document.rulebook)
    session = change.session
    await _lock(session, name)
    last = await session.scalar(select(func.max(RulebookVersion.number)).where(RulebookVersion.name == name))
    draft = RulebookVersion(
        name=name,
        number=1 + (last or 0),
        digest=report.digest,
        document=text,
        created_at=change.now,
        created_by=change.actor.identity,
    )
    session.add(draft)
    await session.flush()
    await change.note(_entry("rulebook.drafted", draft))
    return draft


async def publish(change: Change, draft: RulebookVersion, report: Report, effective_from: date) -> RulebookVersion:
    """Publish a draft whose check is `report`; it governs from `effective_from` on and never changes again.

    A rulebook's first version may take effect on a day that has passed. Raises AlreadyPublished, UnsoundRulebook,
    EffectiveDateTaken where another version governs from that day, EffectiveDatePast where one governed since then.
    """
    session = change.session
    await _lock(session, draft.name)
    await session.refresh(draft)
    if draft.published_at is not None:
        raise AlreadyPublished(f"It governs from {draft.effective_from} on.")
    if report.sound is None:
        raise UnsoundRulebook(report.problems)
    await _check_day_is_free(session, draft.name, effective_from)
    if effective_from < change.today:
        await _check_nothing_governed(session, draft.name, change.today)
    draft.effective_from = effective_from
    draft.published_at, draft.published_by = change.now, change.actor.identity
    await session.flush()
    await change.note(_entry("rulebook.published", draft, {"effective_from": effective_from.isoformat()}))
    return draft


async def version(session: AsyncSession, name: str, number: int) -> RulebookVersion:
    """Return one version, draft or published; raises VersionNotFound."""
    found = await session.get(RulebookVersion, (name, number))
    if found is None:
        raise VersionNotFound(f"{name} has no version {number}.")
    return found


async def versions(session: AsyncSession, name: str, below: int, limit: int) -> Sequence[RulebookVersion]:
    """Return versions of a rulebook with numbers under `below`, the newest first."""
    query = select(RulebookVersion).where(RulebookVersion.name == name, RulebookVersion.number < below)
    return (await session.scalars(query.order_by(RulebookVersion.number.desc()).limit(limit))).all()


async def published_since(session: AsyncSession, known: Sequence[tuple[str, int]]) -> Sequence[RulebookVersion]:
    """Return every published version that is not among the known."""
    rows = await session.execute(
        select(RulebookVersion.name, RulebookVersion.number).where(RulebookVersion.published_at.is_not(None))
    )
    fresh = {(name, number) for name, number in rows} - set(known)
    return [await version(session, name, number) for name, number in sorted(fresh)]


async def _check_day_is_free(session: AsyncSession, name: str, day: date) -> None:
    taken = await session.scalar(
        select(RulebookVersion.number).where(RulebookVersion.name == name, RulebookVersion.effective_from == day)
    )
    if taken is not None:
        raise EffectiveDateTaken(f"Version {taken} of {name} takes effect on {day}. Choose another day.")


async def _check_nothing_governed(session: AsyncSession, name: str, today: date) -> None:
    governing = await session.scalar(
        select(func.min(RulebookVersion.effective_from)).where(
            RulebookVersion.name == name, RulebookVersion.effective_from <= today
        )
    )
    if governing is not None:
        raise EffectiveDatePast(f"{name} governs since {governing}. Choose {today} or later.")


def _entry(action: str, version: RulebookVersion, after: dict[str, Any] | None = None) -> Entry:
    return Entry(action, "rulebook", f"{version.name}@{version.number}", after=after, digest=version.digest)


async def _lock(session: AsyncSession, name: str) -> None:
    """Numbers and effective dates of one rulebook are given out one at a time."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"rulebook:{name}"))))
