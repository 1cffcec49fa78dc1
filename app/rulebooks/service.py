"""What is done with rulebook versions: store a draft, read it. Callers commit; each change is noted.

How a version comes to govern is in governance.py.
"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.rulebooks.check import Report
from app.rulebooks.permission import entry_of
from app.rulebooks.refusals import NameMismatch, UnsoundRulebook, VersionNotFound
from app.rulebooks.tables import RulebookVersion
from app.trail.change import Change


async def store_draft(change: Change, name: str, text: str, report: Report) -> RulebookVersion:
    """Store `text` under the next number of its rulebook. It may have faults; a text that cannot be read may not.

    Raises UnsoundRulebook where no document could be read, NameMismatch where it is of another rulebook.
    """
    if report.document is None:
        raise UnsoundRulebook(report.problems)
    if report.document.rulebook != name:
        raise NameMismatch(name, report.document.rulebook)
    session = change.session
    await lock(session, name)
    last = await session.scalar(select(func.max(RulebookVersion.number)).where(RulebookVersion.name == name))
    draft = RulebookVersion(
        name=name,
        number=1 + (last or 0),
        digest=report.digest,
        document=text,
        created_at=change.now,
        created_by=change.actor.identity,
        created_key=change.actor.name,
    )
    session.add(draft)
    await session.flush()
    await change.note(entry_of("rulebook.drafted", draft))
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


async def lock(session: AsyncSession, name: str) -> None:
    """Numbers and reigns of one rulebook are given out one at a time."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"rulebook:{name}"))))
