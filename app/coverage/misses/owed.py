"""Whether there is anything to miss: what a client was owed in a period, as it is known now."""

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.misses.key import ReasonKey
from app.coverage.tables import ClientObligation, ObligationRow
from app.kernel.coverage.period import CoveragePeriod


async def is_owed(session: AsyncSession, key: ReasonKey, period: CoveragePeriod) -> bool:
    """Whether the role owed the client visits per such a period, on some day of it.

    Terms hold from their day until the next were written; those that were replaced from the same day on never held.
    """
    row = ClientObligation
    until = func.lead(row.from_day).over(order_by=row.id).label("until_day")
    spans = select(row.terms_id, row.from_day, until)
    held = spans.where(row.client_id == key.client_id, row.rulebook == key.rulebook).subquery()
    rule = ObligationRow.terms_id == held.c.terms_id, ObligationRow.role == key.role, ObligationRow.per == period.kind
    within = (
        held.c.from_day < period.span.until,
        or_(held.c.until_day.is_(None), held.c.until_day > func.greatest(held.c.from_day, period.span.start)),
    )
    query = select(ObligationRow.role).join(held, ObligationRow.terms_id == held.c.terms_id)
    return await session.scalar(query.where(*rule, *within).limit(1)) is not None
