"""The terms by which clients are owed visits, by their ids: few, never changed, and so kept by every process."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.tables import ObligationRow, ObligationTerms
from app.kernel.coverage.rules import CoverageRules
from app.rulebooks.registry import Registry

_TABLE: Any = ObligationTerms.__table__


class TermsRow(NamedTuple):
    """Terms as they are stored, without their rules."""

    id: UUID
    rulebook: str
    version: int
    digest: str
    classes: Mapping[str, str]
    tier: str | None
    grace_days: int


class KnownTerms:
    """The terms that this process has met; lives on the event loop."""

    def __init__(self) -> None:
        self._met: dict[UUID, TermsRow] = {}

    async def meet(self, session: AsyncSession, ids: Collection[UUID]) -> None:
        """Read those of the terms that are not known yet."""
        new = set(ids) - self._met.keys()
        if new:
            columns = [_TABLE.c[name] for name in TermsRow._fields]
            rows = await session.execute(select(*columns).where(_TABLE.c.id.in_(new)))
            self._met.update((row.id, TermsRow(*row)) for row in rows)

    def of(self, terms_id: UUID) -> TermsRow:
        """Terms that were met."""
        return self._met[terms_id]


@dataclass(frozen=True, slots=True)
class Desk:
    """What questions of coverage are answered with: terms, what their versions say, the calendar that counts."""

    terms: KnownTerms
    registry: Registry
    calendar: str

    def rules(self, terms_id: UUID) -> CoverageRules:
        """What the version of terms says of coverage; raises what the registry's `by_digest` raises."""
        found = self.registry.by_digest(self.terms.of(terms_id).digest).sound.rulebook.coverage
        if found is None:
            raise LookupError(f"terms {terms_id} are of a version without coverage")
        return found


class Overview(NamedTuple):
    """Of all terms: how many days of grace there are, and whether any rule has each holder owe by himself."""

    grace_days: list[int]
    each: bool


async def overview(session: AsyncSession) -> Overview:
    """What the terms have between them."""
    each = exists().where(ObligationRow.each_holder).label("each")
    rows = (await session.execute(select(_TABLE.c.grace_days, each).distinct())).all()
    return Overview([row.grace_days for row in rows], any(row.each for row in rows))


async def grace_days(session: AsyncSession) -> list[int]:
    """How many days of grace there are, in any terms."""
    return list(await session.scalars(select(_TABLE.c.grace_days).distinct()))
