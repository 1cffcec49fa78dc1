"""Tiers set by hand: proposed with a reason and an end, approved by a second person, visible while they hold (A11)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.leading import check_leads
from app.clients.reading import visible
from app.due.putting import cancel
from app.errors import FieldError, Unprocessable
from app.events.emitting import emit
from app.kernel.cadence import Period
from app.rulebooks.registry import Registry
from app.standing.announcing import Shift, shows
from app.standing.deadlines import OVERRIDE, watch_override
from app.standing.governing import governing_today
from app.standing.queries import of_visible_client
from app.standing.reading import lock, standing_of
from app.standing.refusals import ClientHasLeft, OverrideNotFound, OverrideState, SecondPersonNeeded
from app.standing.tables import TierOverride
from app.trail.change import Change
from app.trail.entry import Entry, Outcome

_LONGEST: Final = Period(months=12, days=0)
"""How long an override may hold: what is to hold longer is proposed anew, by two who look again."""

SET_BY_HAND: Final = "set_by_hand"
ENDED_BY_HAND: Final = "hand_ended"
"""The steps by which the tier that shows becomes another where a person sets it, or no longer does."""

LIVE: Final = ("proposed", "approved")
_LATEST: Final = (TierOverride.proposed_at.desc(), TierOverride.id.desc())


@dataclass(frozen=True, slots=True)
class Proposal:
    """Which tier under which rulebook, from when until when (exclusive), and why."""

    rulebook: str
    tier: str
    from_day: date
    until_day: date
    reason: str


async def propose(change: Change, registry: Registry, client_id: str, proposal: Proposal) -> TierOverride:
    """Propose an override; nothing shows before a second person approves it.

    Raises ClientNotFound, LeadsElsewhere, ClientHasLeft, OverrideState where another one is proposed or approved for
    one of these days, and Unprocessable for days that have passed, an end more than a year away, or a tier that the
    rulebook does not have.
    """
    client = await visible(change, client_id)
    await check_leads(change, client)
    tiers = (await governing_today(change, registry, proposal.rulebook, client.unit)).sound.rulebook.tiers
    _check(proposal, tiers.labels if tiers else (), change.today)
    await lock(change.session, client_id)
    await _check_here(change, client_id, proposal.rulebook)
    await _check_free(change.session, client_id, proposal)
    made = _row(change, client_id, proposal)
    change.session.add(made)
    await change.session.flush()
    await change.note(_entry("override.proposed", made, client.unit, proposal.reason))
    return made


async def decide(
    change: Change, registry: Registry, override_id: uuid.UUID, *, approve: bool, reason: str
) -> TierOverride:
    """Approve or refuse a proposal, as another person than the one who made it.

    Raises OverrideNotFound, LeadsElsewhere, OverrideState where it is decided already or over, SecondPersonNeeded; and
    for an approval ClientHasLeft, OverrideState where the tier is none any more, and the registry's refusals.
    """
    found, unit = await _locked(change, override_id)
    if found.state != "proposed":
        raise OverrideState(f"It is {found.state}.")
    if not change.actor.is_another(found.proposed_by, found.proposed_key):
        change.deny(_entry("override.refused_to_proposer", found, unit, "second person needed", denied=True))
        raise SecondPersonNeeded
    if approve:
        await _check_still(change, registry, found, unit)
    shown = await _shown(change, found)
    before, found.state = found.state, "approved" if approve else "refused"
    found.decided_by, found.decided_at, found.decision = change.actor.identity, change.now, reason
    await _kept(change, found, _entry(f"override.{found.state}", found, unit, reason, before))
    if approve:
        await watch_override(change, found)
        await tell_shift(change, found, unit, SET_BY_HAND, shown)
    return found


async def end(change: Change, override_id: uuid.UUID, reason: str) -> TierOverride:
    """Take a proposal back, or end an approved override today.

    Raises OverrideNotFound, LeadsElsewhere or OverrideState.
    """
    found, unit = await _locked(change, override_id)
    if found.state not in LIVE or found.until_day <= change.today:
        raise OverrideState("It holds no longer.")
    shown = await _shown(change, found)
    await _end(change, found, unit, reason)
    await tell_shift(change, found, unit, ENDED_BY_HAND, shown)
    return found


async def tell_shift(change: Change, found: TierOverride, unit: str | None, why: str, before: str | None) -> None:
    """Tell of the tier that shows now, where it is another than `before`."""
    after = await _shown(change, found)
    if before != after:
        which = f"{why} {found.id}"
        shift = Shift(found.client_id, unit, found.rulebook, before, after, [why], [], change.today, which)
        await emit(change, [shift.told(change)])


async def _shown(change: Change, found: TierOverride) -> str | None:
    """The tier that shows today of the client that an override is of."""
    return shows((await standing_of(change.session, found.client_id, found.rulebook, change.today)).standing)


async def end_live(change: Change, client_id: str, rulebook: str, unit: str | None, reason: str) -> None:
    """End what holds or is proposed for a client under a rulebook; the caller holds the client's lock."""
    for found in await live_of(change.session, client_id, change.today):
        if found.rulebook == rulebook:
            await _end(change, found, unit, reason)


