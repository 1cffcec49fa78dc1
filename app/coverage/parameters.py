"""What routes of coverage share."""

from typing import Annotated, Any

from fastapi import Depends, Request

from app.coverage.known_terms import Desk


async def desk(request: Request) -> Desk:
    """What questions of coverage are answered with."""
    state: Any = request.app.state
    return Desk(state.known_terms, state.rulebooks, state.settings.calendar)


AtDesk = Annotated[Desk, Depends(desk)]
