"""What lists of visits, made or planned, may be narrowed by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from app.clients.reading import visible
from app.clients.schemas import ClientId
from app.coverage.visits.schemas import Kind
from app.http.types import Day
from app.organisation.officer_reading import require_officer
from app.organisation.schemas import OfficerId, UnitId
from app.organisation.unit_reading import read_unit
from app.trail.change import Reading

Place = tuple[datetime, UUID]
"""The moment and the id of the visit that the last page ended with."""


@dataclass(frozen=True, slots=True)
class Whose:
    """To whom and by whom the visits of a list are; every condition that is given holds of each."""

    client_id: Annotated[ClientId | None, Query(description="To this client.")] = None
    officer: Annotated[OfficerId | None, Query(description="In which this officer took part.")] = None
    unit: Annotated[
        UnitId | None, Query(description="To clients that this unit, or one below it, leads or assists today.")
    ] = None

    async def check(self, reads: Reading) -> None:
        """Raise ClientNotFound, OfficerNotFound or UnitNotFound for one that is not there for the caller."""
        if self.client_id is not None:
            await visible(reads, self.client_id)
        if self.officer is not None:
            await require_officer(reads, self.officer)
        if self.unit is not None:
            await read_unit(reads, self.unit)


@dataclass(frozen=True, slots=True)
class VisitFilter(Whose):
    """Which visits a list holds."""

    since: Annotated[Day | None, Query(description="From this business day on.")] = None
    until: Annotated[Day | None, Query(description="On days before this one.")] = None
    kind: Annotated[Kind | None, Query()] = None
