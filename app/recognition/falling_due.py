"""What happens when the time limit of a nomination's step has come: it ends as time has it (domain.md A4, B7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.due.handling import Taken
from app.events.envelope import Happened
from app.recognition.announcing import told
from app.recognition.desk import Desk, taken_up
from app.recognition.keeping import end_late
from app.recognition.refusals import NominationNotFound
from app.recognition.stored import case_of
from app.standing.judges import Judges
from app.standing.settled import Follower
from app.trail.change import Change


@dataclass(frozen=True, slots=True)
class Limits:
    """The handler, with who judges, and what else happens when a client was assessed."""

    judges: Judges
    followers: Sequence[Follower]

    async def __call__(self, change: Change, taken: Sequence[Taken]) -> Sequence[Happened | None]:
        """End each nomination whose step is late still. Raises RulebookUnreadable: a newer build ends that one."""
        desk = Desk(change, self.judges, self.followers)
        return [await _ended(desk, UUID(each.key)) for each in taken]


async def _ended(desk: Desk, nomination_id: UUID) -> Happened | None:
    try:
        found = await taken_up(desk, nomination_id)
    except NominationNotFound:
        return None
    if not found.late(desk.today):
        return None
    await end_late(desk, found)
    case = case_of(found.record.case, found.book)
    return told(desk.change, found.record, found.client.unit, case)