async def _end(change: Change, found: TierOverride, unit: str | None, reason: str) -> TierOverride:
    before, ruling = found.state, "withdrawn" if found.state == "proposed" else "ended"
    if found.state == "approved" and found.from_day < change.today:
        found.until_day = change.today  # for the days on which it held it stays approved
    else:
        found.state = ruling
    found.ended_by, found.ended_at, found.ended_why = change.actor.identity, change.now, reason
    await cancel(change, OVERRIDE, [str(found.id)])
    return await _kept(change, found, _entry(f"override.{ruling}", found, unit, reason, before))


async def live_of(session: AsyncSession, client_id: str, today: date) -> Sequence[TierOverride]:
    """The overrides of a client that are proposed or approved and not over, the latest first."""
    live = (TierOverride.state.in_(LIVE), TierOverride.until_day > today)
    query = select(TierOverride).where(TierOverride.client_id == client_id, *live)
    return (await session.scalars(query.order_by(*_LATEST))).all()


async def listed(
    session: AsyncSession, client_id: str, before: tuple[datetime, uuid.UUID] | None, limit: int
) -> Sequence[TierOverride]:
    """Overrides of a client, the latest first; `before` is the moment and id of the last one seen."""
    query = select(TierOverride).where(TierOverride.client_id == client_id)
    if before is not None:
        query = query.where(tuple_(TierOverride.proposed_at, TierOverride.id) < before)
    return (await session.scalars(query.order_by(*_LATEST).limit(limit))).all()


async def _check_still(change: Change, registry: Registry, found: TierOverride, unit: str | None) -> None:
    """Raise for a proposal that could not be made any more: much may have changed since it was."""
    if found.until_day <= change.today:
        raise OverrideState("Its days are over.")
    tiers = (await governing_today(change, registry, found.rulebook, unit)).sound.rulebook.tiers
    if tiers is None or found.tier not in tiers.labels:
        raise OverrideState(f"{found.tier} is no tier of {found.rulebook} any more.")
    await _check_here(change, found.client_id, found.rulebook)


async def _check_here(change: Change, client_id: str, rulebook: str) -> None:
    """Raise ClientHasLeft for a client that exited: only recognition leads back (domain.md A12), not a tier by hand."""
    standing = (await standing_of(change.session, client_id, rulebook, change.today)).standing
    if standing is not None and standing.exited_on is not None:
        raise ClientHasLeft(f"It left on {standing.exited_on}; recognition alone leads back.")


async def _check_free(session: AsyncSession, client_id: str, proposal: Proposal) -> None:
    taken = await session.scalar(
        select(TierOverride.id).where(
            TierOverride.client_id == client_id,
            TierOverride.rulebook == proposal.rulebook,
            TierOverride.state.in_(LIVE),
            TierOverride.from_day < proposal.until_day,
            TierOverride.until_day > proposal.from_day,
        )
    )
    if taken is not None:
        raise OverrideState("Another one is proposed or approved for some of these days; end it first.")


def _row(change: Change, client_id: str, proposal: Proposal) -> TierOverride:
    return TierOverride(
        id=uuid.uuid4(),
        client_id=client_id,
        rulebook=proposal.rulebook,
        tier=proposal.tier,
        reason=proposal.reason,
        from_day=proposal.from_day,
        until_day=proposal.until_day,
        state="proposed",
        proposed_by=change.actor.identity,
        proposed_key=change.actor.name,
        proposed_at=change.now,
    )


def _check(proposal: Proposal, labels: Sequence[str], today: date) -> None:
    errors = []
    if proposal.tier not in labels:
        errors.append(_wrong("/tier", "unknown_tier", f"is no tier of {proposal.rulebook}"))
    if proposal.from_day < today:
        errors.append(_wrong("/from", "day_passed", "lies in the past"))
    if proposal.until_day <= proposal.from_day:
        errors.append(_wrong("/until", "ends_before_it_begins", "must be after the first day"))
    if proposal.until_day > (latest := _LONGEST.after(proposal.from_day)):
        errors.append(_wrong("/until", "too_long", f"is more than a year after the first day: {latest} at the latest"))
    if errors:
        raise Unprocessable(errors=errors)


def _wrong(pointer: str, code: str, detail: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, detail=detail)


async def _locked(change: Change, override_id: uuid.UUID) -> tuple[TierOverride, str | None]:
    found: TierOverride = await of_visible_client(change, TierOverride, override_id, OverrideNotFound)
    await lock(change.session, found.client_id)
    await change.session.refresh(found)
    client = await visible(change, found.client_id)
    await check_leads(change, client)
    return found, client.unit


async def _kept(change: Change, found: TierOverride, entry: Entry) -> TierOverride:
    await change.session.flush()
    await change.note(entry)
    return found


def _entry(
    action: str,
    found: TierOverride,
    unit: str | None,
    reason: str,
    before: str | None = None,
    *,
    denied: bool = False,
) -> Entry:
    after = {
        "client": found.client_id,
        "rulebook": found.rulebook,
        "tier": found.tier,
        "from": found.from_day.isoformat(),
        "until": found.until_day.isoformat(),
        "state": found.state,
    }
    outcome: Outcome = "denied" if denied else "done"
    was = {"state": before} if before else None
    return Entry(action, "override", str(found.id), unit, before=was, after=after, reason=reason, outcome=outcome)
