"""What a list of clients is asked for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from pydantic import StringConstraints

from app.clients.categories import Level
from app.clients.schemas import Label
from app.http.types import Day
from app.organisation.officer_reading import require_officer
from app.organisation.schemas import OfficerId, UnitId
from app.organisation.unit_reading import read_unit
from app.trail.change import Reading

ATTRIBUTES: Final = ("segment", "level", "category", "industry", "region", "ownership", "life_cycle_stage")
IdPrefix = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:@-]*$")]


@dataclass(frozen=True, slots=True)
class ClientFilter:
    """Which clients a list holds; every condition that is given holds of each."""

    unit: Annotated[UnitId | None, Query(description="Led or assisted by this unit or one below it.")] = None
    officer: Annotated[OfficerId | None, Query(description="With this officer in their team today.")] = None
    segment: Annotated[Label | None, Query()] = None
    level: Annotated[Level | None, Query()] = None
    category: Annotated[Label | None, Query()] = None
    industry: Annotated[Label | None, Query()] = None
    region: Annotated[Label | None, Query()] = None
    ownership: Annotated[Label | None, Query()] = None
    life_cycle_stage: Annotated[Label | None, Query()] = None
    q: Annotated[IdPrefix | None, Query(description="What the client's id begins with.")] = None

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes that are asked for."""
        given = ((name, getattr(self, name)) for name in ATTRIBUTES)
        return {name: value for name, value in given if value is not None}

    async def check(self, reads: Reading) -> None:
        """Raise UnitNotFound or OfficerNotFound for one that is not there for the caller."""
        if self.unit is not None:
            await read_unit(reads, self.unit)
        if self.officer is not None:
            await require_officer(reads, self.officer)


class RecordedBy:
    """Up to which moment records count."""

    def __init__(
        self,
        request: Request,
        as_of: Annotated[Day | None, Query(description="Records up to the end of this day only.")] = None,
    ) -> None:
        """Read the day, in the bank's time."""
        zone: ZoneInfo = request.app.state.settings.timezone
        self.before = None if as_of in {None, date.max} else datetime.combine(as_of + timedelta(1), time(), zone)
