"""Writing down what failed: the attempts, how their receivers do, and which of these are given up."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
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
from app.webhooks.noting import noted, told
from app.webhooks.settling import Outcome, Settled, write
from app.webhooks.straying import settle

Jitter = Callable[[], float]
"""Draws from 0 to 1."""

_WHY: Final[dict[WhyDisabled, str]] = {
    "gone": "it answered 410 Gone",
    "failing": "nothing but failures for five days",
}


async def fail(change: Change, failed: Sequence[Outcome], jitter: Jitter) -> list[Outcome]:
    """Write what failed, in the order given; receivers that are given up are disabled, and what waits is parked.

    Returns what is not written: whose receiver somebody else is changing just then. Nobody waits for that one.
    """
    endpoints = await _locked(change.session, {each.claimed.endpoint_id for each in failed})
    settled: list[Settled] = []
    for outcome in failed:
        endpoint = endpoints.get(outcome.claimed.endpoint_id)
        if endpoint is None:
            continue
        following = _following(outcome, endpoint, change.now, jitter())
        endpoint.failures, endpoint.failing_since, endpoint.resume_at = following.health
        if following.disabled is not None and endpoint.state == "active":
            await _disable(change, endpoint, following.disabled)
        settled.append(_settled(outcome, following, endpoint))
    await change.session.flush()
    with as_sqlalchemy("settle"):
        await write(await driver_of(change.session), settled, change.now)
    return [each for each in failed if each.claimed.endpoint_id not in endpoints]


async def _locked(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Endpoint]:
    wanted = select(Endpoint).where(Endpoint.id.in_(ids)).order_by(Endpoint.id)
    free = wanted.with_for_update(key_share=True, skip_locked=True)
    return {each.id: each for each in await session.scalars(free)}


def _following(outcome: Outcome, endpoint: Endpoint, now: datetime, jitter: float) -> Next:
    health = Health(endpoint.failures, endpoint.failing_since, endpoint.resume_at)
    return after(outcome.verdict, outcome.claimed.attempts + 1, health, now, jitter)


def _settled(outcome: Outcome, following: Next, endpoint: Endpoint) -> Settled:
    """What waits for a receiver that takes nothing now is parked."""
    if following.state == "pending" and endpoint.state != "active":
        return Settled(outcome, "parked")
    return Settled(outcome, following.state, following.at)


async def _disable(change: Change, endpoint: Endpoint, why: WhyDisabled) -> None:
    """Send it nothing more, and tell the other receivers and the trail.

    What waits for it is not claimed any more, and parked, the more of it by whoever puts strays right: it may be a
    great deal, and others wait for what comes after this.
    """
    before, since = told(endpoint), endpoint.failing_since or change.now
    endpoint.state, endpoint.state_why = "disabled", _WHY[why]
    endpoint.revision, endpoint.updated_at = endpoint.revision + 1, change.now
    await change.session.flush()
    await settle(change.session, change.now, endpoint.id)
    await change.note(noted("disabled", endpoint, before, _WHY[why]))
    data = EndpointDisabled(webhook_id=endpoint.id, failing_since=since, why=_WHY[why])
    key = (endpoint.id.hex, str(endpoint.revision))
    await emit(change, [Happened(data, key, change.now, unit=endpoint.unit)])
