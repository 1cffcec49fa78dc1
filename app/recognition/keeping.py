"""Keeping a case after a step: its row, the trail, and what recognition does to the client."""

from app.kernel.recognition import Case, Expire
from app.kernel.recognition_steps import transition
from app.kernel.workflow import Refusal
from app.recognition.desk import Desk, Taken
from app.recognition.letting_in import let_in
from app.recognition.noting import came_of
from app.recognition.stored import columns_of
from app.trail.entry import Entry


async def keep(desk: Desk, taken: Taken, case: Case, *said: Entry) -> None:
    """Store a case after a step, note the step and what came of it, and let a client in that is recognised by it."""
    for name, value in columns_of(case, taken.book).items():
        setattr(taken.record, name, value)
    taken.record.revision, taken.record.updated_at = taken.record.revision + 1, desk.change.now
    await desk.change.session.flush()
    await desk.change.note(*said, *came_of(taken, case))
    if case.recognised_on is not None and taken.case.recognised_on is None:
        await let_in(desk, taken, taken.record.tier)


async def end_late(desk: Desk, taken: Taken) -> None:
    """End the step of a case whose time is over: a vote by the votes that were cast, any other without a result."""
    case = transition(taken.rules, taken.case, Expire(), desk.today)
    if isinstance(case, Refusal):
        raise TypeError(f"{taken.record.id} is not late: {case.detail}")
    await keep(desk, taken, case)
