"""Acting on an exit: confirm, do its steps, hand them to others, cancel (domain.md A12, B8).

With its last step the client has left: it holds the lowest tier, nothing stands against it, and only recognition leads
back. Obligations follow from the tier, so that they end by themselves; the officers who cover the client go on.
"""

from dataclasses import dataclass
from uuid import UUID

from app.clients.leading import check_leads
from app.clients.reading import ClientRow, visible
from app.errors import Problem
from app.exits.noting import noted
from app.exits.owners import check_owner, owners_of
from app.exits.refusals import ANSWERS, ExitNotFound
from app.exits.stored import case_of, columns_of
from app.exits.tables import ExitRecord
from app.kernel.exit_process import Action, Cancel, Confirm, Done, ExitCase, Reassign, Steps
from app.kernel.exit_steps import transition
from app.kernel.workflow import Refusal
from app.rulebooks.published import Published
from app.rulebooks.registry import Registry
from app.standing.casework import CaseStep, answer_to
from app.standing.governing import tiered_today
from app.standing.moving import Subject, exited
from app.standing.queries import of_visible_client
from app.standing.reading import lock
from app.trail.change import Change


async def confirm(change: Change, registry: Registry, exit_id: UUID, reason: str) -> ExitRecord:
    """Confirm an exit as another person than its proposer: its steps begin, each with the officer who owns it.

    Raises ExitNotFound, LeadsElsewhere, and what the kernel refuses.
    """
    found = await _led(change, registry, exit_id)
    case = _after(change, found, found.case, Confirm(change.actor.identity, reason), "confirmed")
    _check_another(change, found)
    if case.state == "running":
        for step, owner in (await owners_of(change, found.client, found.steps)).items():
            case = _after(change, found, case, Reassign(step, owner), "confirmed")
    return await _keep(change, registry, found, case, CaseStep("confirmed", {"owners": dict(case.owners)}, reason))


async def do_step(change: Change, registry: Registry, exit_id: UUID, step: str, remark: str) -> ExitRecord:
    """Say, as its owner, that the open step is done; the last completes the exit.

    An owner serves within the caller's unit or above the client's, by role or as assigned: whoever did it had to.
    Raises ExitNotFound, or what the kernel refuses.
    """
    found = await _taken_up(change, registry, exit_id)
    case = _after(change, found, found.case, Done(change.actor.identity, step, remark), "step_done")
    return await _keep(change, registry, found, case, CaseStep("step_done", {"step": step}, remark))


async def assign(change: Change, registry: Registry, exit_id: UUID, step: str, officer_id: str) -> ExitRecord:
    """Have an officer own a step that is to be done.

    Raises ExitNotFound, LeadsElsewhere, NoSuchOwner, or what the kernel refuses.
    """
    found = await _led(change, registry, exit_id)
    await check_owner(change, found.client, officer_id)
    case = _after(change, found, found.case, Reassign(step, officer_id), "step_assigned")
    return await _keep(change, registry, found, case, CaseStep("step_assigned", {"step": step, "owner": officer_id}))


async def cancel(change: Change, registry: Registry, exit_id: UUID, reason: str) -> ExitRecord:
    """Have the client stay. Raises ExitNotFound, LeadsElsewhere, or what the kernel refuses."""
    found = await _led(change, registry, exit_id)
    case = _after(change, found, found.case, Cancel(change.actor.identity, reason), "cancelled")
    return await _keep(change, registry, found, case, CaseStep("cancelled", reason=reason))


@dataclass(frozen=True, slots=True)
class _Taken:
    """An exit under its client's lock: its row, the client, the version it was proposed under, the case."""

    record: ExitRecord
    client: ClientRow
    published: Published
    case: ExitCase

    @property
    def steps(self) -> Steps:
        return self.published.sound.rulebook.exit_steps


async def _taken_up(change: Change, registry: Registry, exit_id: UUID) -> _Taken:
    record: ExitRecord = await of_visible_client(change, ExitRecord, exit_id, ExitNotFound)
    await lock(change.session, record.client_id)
    await change.session.refresh(record)
    client = await visible(change, record.client_id)
    return _Taken(record, client, registry.by_digest(record.digest), case_of(record.case))


async def _led(change: Change, registry: Registry, exit_id: UUID) -> _Taken:
    """An exit that is for the caller to decide: what becomes of a client is the lead unit's, or above it."""
    found = await _taken_up(change, registry, exit_id)
    await check_leads(change, found.client)
    return found


def _after(change: Change, found: _Taken, case: ExitCase, action: Action, step: str) -> ExitCase:
    """The exit after an action; raises what the kernel's refusal is answered as."""
    after = transition(found.steps, case, action, change.today)
    if isinstance(after, Refusal):
        raise _refused(change, found, after, step)
    return after


def _check_another(change: Change, found: _Taken) -> None:
    """Raise IsProposer for the proposer's key where it does not tell two persons apart, as the kernel does by name."""
    proposer = found.case.proposed_by
    if proposer is not None and not change.actor.is_another(proposer, found.record.proposed_key):
        raise _refused(
            change, found, Refusal("is_proposer", "the key that proposed names no other person"), "confirmed"
        )


def _refused(change: Change, found: _Taken, refusal: Refusal, step: str) -> Problem:
    told = CaseStep("denied", {"step": step}, refusal.code)
    denied = noted(found.record, found.client.unit, found.case, found.case, told, "denied")
    return answer_to(change, refusal, ANSWERS, denied)


async def _keep(change: Change, registry: Registry, found: _Taken, case: ExitCase, step: CaseStep) -> ExitRecord:
    """Store an exit after a step, note it, and let the client go with the last one."""
    record = found.record
    for name, value in columns_of(case).items():
        setattr(record, name, value)
    record.revision, record.updated_at = record.revision + 1, change.now
    await change.session.flush()
    await change.note(noted(record, found.client.unit, found.case, case, step))
    if case.state == "exited":
        await _let_go(change, registry, found, case)
    return record


async def _let_go(change: Change, registry: Registry, found: _Taken, case: ExitCase) -> None:
    """Have the client hold the lowest tier of the version that governs it; of the exit's own where none governs."""
    published = await tiered_today(change, registry, found.published, found.client.unit)
    await exited(change, Subject(found.client.id, found.client.unit, published), case.reasons)
    await change.note(noted(found.record, found.client.unit, found.case, case, CaseStep("completed")))
