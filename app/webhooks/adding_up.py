"""Whether every event is on its way to each of its receivers, has arrived, or is kept for it."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.adding_up import Balance

_PARTS: Final = ("delivered", "pending", "parked", "exhausted")
_DELIVERIES: Final = text("""
WITH told AS (
  SELECT event_id, count(*) AS all_of,
    count(*) FILTER (WHERE state = 'delivered') AS delivered, count(*) FILTER (WHERE state = 'pending') AS pending,
    count(*) FILTER (WHERE state = 'parked') AS parked, count(*) FILTER (WHERE state = 'exhausted') AS exhausted
  FROM delivery GROUP BY event_id
)
SELECT COALESCE(sum(endpoints), 0) AS meant, COALESCE(sum(delivered), 0) AS delivered,
  COALESCE(sum(pending), 0) AS pending, COALESCE(sum(parked), 0) AS parked, COALESCE(sum(exhausted), 0) AS exhausted,
  count(*) FILTER (WHERE endpoints <> COALESCE(all_of, 0)) AS uneven
FROM event LEFT JOIN told ON told.event_id = event.id
""")


async def add_up_deliveries(session: AsyncSession) -> Balance:
    """What was emitted × its receivers = what was delivered, waits, is parked or exhausted; so for each event."""
    found = (await session.execute(_DELIVERIES)).mappings().one()
    return Balance(
        "emitted × endpoints", int(found["meant"]), {each: int(found[each]) for each in _PARTS}, found["uneven"]
    )
