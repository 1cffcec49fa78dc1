"""Improvement plans: opened by a person with an owner and measures, extended as often as the rulebook lets (A11)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.leading import check_leads
from app.clients.reading import visible
from app.errors import FieldError, Unprocessable
from app.events.catalogue import PlanOpened
from app.events.emitting import emit
from app.events.envelope import Happened
from app.kernel import movement
from app.kernel.tier import PlanTerms
from app.kernel.workflow import Refusal
from app.organisation.faults import refused
from app.organisation.lookup import posts_of, units_within
from app.organisation.queries import unit_path
from app.rulebooks.registry import Registry
from app.standing.deadlines import PlanDays, watch_plans
from app.standing.governing import governing_today
from app.standing.measures import check_days
from app.standing.plans_of_movement import ACTIVE
from app.standing.queries import of_visible_client, plans_seen
from app.standing.reading import lock, plan_of
from app.standing.refusals import PlanNotFound, PlanState
from app.standing.tables import ImprovementPlan
from app.trail.change import Change, Reading
from app.trail.entry import Entry


@dataclass(frozen=True, slots=True)
class Filter:
    """Which plans to list; None lists all."""

    client_id: str | None = None
    state: str | None = None
    deadline_before: date | None = None


async def listed(reads: Reading, asked: Filter, after: uuid.UUID | None, limit: int) -> Sequence[ImprovementPlan]:
    """Plans of the clients that the caller sees, by id; raises ClientNotFound for a client that it does not see."""
    query = plans_seen(reads)
    if asked.client_id is not None:
        query = query.where(ImprovementPlan.client_id == (await visible(reads, asked.client_id)).id)
    query = query if asked.state is None else query.where(ImprovementPlan.state == asked.state)
    query = query if asked.deadline_before is None else query.where(ImprovementPlan.deadline < asked.deadline_before)
    query = query if after is None else query.where(ImprovementPlan.id > after)
    return (await reads.session.scalars(query.order_by(ImprovementPlan.id).limit(limit))).all()


async def open_plan(
    change: Change, registry: Registry, plan_id: uuid.UUID, owner: str, measures: Sequence[dict[str, Any]]
) -> ImprovementPlan:
    """Open a plan that is due; from then it runs as long as the rulebook says.

    Raises PlanNotFound, LeadsElsewhere, PlanState, or Unprocessable for an owner or the day of a measure.
    """
    plan, unit = await _locked(change, plan_id)
    if plan.state != "due":
        raise PlanState(f"It is {plan.state}.")
    await _check_owner(change, owner, unit)
    terms = await _terms(change, registry, plan, unit)
    opened = movement.open_plan(plan_of(plan), change.today, terms)
    check_days(measures, change.today, opened.deadline)
    before = _shown(plan)
    plan.state, plan.opened_on, plan.deadline = "open", opened.opened_on, opened.deadline
    plan.owner, plan.measures = owner, list(measures)
    await _changed(change, plan, unit, "plan.opened", before)
    await _watched(change, plan)
    await emit(change, [_opened(change, plan, unit)])
    return plan


async def revision_of(change: Change, plan_id: uuid.UUID) -> int:
    """A plan's revision, which stays until the commit; raises PlanNotFound or LeadsElsewhere."""
    return (await _locked(change, plan_id))[0].revision


async def revise(change: Change, plan_id: uuid.UUID, owner: str, measures: Sequence[dict[str, Any]]) -> ImprovementPlan:
    """Change the owner and the measures of an open plan; the same again change nothing.

    Raises PlanNotFound, LeadsElsewhere or PlanState.
    """
    plan, unit = await _locked(change, plan_id)
    if plan.state != "open":
        raise PlanState(f"It is {plan.state}.")
    if (plan.owner, plan.measures) == (owner, list(measures)):
        return plan
    await _check_owner(change, owner, unit)
    check_days(measures, change.today, plan.deadline, {each["by"] for each in plan.measures})
    before = _shown(plan)
    plan.owner, plan.measures = owner, list(measures)
    return await _changed(change, plan, unit, "plan.revised", before)


