"""Keeping a case after a step: its row, the trail, what recognition does to the client; and ends that nobody asked for.

Time ends a case, and so does the client's exit, which goes before (domain.md A12). Nomination is open at any time (B7):
if the client stays after all, it is nominated anew. A filing goes on, for its client is recognised already.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select

from app.clients.reading import rows_of
from app.kernel.recognition import Case, Expire, Overtake
from app.kernel.recognition_steps import transition
from app.kernel.workflow import Refusal
from app.organisation.among import among
from app.recognition.announcing import follow
from app.recognition.desk import TIMED, Desk, Taken, taken
from app.recognition.letting_in import let_in
from app.recognition.noting import came_of, noted
from app.recognition.stored import columns_of
from app.recognition.tables import NominationRecord
from app.standing.casework import CaseStep
from app.standing.judges import Judges
from app.standing.leaving import follows_leaving
from app.standing.reading import Key
from app.trail.change import Change
from app.trail.entry import Entry

OVERTAKEN: Final = "exit_proposed"
"""Why a nomination was withdrawn that an exit overtook."""


async def keep(desk: Desk, taken: Taken, case: Case, *said: Entry) -> None:
    """Store a case after a step, note the step and what came of it, and let a client in that is recognised by it."""
    for name, value in columns_of(case, taken.book).items():
        setattr(taken.record, name, value)
    taken.record.revision, taken.record.updated_at = taken.record.revision + 1, desk.change.now
    await desk.change.session.flush()
    await desk.change.note(*said, *came_of(taken, case))
    await follow(desk.change, taken.record, taken.client.unit, case, taken.case)
    if case.recognised_on is not None and taken.case.recognised_on is None:
        await let_in(desk, taken, taken.record.tier)


async def end_late(desk: Desk, taken: Taken) -> None:
    """End the step of a case whose time is over: a vote by the votes that were cast, any other without a result."""
    case = transition(taken.rules, taken.case, Expire(), desk.today)
    if isinstance(case, Refusal):
        raise TypeError(f"{taken.record.id} is not late: {case.detail}")
    await keep(desk, taken, case)


@follows_leaving
async def overtake(change: Change, judges: Judges, left: Collection[Key]) -> None:
    """Withdraw the nominations of clients whose exit opens; one whose time was over before ends as time has it."""
    row, ids = NominationRecord, [client_id for client_id, _ in left]
    query = select(row).where(among(row.client_id, ids), row.state.in_(TIMED)).order_by(row.client_id)
    records = [each for each in await change.session.scalars(query) if (each.client_id, each.rulebook) in left]
    clients = await rows_of(change.session, [each.client_id for each in records], change.today) if records else {}
    desk = Desk(change, judges, ())
    for record in records:
        await _end_overtaken(desk, taken(desk, record, clients[record.client_id]))


async def _end_overtaken(desk: Desk, found: Taken) -> None:
    if found.late(desk.today):
        await end_late(desk, found)
        return
    case = transition(found.rules, found.case, Overtake(OVERTAKEN), desk.today)
    if isinstance(case, Refusal):
        raise TypeError(case.detail)
    await keep(desk, found, case, noted(found, case, CaseStep("withdrawn", reason=OVERTAKEN)))
