"""What keeps a unit from closing: postings, and whatever a feature above has there.

A feature registers how it counts, in a module that its routes and its imports load:

    @keeps_open("clients")
    async def clients_of(session: AsyncSession, closing: Mapping[str, date]) -> Mapping[str, int]: ...

`closing` has for each unit the first day on which it is closed; counted is what reaches to that day or beyond.
Whoever puts such a thing under a unit has the unit kept open meanwhile (`app.organisation.lock`), or it is not counted.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.tables import Posting

Count = Callable[[AsyncSession, Mapping[str, date]], Awaitable[Mapping[str, int]]]
_counts: Final[dict[str, Count]] = {}


def keeps_open(what: str) -> Callable[[Count], Count]:
    """Register a count of what a unit may not close over; `what` names it, in the plural."""

    def register(count: Count) -> Count:
        _counts[what] = count
        return count

    return register


async def occupants(session: AsyncSession, closing: Mapping[str, date]) -> dict[str, str]:
    """Which of the closing units are not empty, and in words what is there."""
    found: dict[str, list[str]] = {}
    for what, count in _counts.items():
        for unit, number in (await count(session, closing)).items():
            found.setdefault(unit, []).append(f"{what}: {number}")
    return {unit: ", ".join(there) for unit, there in found.items()}


@keeps_open("postings")
async def _postings(session: AsyncSession, closing: Mapping[str, date]) -> Mapping[str, int]:
    """Postings that do not end by the closing."""
    earliest = min(closing.values())
    query = select(Posting.unit_id, Posting.until_day).where(
        Posting.unit_id.in_(closing), or_(Posting.until_day.is_(None), Posting.until_day > earliest)
    )
    found: dict[str, int] = {}
    for unit, until in await session.execute(query):
        if until is None or until > closing[unit]:
            found[unit] = found.get(unit, 0) + 1
    return found
