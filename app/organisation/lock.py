"""One change of the organisation at a time: whoever has the lock finds the tree as it stays until the commit."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait until no other transaction changes the organisation; ours may from now on. A second time costs little."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("organisation"))))
