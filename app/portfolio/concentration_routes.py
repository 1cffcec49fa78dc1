"""Concentration over HTTP (domain.md C1, G5): how few clients carry how much, and who they are."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Request
from pydantic import StringConstraints

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit
from app.http.routing import Router
from app.http.transaction import Reads
from app.http.types import Day
from app.kernel.concentration import Concentration
from app.kernel.fact import Fact
from app.kernel.quantity import MEASURES, RATIO, QuantityError, parse, render
from app.organisation.schemas import UnitId
from app.organisation.unit_reading import read_unit
from app.portfolio.concentration_schemas import ConcentrationReport, SelectedClient, SelectedPage
from app.portfolio.concentration_wire import as_report, place_after
from app.portfolio.measuring import Asked, groups_of, measured, ranked
from app.portfolio.refusals import QueryInvalid
from app.portfolio.schemas import PartName
from app.rulebooks.parameters import registry
from app.rulebooks.schemas import RulebookName
from app.standing.refusals import DayToCome
from app.trail.change import Reading

router = Router(prefix="/v1/concentration", tags=["portfolio"])

Listed = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
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
    share: Annotated[Listed, Query(description="Percentages that are to be carried, between commas.")] = "50,80",
    bands: Annotated[Listed | None, Query(description="Lower bounds of bands, between commas: `5万,100万`.")] = None,
) -> ConcentrationReport:
    """The smallest share of clients that carries 50 % and 80 %, the Lorenz curve, shares by class, tier and band."""
    shares, asked = _shares(share), await what.asked(reads)
    found = await measured(reads, await registry(request), asked)
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
    share: Annotated[Listed, Query(description="The percentage that is to be carried.")] = "80",
    limit: Limit = 50,
    cursor: Annotated[Listed | None, CURSOR] = None,
) -> SelectedPage:
    """The fewest clients that carry the share, the largest first."""
    [least], asked = _shares(share, most=1), await what.asked(reads)
    found = await measured(reads, await registry(request), asked)
    after = _place(found.fact, cursor)
    spread = await ranked(found.values)
    if not isinstance(spread, Concentration):
        return SelectedPage(items=[], next_cursor=None)
    selected, start = spread.carrying(least).selected, place_after(spread, *after) if after else 0
    measure = MEASURES[found.fact.kind]
    items = [
        SelectedClient(place=start + at, client_id=client_id, value=render(value, measure))
        for at, (client_id, value) in enumerate(selected[start : start + limit], 1)
    ]
    more = start + limit < len(selected)
    return SelectedPage(items=items, next_cursor=f"{items[-1].value},{items[-1].client_id}" if more else None)


def _shares(text: str, most: int = _MOST) -> list[int]:
    """Percentages as ratios; raises QueryInvalid."""
    try:
        shares = [parse(f"{each.strip().removesuffix('%')}%", RATIO) for each in text.split(",")]
    except QuantityError as error:
        raise QueryInvalid("share", str(error)) from None
    if len(shares) > most or not all(0 < each <= 10**RATIO.decimals for each in shares):
        raise QueryInvalid("share", f"at most {most}, each more than 0 and at most 100")
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


def _place(fact: Fact, cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    value, _, client_id = cursor.partition(",")
    try:
        return fact.encode(value), client_id
    except QuantityError:
        raise QueryInvalid("cursor", "is no `next_cursor` of this list") from None
