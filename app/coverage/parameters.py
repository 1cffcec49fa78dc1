"""What routes of coverage share."""

from typing import Annotated, Any

from fastapi import Depends, Request

from app.coverage.known_terms import Desk


def desk_of(request: Request) -> Desk:
    """What questions of coverage are answered with."""
    state: Any = request.app.state
    return Desk(state.known_terms, state.rulebooks, state.settings.calendar)


async def desk(request: Request) -> Desk:
    """The same, as a dependency."""
    return desk_of(request)


AtDesk = Annotated[Desk, Depends(desk)]
