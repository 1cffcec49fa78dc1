"""What routes of one client share."""

from typing import Annotated, Final

from fastapi import Path

from app.clients.schemas import ClientId
from app.http.openapi import problem

Client = Annotated[ClientId, Path(description="The CRM's own id of the client.")]
NOT_FOUND: Final = problem(404, "There is no such client, or none that this key may see.")
"""For `responses` of every route of one client."""
