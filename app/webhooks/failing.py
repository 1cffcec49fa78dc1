"""Writing down what failed: the attempts, how their receivers do, and which of these are given up."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.driver import as_sqlalchemy, driver_of
from app.events.catalogue import EndpointDisabled
from app.events.emitting import emit
from app.events.envelope import Happened
from app.events.tables import Endpoint
from app.kernel.retrying import Health, Next, WhyDisabled, after
from app.trail.change import Change
from app.trail.entry import Entry
from app.webhooks.parking import park
from app.webhooks.settling import Outcome, Settled, write

Jitter = Callable[[], float]
"""Draws from 0 to 1."""

_WHY: Final[dict[WhyDisabled, str]] = {
    "gone": "it answered 410 Gone",
    "failing": "nothing but failures for five days",
}


async def fail(change: Change, failed: Sequence[Outcome], jitter: Jitter) -> None:
    """Write what failed, in the order given; receivers that are given up are disabled, and what waits is parked."""
    endpoints = await _locked(change.session, {each.claimed.endpoint_id for each in failed})
    settled: list[Settled] = []
    disabled: list[Endpoint] = []
    for outcome in failed:
        endpoint = endpoints[outcome.claimed.endpoint_id]
        following = _following(outcome, endpoint, change.now, jitter())
        endpoint.failures, endpoint.failing_since, endpoint.resume_at = following.health
        if following.disabled is not None and endpoint.state == "active":
            _disable(endpoint, following.disabled, change.now)
            disabled.append(endpoint)
        settled.append(_settled(outcome, following, endpoint))
    await change.session.flush()
    with as_sqlalchemy("settle"):
        await write(await driver_of(change.session), settled, change.now)
    for endpoint in disabled:
        await _tell(change, endpoint)


async def _locked(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Endpoint]:
    wanted = select(Endpoint).where(Endpoint.id.in_(ids)).order_by(Endpoint.id).with_for_update()
    return {each.id: each for each in await session.scalars(wanted)}


def _following(outcome: Outcome, endpoint: Endpoint, now: datetime, jitter: float) -> Next:
    health = Health(endpoint.failures, endpoint.failing_since, endpoint.resume_at)
    return after(outcome.verdict, outcome.claimed.attempts + 1, health, now, jitter)


def _settled(outcome: Outcome, following: Next, endpoint: Endpoint) -> Settled:
    """What waits for a receiver that takes nothing now is parked."""
    if following.state == "pending" and endpoint.state != "active":
        return Settled(outcome, "parked")
    return Settled(outcome, following.state, following.at)


def _disable(endpoint: Endpoint, why: WhyDisabled, now: datetime) -> None:
    endpoint.state, endpoint.state_why = "disabled", _WHY[why]
    endpoint.revision, endpoint.updated_at = endpoint.revision + 1, now


async def _tell(change: Change, endpoint: Endpoint) -> None:
    """Park what waits, and tell the other receivers and the trail."""
    await park(change.session, endpoint.id)
    why, since = endpoint.state_why or "", endpoint.failing_since or change.now
    told: Any = {"state": endpoint.state, "why": why}
    await change.note(Entry("webhook.disabled", "webhook", str(endpoint.id), endpoint.unit, {"state": "active"}, told))
    data = EndpointDisabled(webhook_id=endpoint.id, failing_since=since, why=why)
    key = (str(endpoint.id), str(endpoint.revision))
    await emit(change, [Happened(data, key, change.now, unit=endpoint.unit)])
