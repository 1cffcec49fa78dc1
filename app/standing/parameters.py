"""What routes of standing, and of what rests on it, share."""

from typing import Annotated, Final

from fastapi import Depends, Query, Request

from app.clients.schemas import ClientId
from app.http.openapi import problem
from app.standing.judges import Judges

OfClient = Annotated[ClientId | None, Query(description="Of this client alone.")]
NO_CLIENT: Final = problem(404, "No such client, or none that this key may see.")


async def judges(request: Request) -> Judges:
    """The judges of this process."""
    found: Judges = request.app.state.judges
    return found


Judging = Annotated[Judges, Depends(judges)]
