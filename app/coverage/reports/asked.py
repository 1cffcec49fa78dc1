"""What a request asks of coverage, once it is known to be the caller's to ask."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from app.clients.reading import visible
from app.clients.schemas import ClientId
from app.coverage.attainment.question import Question
from app.coverage.attainment.unanswerable import MomentToCome, PeriodInvalid
from app.http.types import Moment
from app.kernel.coverage.period import CoveragePeriod, PeriodNameError, period_named, period_of
from app.organisation.officer_reading import require_officer
from app.organisation.schemas import OfficerId, UnitId
from app.organisation.unit_reading import read_unit
from app.rulebooks.document.values import Name
from app.rulebooks.schemas import RulebookName
from app.trail.change import Reading

PeriodName = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")]


@dataclass(frozen=True, slots=True)
class CoverageQuery:
    """Of which clients, for which period, as it was known when."""

    period: Annotated[
        PeriodName | None,
        Query(description="`2026-11`, `2026-Q4`, `2026-H2` or `2026`; this month where nothing is said."),
    ] = None
    as_of: Annotated[Moment | None, Query(description="As it was known at this moment; now where nothing is said.")] = (
        None
    )
    unit: Annotated[UnitId | None, Query(description="Of clients that this unit or one below leads.")] = None
    officer: Annotated[OfficerId | None, Query(description="What falls to this officer.")] = None
    client_id: Annotated[ClientId | None, Query(description="Of this client alone.")] = None
    role: Annotated[Name | None, Query(description="Of this role alone.")] = None
    rulebook: Annotated[RulebookName | None, Query(description="Under this rulebook alone.")] = None

    async def asked(self, reads: Reading, *, names_clients: bool) -> Question:
        """The question; raises UnitNotFound, OfficerNotFound, ClientNotFound, PeriodInvalid or MomentToCome.

        An answer that names clients names those alone that the caller sees today. One that adds up counts whom its
        unit led then, as it did when the period closed.
        """
        if self.as_of is not None and self.as_of > reads.now:
            raise MomentToCome
        await self._check(reads)
        return Question(
            period=self._period(reads),
            as_of=self.as_of or reads.now,
            today=reads.today,
            zone=reads.zone,
            unit=self.unit or (None if names_clients or self.client_id else reads.actor.unit),
            clients=None if self.client_id is None else (self.client_id,),
            officer=self.officer,
            seen_by=reads.actor.unit if names_clients else None,
            role=self.role,
            rulebook=self.rulebook,
        )

    async def _check(self, reads: Reading) -> None:
        if self.unit is not None:
            await read_unit(reads, self.unit)
        if self.officer is not None:
            await require_officer(reads, self.officer)
        if self.client_id is not None:
            await visible(reads, self.client_id)

    def _period(self, reads: Reading) -> CoveragePeriod:
        if self.period is None:
            return period_of("month", reads.today)
        try:
            return period_named(self.period)
        except PeriodNameError as error:
            raise PeriodInvalid(str(error)) from None