async def extend(change: Change, registry: Registry, plan_id: uuid.UUID, reason: str) -> ImprovementPlan:
    """Move the deadline of an active plan by as long as a plan runs.

    Raises PlanNotFound, LeadsElsewhere or PlanState.
    """
    plan, unit = await _locked(change, plan_id)
    if plan.state not in ACTIVE:
        raise PlanState(f"It is {plan.state}.")
    extended = movement.extend_plan(plan_of(plan), await _terms(change, registry, plan, unit))
    if isinstance(extended, Refusal):
        raise PlanState(extended.detail)
    before = _shown(plan)
    plan.deadline, plan.extensions = extended.deadline, extended.extensions
    await _changed(change, plan, unit, "plan.extended", before, reason)
    await _watched(change, plan)
    return plan


async def active(session: AsyncSession, client_id: str) -> Sequence[ImprovementPlan]:
    """The plans of a client that are due or open."""
    query = select(ImprovementPlan).where(ImprovementPlan.client_id == client_id, ImprovementPlan.state.in_(ACTIVE))
    return (await session.scalars(query.order_by(ImprovementPlan.rulebook))).all()


async def _watched(change: Change, plan: ImprovementPlan) -> None:
    days = PlanDays(plan.id, plan.client_id, plan.rulebook, plan.open_by, plan.opened_on, plan.deadline)
    await watch_plans(change, [days])


def _opened(change: Change, plan: ImprovementPlan, unit: str | None) -> Happened:
    data = PlanOpened(
        client_id=plan.client_id, rulebook=plan.rulebook, plan_id=plan.id, deadline=plan.deadline, owner=plan.owner
    )
    return Happened(data, (str(plan.id),), change.now, plan.client_id, unit)


async def _locked(change: Change, plan_id: uuid.UUID) -> tuple[ImprovementPlan, str | None]:
    """The plan with its client's lock, and the client's lead unit, for which it is to decide on the plan."""
    plan: ImprovementPlan = await of_visible_client(change, ImprovementPlan, plan_id, PlanNotFound)
    await lock(change.session, plan.client_id)
    await change.session.refresh(plan)
    client = await visible(change, plan.client_id)
    await check_leads(change, client)
    return plan, client.unit


async def _check_owner(change: Change, owner: str, unit: str | None) -> None:
    """An owner serves today: a unit that the caller sees, or one above the client's. Raises Unprocessable."""
    served = [post.unit_id for post in await posts_of(change.session, [owner], change.today)]
    path = await unit_path(change.session, unit, change.today)
    within = await units_within(change.session, served, change.actor.unit, change.today)
    if not within and not {*path}.intersection(served):
        if served:
            change.deny(refused("officer", owner, served[0]))
        error = FieldError(pointer="/owner", code="unknown_officer", detail="is no officer who could own it")
        raise Unprocessable(errors=[error])


async def _terms(change: Change, registry: Registry, plan: ImprovementPlan, unit: str | None) -> PlanTerms:
    tiers = (await governing_today(change, registry, plan.rulebook, unit)).sound.rulebook.tiers
    if tiers is None or tiers.movement is None or tiers.movement.plan is None:
        raise PlanState(f"{plan.rulebook} as it governs today has no plans.")
    return tiers.movement.plan


def _shown(plan: ImprovementPlan) -> dict[str, Any]:
    """What the trail holds of a plan."""
    return {
        "state": plan.state,
        "opened_on": plan.opened_on.isoformat() if plan.opened_on else None,
        "deadline": plan.deadline.isoformat(),
        "extensions": plan.extensions,
        "owner": plan.owner,
        "measures": plan.measures,
    }


async def _changed(
    change: Change,
    plan: ImprovementPlan,
    unit: str | None,
    action: str,
    before: dict[str, Any],
    reason: str | None = None,
) -> ImprovementPlan:
    plan.revision, plan.updated_at = plan.revision + 1, change.now
    await change.session.flush()
    after = {"client": plan.client_id, "rulebook": plan.rulebook, **_shown(plan)}
    await change.note(Entry(action, "plan", str(plan.id), unit, before=before, after=after, reason=reason))
    return plan
