"""What happens when a day of a plan, or of a tier that was set by hand, has come (domain.md A11)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from app.clients.reading import rows_of
from app.due.handling import Taken
from app.events.catalogue import OverrideExpired, PlanExpired
from app.events.emitting import emit
from app.events.envelope import Happened
from app.standing.announcing import Shift, shows
from app.standing.deadlines import BEGINS, OPEN_BY
from app.standing.overrides import ENDED_BY_HAND, SET_BY_HAND
from app.standing.plans_of_movement import ACTIVE
from app.standing.reading import standing_of
from app.standing.tables import ImprovementPlan, TierOverride
from app.trail.change import Change

Units = Mapping[str, str | None]


async def plans_due(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
    """Plans that nobody opened in time, or that ran out; nothing of those that ended meanwhile."""
    query = select(ImprovementPlan).where(ImprovementPlan.id.in_([UUID(each.key) for each in taken]))
    plans = {str(plan.id): plan for plan in await change.session.scalars(query)}
    units = await _units(change, taken)
    return [_expired(each, plans.get(each.key), units) for each in taken]


async def overrides_due(change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
    """Tiers set by hand that show from now on, or no longer."""
    query = select(TierOverride).where(TierOverride.id.in_([UUID(each.key) for each in taken]))
    found = {str(each.id): each for each in await change.session.scalars(query)}
    units = await _units(change, taken)
    return [await _turned(change, each, found.get(each.key), units) for each in taken]


def _expired(taken: Taken, plan: ImprovementPlan | None, units: Units) -> Happened | None:
    if plan is None or plan.state not in ACTIVE or (taken.action == OPEN_BY and plan.state != "due"):
        return None
    data = PlanExpired(
        client_id=plan.client_id,
        rulebook=plan.rulebook,
        plan_id=plan.id,
        deadline=plan.deadline,
        owner=plan.owner,
        missed="open_by" if taken.action == OPEN_BY else "deadline",
        late_by=taken.late_s,
    )
    key = (taken.key, taken.action, taken.planned_at.isoformat())
    return Happened(data, key, taken.planned_at, plan.client_id, units.get(plan.client_id))


async def _turned(change: Change, taken: Taken, found: TierOverride | None, units: Units) -> Happened | None:
    if found is None or found.state != "approved":
        return None
    unit = units.get(found.client_id)
    stands = (await standing_of(change.session, found.client_id, found.rulebook, change.today)).standing
    if taken.action == BEGINS:
        before = (stands.ceiling or stands.tier) if stands else None
        return _shift(found, unit, (before, shows(stands)), SET_BY_HAND, change)
    shift = _shift(found, unit, (found.tier, shows(stands)), ENDED_BY_HAND, change)
    await emit(change, [shift] if shift else [])
    data = OverrideExpired(
        client_id=found.client_id,
        rulebook=found.rulebook,
        override_id=found.id,
        tier=found.tier,
        until=found.until_day,
        late_by=taken.late_s,
    )
    return Happened(data, (taken.key,), taken.planned_at, found.client_id, unit)


def _shift(
    found: TierOverride, unit: str | None, tiers: tuple[str | None, str | None], why: str, change: Change
) -> Happened | None:
    before, after = tiers
    if before == after:
        return None
    which = f"{why} {found.id}"
    return Shift(found.client_id, unit, found.rulebook, before, after, [why], [], change.today, which).told(change)


async def _units(change: Change, taken: Sequence[Taken]) -> Units:
    """The units that lead the clients today."""
    ids = {each.client_id for each in taken if each.client_id}
    return {row.id: row.unit for row in (await rows_of(change.session, ids, change.today)).values()}
