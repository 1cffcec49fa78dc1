"""One transaction per request, committed before the answer leaves."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions


async def unit_of_work(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield a session in a transaction: commit when the route returns, roll back when it raises.

    Expects `app.state.sessions`. Services never commit. Use it only as `UnitOfWork`: with FastAPI's default scope a
    failing commit comes after the 200 has been sent.
    """
    sessions: Sessions = request.app.state.sessions
    async with sessions.begin() as session:
        yield session


UnitOfWork = Annotated[AsyncSession, Depends(unit_of_work, scope="function")]
