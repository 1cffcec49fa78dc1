"""The rulebooks that come with Tierbook: published by themselves on a new installation."""

from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.rulebooks.check import check
from app.rulebooks.governance import publish_by_itself
from app.rulebooks.reign import Term
from app.rulebooks.service import store_draft
from app.rulebooks.tables import RulebookVersion
from app.trail.actor import Actor
from app.trail.change import Change

_AUTHOR: Final = "first start"
_REASON: Final = "comes with Tierbook: published at the first start, without a second person and without a simulation"
EARLIEST: Final = date(2017, 1, 1)
"""When a shipped rulebook takes effect whose policy gives no date."""


def shipped_texts() -> Iterator[str]:
    """The documents in `library/`, by name."""
    folder = files("app.rulebooks") / "library"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            yield file.read_text(encoding="utf-8")


async def publish_shipped(session: AsyncSession, now: datetime, zone: ZoneInfo) -> int:
    """Check and publish every shipped rulebook where no version of any is stored; returns how many."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("rulebook:shipped"))))
    if await session.scalar(select(func.count()).select_from(RulebookVersion)):
        return 0
    count = 0
    for text in shipped_texts():
        report = check(text)
        name = report.document.rulebook if report.document else ""
        day = (report.document and report.document.effective_from) or EARLIEST
        change = Change(Actor(_AUTHOR), now, day, zone, session=session)
        draft = await store_draft(change, name, text, report)
        await publish_by_itself(change, draft, report, Term((), day), _REASON)
        count += 1
    return count
