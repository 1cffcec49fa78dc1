"""Concentration over HTTP (domain.md C1, G5): how few clients carry how much, and who they are."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Request
from pydantic import StringConstraints

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, as_digits, of_digits
from app.http.routing import Router
from app.http.transaction import Reads
from app.http.types import Day
from app.kernel.concentration import Client
from app.kernel.fact import Fact
from app.kernel.quantity import RATIO, QuantityError, parse
from app.organisation.schemas import UnitId
from app.organisation.unit_reading import read_unit
from app.portfolio.carrying import Place, carrying, start_of
from app.portfolio.concentration_schemas import ConcentrationReport, SelectedClient, SelectedPage
from app.portfolio.concentration_wire import as_report
from app.portfolio.measuring import Asked, declaring, groups_of, measured, ranked
from app.portfolio.members import unseen
from app.portfolio.refusals import QueryInvalid
from app.portfolio.schemas import PartName
from app.rulebooks.parameters import registry
from app.rulebooks.schemas import RulebookName
from app.standing.refusals import DayToCome
from app.trail.change import Reading

router = Router(prefix="/v1/concentration", tags=["portfolio"])

Listed = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
_MOMENT: Final = re.compile(r"[0-9]{1,17}")
_MOST: Final = 20
_NOT_FOUND: Final = problem(404, "There is no such rulebook in force, or no such unit, or none that this key may see.")


@dataclass(frozen=True, slots=True)
class What:
    """What is measured."""

    measure: Annotated[PartName, Query(description="A fact of a rulebook: money, a number or a count.")]
    unit: Annotated[UnitId | None, Query(description="The clients that this unit or one below leads or assists.")] = (
        None
    )
    rulebook: Annotated[
        RulebookName | None, Query(description="Whose models and classes count; else the first that declares it.")
    ] = None
    as_of: Annotated[Day | None, Query(description="The day that counts; today where nothing is said.")] = None

    async def asked(self, reads: Reading) -> Asked:
        """The same once it is known to be the caller's to ask; raises UnitNotFound or DayToCome."""
        if self.unit is not None:
            await read_unit(reads, self.unit)
        if self.as_of is not None and self.as_of > reads.today:
            raise DayToCome("query/as_of")
        return Asked(self.measure, self.unit or reads.actor.unit, self.rulebook, self.as_of or reads.today)


@router.get(
    "",
    operation_id="readConcentration",
    summary="How few clients carry how much",
    dependencies=[requires(Scope.PORTFOLIO_RUN)],
    responses=_NOT_FOUND,
)
async def read_concentration(
    reads: Reads,
    request: Request,
    what: Annotated[What, Depends()],
    share: Annotated[
        Listed, Query(description="Shares that are to be carried, between commas: `50%` or `0.5`.")
    ] = "50%,80%",
    bands: Annotated[Listed | None, Query(description="Lower bounds of bands, between commas: `5万,100万`.")] = None,
) -> ConcentrationReport:
    """The smallest share of clients that carries 50 % and 80 %, the Lorenz curve, shares by class, tier and band."""
    shares, asked = _shares(share), await what.asked(reads)
    found = await measured(reads, await declaring(reads.session, await registry(request), asked), asked, reads.now)
    bounds = _bounds(found.fact, bands)
    groups = await groups_of(reads.session, found.published.name, [client_id for client_id, _ in found.values])
    spread = await ranked(found.values)
    return await asyncio.to_thread(partial(as_report, asked, found, spread, shares, groups, bounds))


@router.get(
    "/clients",
    operation_id="listCarryingClients",
    summary="The clients that carry a share",
    dependencies=[requires(Scope.PORTFOLIO_RUN)],
    responses=_NOT_FOUND,
)
async def list_carrying_clients(
    reads: Reads,
    request: Request,
    what: Annotated[What, Depends()],
    share: Annotated[Listed, Query(description="The share that is to be carried: `80%` or `0.8`.")] = "80%",
    limit: Limit = 50,
    cursor: Annotated[Listed | None, CURSOR] = None,
) -> SelectedPage:
    """The fewest clients that carry the share, the largest first; every page as known when the first was read."""
    [least], asked = _shares(share, most=1), await what.asked(reads)
    published = await declaring(reads.session, await registry(request), asked)
    fact = published.sound.rulebook.facts[asked.measure]
    place = _place(fact, cursor)
    clients = await carrying(reads, published, asked, least, place, request.app.state.last_list)
    start, known_at = start_of(clients, place), place.known_at if place else reads.now
    page = clients[start : start + limit]
    gone = await unseen(reads.session, [client_id for client_id, _ in page], asked.unit, reads.today)
    items = [
        SelectedClient(place=at, client_id=client_id, value=fact.render(value))
        for at, (client_id, value) in enumerate(page, start + 1)
        if client_id not in gone
    ]
    more = start + limit < len(clients)
    return SelectedPage(items=items, next_cursor=_cursor(fact, known_at, page[-1]) if more else None)


def _shares(text: str, most: int = _MOST) -> list[int]:
    """Shares as ratios, written as such or in percent; raises QueryInvalid."""
    try:
        shares = [parse(each, RATIO) for each in text.split(",")]
    except QuantityError as error:
        raise QueryInvalid("share", str(error)) from None
    if len(shares) > most or not all(0 < each <= 10**RATIO.decimals for each in shares):
        raise QueryInvalid("share", f"at most {most}, each more than 0 and at most 100%: write 50% or 0.5")
    return shares


def _bounds(fact: Fact, text: str | None) -> list[int]:
    """Lower bounds of bands, ascending; raises QueryInvalid."""
    try:
        bounds = [fact.encode(each) for each in text.split(",")] if text else []
    except QuantityError as error:
        raise QueryInvalid("bands", str(error)) from None
    if len(bounds) > _MOST or sorted(set(bounds)) != bounds:
        raise QueryInvalid("bands", f"at most {_MOST}, ascending")
    return bounds


def _cursor(fact: Fact, known_at: datetime, last: Client) -> str:
    return f"{as_digits(known_at)},{fact.render(last[1])},{last[0]}"


def _place(fact: Fact, cursor: str | None) -> Place | None:
    """The place that a cursor names; raises QueryInvalid."""
    if cursor is None:
        return None
    digits, value, client_id = [*cursor.split(",", 2), "", ""][:3]
    try:
        if _MOMENT.fullmatch(digits):
            return Place(of_digits(digits), (client_id, fact.encode(value)))
    except QuantityError:
        pass
    raise QueryInvalid("cursor", "is no `next_cursor` of this list")
