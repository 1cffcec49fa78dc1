"""Nominating a client, with the system's preliminary screening at once (domain.md A4, B3-B7).

"The branch confirms directly" (B6) means here that the branch is its own nominator: no sub-branch is needed. Its
committee decides all the same, and whoever nominated does not vote.
"""

import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select

from app.clients.reading import ClientRow, visible
from app.kernel.recognition import Case, Screened
from app.kernel.recognition_steps import nominate as begin
from app.kernel.recognition_steps import transition
from app.kernel.workflow import Refusal
from app.organisation.queries import committee
from app.recognition.announcing import follow
from app.recognition.authority import Seats, check_joint, seats_of
from app.recognition.desk import OPEN, Desk, Taken, by_the_standard, rules_of, taken
from app.recognition.keeping import end_late
from app.recognition.noting import came_of, denied, noted
from app.recognition.proposal import Proposal, category_of, rank_asked
from app.recognition.refusals import ANSWERS, ClientLeaves, NominationOpen
from app.recognition.standard import Judgement
from app.recognition.stored import columns_of, tiers_of
from app.recognition.tables import NominationRecord
from app.rulebooks.published import Published
from app.standing.casework import CaseStep, answer_to, person_of
from app.standing.leaving import leaving
from app.standing.reading import lock


async def nominate(desk: Desk, client_id: str, proposal: Proposal) -> NominationRecord:
    """Nominate a client and screen it: the case is then before the experts, or the committee, or refused with reasons.

    Raises ClientNotFound, PersonNeeded, NothingToRecognise, InvalidNomination, NominationOpen, ClientLeaves,
    CommitteeTooSmall, what `seats_of` raises, and the registry's refusals.
    """
    change = desk.change
    client, person = await visible(change, client_id), person_of(change)
    await lock(change.session, client_id)
    seats = await seats_of(change, client, proposal.level)
    published = desk.judges.registry.governing(proposal.rulebook, seats.path, change.today)
    rules, tiers = rules_of(published), tiers_of(published.sound.rulebook)
    asked, category = rank_asked(tiers, proposal), category_of(client, proposal)
    await check_joint(change, client, person, proposal.joint_with, seats.decides)
    await _end_the_last(desk, client, proposal.rulebook)
    if (client_id, proposal.rulebook) in await leaving(change.session, [client_id]):
        raise ClientLeaves
    judgement = await by_the_standard(desk, client_id, published, asked, rules.scores)
    case = begin(rules, proposal.level, judgement.tier, {person, *proposal.joint_with}, change.today)
    if isinstance(case, Refusal):
        raise TypeError(case.detail)
    opened = _Opened(client, published, seats, category, judgement)
    return await _screened(desk, Taken(_row(desk, opened, proposal, case), client, published, case), judgement)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What was found out about a nomination before it begins."""

    client: ClientRow
    published: Published
    seats: Seats
    category: str
    judgement: Judgement


async def _end_the_last(desk: Desk, client: ClientRow, rulebook: str) -> None:
    """End the client's last nomination where its time is over; raises NominationOpen where one is open."""
    query = select(NominationRecord).where(
        NominationRecord.client_id == client.id,
        NominationRecord.rulebook == rulebook,
        NominationRecord.state.in_(OPEN),
    )
    last = (await desk.change.session.scalars(query)).one_or_none()
    if last is None:
        return
    found = taken(desk, last, client)
    if found.late(desk.today):
        await end_late(desk, found)
    if last.state in OPEN:
        raise NominationOpen(f"It is in its {last.state}.")


def _row(desk: Desk, opened: _Opened, proposal: Proposal, case: Case) -> NominationRecord:
    book = opened.published.sound.rulebook
    return NominationRecord(
        id=uuid.uuid4(),
        client_id=opened.client.id,
        rulebook=proposal.rulebook,
        version=opened.published.number,
        digest=opened.published.sound.digest,
        level=proposal.level,
        category=opened.category,
        tier_asked=proposal.tier,
        decided_by=opened.seats.decides,
        nominated_unit=opened.seats.nominates,
        reason=proposal.reason,
        screening=opened.judgement.as_json(tiers_of(book)),
        assessment=None,
        opened_at=desk.change.now,
        updated_at=desk.change.now,
        revision=1,
        **columns_of(case, book),
    )


async def _screened(desk: Desk, draft: Taken, judgement: Judgement) -> NominationRecord:
    """Take the case through the screening, and store it as it is then."""
    change, record = desk.change, draft.record
    members = await committee(change.session, record.decided_by, change.today)
    action = Screened(judgement.passed, judgement.reasons, members)
    case = transition(draft.rules, draft.case, action, change.today)
    if isinstance(case, Refusal):
        raise answer_to(change, case, ANSWERS, denied(draft, "screening", case.code))
    for name, value in columns_of(case, draft.book).items():
        setattr(record, name, value)
    change.session.add(record)
    await change.session.flush()
    who = {"nominators": sorted(case.nominators), "unit": record.nominated_unit, "decided_by": record.decided_by}
    opened = replace(noted(draft, draft.case, CaseStep("opened", who, record.reason)), before=None)
    found = {"passed": judgement.passed, "assumed": sorted(judgement.assumed), "lacks": list(judgement.reasons)}
    await change.note(opened, noted(draft, case, CaseStep("screened", found)), *came_of(draft, case))
    await follow(change, record, draft.client.unit, case, None)
    return record
