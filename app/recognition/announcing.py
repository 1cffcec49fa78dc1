"""What is told outside of a nomination, and the limit of its open step, put where whatever ticks finds it (B7)."""

from typing import Any, Final

from app.due.putting import Due, Step, cancel, put
from app.events.catalogue import RecognitionAwaiting, RecognitionEnded
from app.events.emitting import emit
from app.events.envelope import Happened
from app.kernel.moments import is_over
from app.kernel.recognition import Case
from app.recognition.desk import OPEN, TIMED
from app.recognition.stored import awaited
from app.recognition.tables import NominationRecord
from app.trail.change import Change

RECOGNITION: Final = "recognition"
LIMIT: Final = "limit"


async def follow(change: Change, record: NominationRecord, unit: str | None, case: Case, before: Case | None) -> None:
    """Tell of the state that a case has come into, and have its time limit looked after."""
    if before is not None and (before.state, before.due) == (case.state, case.due):
        return
    await _watch(change, record, case)
    if before is None or before.state != case.state:
        await emit(change, [told(change, record, unit, case)])


def told(change: Change, record: NominationRecord, unit: str | None, case: Case) -> Happened:
    """That a nomination waits for somebody, or is at its end."""
    key = (str(record.id), case.state)
    said: dict[str, Any] = {
        "client_id": record.client_id,
        "rulebook": record.rulebook,
        "nomination_id": record.id,
        "state": case.state,
    }
    if case.state in OPEN:
        data = RecognitionAwaiting(**said, since=case.since, until=case.due, awaiting=awaited(case))
        return Happened(data, key, change.now, record.client_id, unit)
    ended = RecognitionEnded(**said, tier=record.tier, reasons=list(case.reasons))
    return Happened(ended, key, change.now, record.client_id, unit)


async def _watch(change: Change, record: NominationRecord, case: Case) -> None:
    """A filing may be late, and ends with nobody's time."""
    if case.state not in TIMED or case.due is None:
        await cancel(change, RECOGNITION, [str(record.id)])
        return
    at = is_over(case.due, change.zone)
    due = Due(RECOGNITION, str(record.id), at, [Step(LIMIT, at)], record.client_id, record.rulebook)
    await put(change, [due])
