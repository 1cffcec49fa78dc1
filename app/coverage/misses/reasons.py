"""Reasons for a miss: proposed, and accepted or refused by a second person; they alter no figure."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.clients.reading import ClientRow, visible
from app.clients.refusals import no_such_officer
from app.coverage.misses.holder import check_holder
from app.coverage.misses.key import ReasonKey
from app.coverage.misses.owed import is_owed
from app.coverage.misses.refusals import InvalidReason, NotTheProposer, ReasonDecided, ReasonNotFound, ReasonThere
from app.coverage.named_client import client_named
from app.coverage.tables import MissReason
from app.errors import FieldError
from app.kernel.coverage.period import CoveragePeriod, period_named
from app.standing.queries import of_visible_client
from app.standing.refusals import SecondPersonNeeded
from app.trail.change import Change
from app.trail.entry import Entry, Outcome

LIVE: Final = ("proposed", "accepted")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Why an obligation was missed; the period's name is one that can be read."""

    key: ReasonKey
    code: str
    explanation: str


async def propose(change: Change, proposal: Proposal) -> MissReason:
    """Propose a reason; a second person accepts or refuses it.

    Raises NoSuchClient, InvalidReason, or ReasonThere where one for the same is proposed or accepted.
    """
    client = await client_named(change, proposal.key.client_id)
    await _check(change, client, proposal.key)
    await _check_free(change, proposal.key)
    made = _row(change, proposal)
    change.session.add(made)
    await change.session.flush()
    await change.note(_entry("proposed", made, client.unit, proposal.explanation))
    return made


async def decide(change: Change, reason_id: uuid.UUID, *, accept: bool, remark: str) -> MissReason:
    """Accept or refuse a reason, as another person than the one who proposed it.

    Raises ReasonNotFound, ReasonDecided, SecondPersonNeeded.
    """
    found, unit = await _taken(change, reason_id)
    if not change.actor.is_another(found.proposed_by, found.proposed_key):
        change.deny(_entry("refused_to_proposer", found, unit, "second person needed", outcome="denied"))
        raise SecondPersonNeeded
    return await _ended(change, found, unit, "accepted" if accept else "refused", remark)


async def withdraw(change: Change, reason_id: uuid.UUID, why: str) -> MissReason:
    """Take a reason back that is not decided yet, as who proposed it.

    Raises ReasonNotFound, ReasonDecided, NotTheProposer.
    """
    found, unit = await _taken(change, reason_id)
    if change.actor.identity != found.proposed_by:
        change.deny(_entry("withdrawal_refused", found, unit, "not the proposer", outcome="denied"))
        raise NotTheProposer("Whoever proposed it withdraws it; refuse it instead.")
    return await _ended(change, found, unit, "withdrawn", why)


async def _check(change: Change, client: ClientRow, key: ReasonKey) -> None:
    period = period_named(key.period)
    errors = [*_period_faults(change, period)]
    if not await is_owed(change.session, key, period):
        detail = "owes the client nothing of the kind under this rulebook"
        errors.append(FieldError(pointer="/role", code="nothing_owed", detail=detail))
    if key.officer_id is not None and not await check_holder(change, client, key.officer_id, period.span):
        errors.append(no_such_officer("/officer_id"))
    if errors:
        raise InvalidReason(errors)


def _period_faults(change: Change, period: CoveragePeriod) -> Iterator[FieldError]:
    if period.span.start > change.today:
        yield FieldError(pointer="/period", code="not_begun", detail="has not begun: nothing is missed yet")


async def _check_free(change: Change, key: ReasonKey) -> None:
    """Raise ReasonThere where one stands; whoever proposes has the client locked, so that no other comes between."""
    row = MissReason
    same = (
        row.client_id == key.client_id,
        row.period == key.period,
        row.rulebook == key.rulebook,
        row.role == key.role,
        row.officer_id.is_not_distinct_from(key.officer_id),
    )
    if await change.session.scalar(select(row.id).where(*same, row.state.in_(LIVE)).limit(1)) is not None:
        raise ReasonThere


def _row(change: Change, proposal: Proposal) -> MissReason:
    return MissReason(
        id=uuid.uuid4(),
        **proposal.key._asdict(),
        code=proposal.code,
        explanation=proposal.explanation,
        state="proposed",
        proposed_by=change.actor.identity,
        proposed_key=change.actor.name,
        proposed_at=change.now,
    )


async def _taken(change: Change, reason_id: uuid.UUID) -> tuple[MissReason, str | None]:
    """A reason that is not decided yet, locked, and the unit that leads its client."""
    found: MissReason = await of_visible_client(change, MissReason, reason_id, ReasonNotFound)
    await change.session.refresh(found, with_for_update=True)
    if found.state != "proposed":
        raise ReasonDecided(f"It is {found.state}.")
    return found, (await visible(change, found.client_id)).unit


async def _ended(change: Change, found: MissReason, unit: str | None, state: str, why: str) -> MissReason:
    found.state = state
    found.decided_by, found.decided_at, found.decision = change.actor.identity, change.now, why
    await change.session.flush()
    await change.note(_entry(state, found, unit, why, "proposed"))
    return found


def _entry(
    step: str,
    found: MissReason,
    unit: str | None,
    reason: str,
    before: str | None = None,
    outcome: Outcome = "done",
) -> Entry:
    after = {
        "client": found.client_id,
        "rulebook": found.rulebook,
        "role": found.role,
        "officer": found.officer_id,
        "period": found.period,
        "code": found.code,
        "state": found.state,
    }
    was = {"state": before} if before else None
    return Entry(f"miss_reason.{step}", "miss_reason", str(found.id), unit, was, after, reason, outcome=outcome)
