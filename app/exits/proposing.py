"""Proposing an exit: by a rulebook's trigger after an assessment, or by a person on the committee's decision (A12)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.leading import check_leads
from app.clients.reading import visible
from app.exits.noting import noted
from app.exits.refusals import ExitOpen, NothingToLeave
from app.exits.stored import columns_of
from app.exits.tables import ExitRecord
from app.kernel.exit_process import ExitCase
from app.kernel.exit_steps import propose
from app.kernel.workflow import Person, Refusal
from app.organisation.among import among
from app.rulebooks.published import Published
from app.standing.casework import CaseStep, ReasonMissing
from app.standing.governing import governing_today
from app.standing.held import Standing
from app.standing.judges import Judges
from app.standing.leaving import leave, tells_who_leaves
from app.standing.reading import Key, lock, standing_of
from app.standing.settled import Settled
from app.trail.change import Change

OPEN: Final = ("proposed", "running")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Under which rulebook a client is to leave, why, and where the committee's decision is minuted."""

    rulebook: str
    reason: str
    decision: str


async def propose_by_hand(change: Change, judges: Judges, client_id: str, proposal: Proposal) -> ExitRecord:
    """Propose a client's exit, which takes back its nomination; another person confirms it.

    Raises ClientNotFound, LeadsElsewhere, ExitOpen, NothingToLeave, ReasonMissing, and the registry's refusals.
    """
    client = await visible(change, client_id)
    await check_leads(change, client)
    published = await governing_today(change, judges.registry, proposal.rulebook, client.unit)
    await lock(change.session, client_id)
    stands = await standing_of(change.session, client_id, published.name, change.today)
    if not holds(published, stands.standing):
        raise NothingToLeave
    case = _case(change, (proposal.reason,), change.actor.identity)
    made = await _open(change, judges, [_Leaving(client_id, client.unit, published, case, proposal.decision)])
    if not made:
        raise ExitOpen
    return made[0]


async def propose_triggered(change: Change, judges: Judges, settled: Sequence[Settled]) -> None:
    """Propose the exit of every client whose decision triggers one, that has a tier to leave and no exit open.

    What was cancelled is proposed again by the next decision that triggers it. The caller holds the clients' locks.
    """
    leaving = [
        _Leaving(each.client_id, each.unit, each.published, _case(change, tuple(each.verdict.outcome["exits"]), None))
        for each in _triggered(settled)
    ]
    await _open(change, judges, leaving)


async def to_propose(session: AsyncSession, settled: Sequence[Settled]) -> list[Settled]:
    """Return those whose exit `propose_triggered` will propose, asked before it does."""
    triggered = _triggered(settled)
    there = await open_exits(session, {each.client_id for each in triggered})
    return [each for each in triggered if (each.client_id, each.published.name) not in there]


def _triggered(settled: Sequence[Settled]) -> list[Settled]:
    return [each for each in settled if each.verdict.outcome["exits"] and holds(each.published, each.verdict.standing)]


def holds(published: Published, standing: Standing | None) -> bool:
    """Whether a client of this standing holds a tier above the one that every client has."""
    tiers = published.sound.rulebook.tiers
    if tiers is None or standing is None or standing.tier not in tiers.labels:
        return False
    return tiers.labels.index(standing.tier) > tiers.otherwise


@dataclass(frozen=True, slots=True)
class _Leaving:
    client_id: str
    unit: str | None
    published: Published
    case: ExitCase
    decision: str | None = None


def _case(change: Change, reasons: tuple[str, ...], by: Person | None) -> ExitCase:
    case = propose(reasons, by, change.today)
    if isinstance(case, Refusal):
        raise ReasonMissing(case.detail)
    return case


async def _open(change: Change, judges: Judges, leaving: Sequence[_Leaving]) -> list[ExitRecord]:
    """Open exits and note each, those left out whose client has one open; return those that were opened."""
    there = await open_exits(change.session, {each.client_id for each in leaving})
    fresh = [each for each in leaving if (each.client_id, each.published.name) not in there]
    if not fresh:
        return []
    made = [_record(change, each) for each in fresh]
    change.session.add_all(made)
    await change.session.flush()
    steps = (CaseStep("proposed", {"decision": each.decision}, ", ".join(each.case.reasons)) for each in fresh)
    opened = zip(made, fresh, steps, strict=True)
    await change.note(*(noted(record, each.unit, None, each.case, step) for record, each, step in opened))
    await leave(change, judges, [(each.client_id, each.published.name) for each in fresh])
    return made


@tells_who_leaves
async def open_exits(session: AsyncSession, client_ids: Collection[str]) -> set[Key]:
    """The clients, with rulebooks, of exits that are not at their end."""
    if not client_ids:
        return set()
    query = select(ExitRecord.client_id, ExitRecord.rulebook).where(
        among(ExitRecord.client_id, client_ids), ExitRecord.state.in_(OPEN)
    )
    return {(row.client_id, row.rulebook) for row in await session.execute(query)}


def _record(change: Change, leaving: _Leaving) -> ExitRecord:
    return ExitRecord(
        id=uuid.uuid4(),
        client_id=leaving.client_id,
        rulebook=leaving.published.name,
        version=leaving.published.number,
        digest=leaving.published.sound.digest,
        decision=leaving.decision,
        proposed_key=change.actor.name if leaving.case.proposed_by else None,
        opened_at=change.now,
        updated_at=change.now,
        revision=1,
        **columns_of(leaving.case),
    )
