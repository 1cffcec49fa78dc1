"""What work on nominations needs, and a nomination as it is taken up for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.clients.facts import facts_of
from app.clients.reading import ClientRow, visible
from app.kernel.recognition import Case, RecognitionRules
from app.kernel.rulebook import Rulebook
from app.recognition.refusals import NominationNotFound, NothingToRecognise
from app.recognition.standard import Judgement, judged
from app.recognition.stored import case_of
from app.recognition.tables import NominationRecord
from app.rulebooks.published import Published
from app.standing.grounds import Grounds, declared
from app.standing.judges import Judges
from app.standing.queries import of_visible_client
from app.standing.reading import lock, standing_of
from app.standing.settled import Follower
from app.trail.change import Change

TIMED: Final = ("screening", "assessment", "vote")
"""The states that end with their time limit; a filing may be late."""

OPEN: Final = (*TIMED, "filing")
"""The states of a nomination that is not at its end."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A change, who judges in it, and what else happens when a client was assessed."""

    change: Change
    judges: Judges
    followers: Sequence[Follower]

    @property
    def today(self) -> date:
        """The day on which all is done."""
        return self.change.today


@dataclass(frozen=True, slots=True)
class Taken:
    """A nomination under its client's lock: its row, the client, the version it was nominated under, the case."""

    record: NominationRecord
    client: ClientRow
    published: Published
    case: Case

    @property
    def book(self) -> Rulebook:
        """That version's rules."""
        return self.published.sound.rulebook

    @property
    def rules(self) -> RecognitionRules:
        """What is asked before a client is recognised."""
        return rules_of(self.published)

    def late(self, today: date) -> bool:
        """Whether the open step has ended with its time."""
        return self.case.state in TIMED and self.case.overdue(today)


def rules_of(published: Published) -> RecognitionRules:
    """A version's recognition; raises NothingToRecognise where it has none, or no tiers to recognise clients in."""
    book = published.sound.rulebook
    if book.recognition is None or book.tiers is None:
        raise NothingToRecognise(f"{published.name} recognises nobody.")
    return book.recognition


async def taken_up(desk: Desk, nomination_id: UUID) -> Taken:
    """A nomination that the caller sees; others wait for its client until we are done. Raises NominationNotFound."""
    change = desk.change
    record: NominationRecord = await of_visible_client(change, NominationRecord, nomination_id, NominationNotFound)
    await lock(change.session, record.client_id)
    await change.session.refresh(record)
    return taken(desk, record, await visible(change, record.client_id))


def taken(desk: Desk, record: NominationRecord, client: ClientRow) -> Taken:
    """A nomination whose client is locked."""
    published = desk.judges.registry.by_digest(record.digest)
    return Taken(record, client, published, case_of(record.case, published.sound.rulebook))


async def by_the_standard(
    desk: Desk, client_id: str, published: Published, asked: int | None, left_open: Sequence[str] = ()
) -> Judgement:
    """What the standard says of a client today by what is known of it now; `asked` is the rank it is judged for.

    `left_open` are the facts that experts are still to give.
    """
    change, judge = desk.change, desk.judges.of(published)
    known = await facts_of(change.session, [client_id], change.today, zone=change.zone)
    stands = await standing_of(change.session, client_id, published.name, change.today)
    grounds = Grounds(change.today, declared(judge.book, known[client_id]), stands.standing, counts=False)
    return judged(judge, left_open, grounds, asked, change.now)
