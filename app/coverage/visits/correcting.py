"""Correcting and voiding visits: the last revision ends, the next begins; nothing that was recorded is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.clients.erased import erased_of
from app.clients.reading import ClientRow
from app.coverage.attainment.closed import Touched, settle
from app.coverage.known_terms import Desk
from app.coverage.visits.judging import judge, kept, written_of_erased
from app.coverage.visits.lookup import kinds_of, look_up
from app.coverage.visits.queries import visit_and_client
from app.coverage.visits.recording import noted
from app.coverage.visits.refusals import VisitRepeated, VisitVoided
from app.coverage.visits.storing import TEXTS, end_visit, insert_visit, lock_visit
from app.coverage.visits.told import Outside, Part, Texts, Told, Visit
from app.organisation.faults import raise_first
from app.rulebooks.registry import Registry
from app.trail.change import Change
from app.trail.entry import Entry

Expected = Callable[[int], None]
"""Raises where the revision that is there is another than the caller has seen."""

_COUNTED: Final = ("at", "kind", "participants", "outside")
"""What is judged anew where it is different."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What of a visit is to be different: None stays as it is; of `texts` those that are named, None to be empty."""

    reason: str
    at: datetime | None = None
    kind: str | None = None
    participants: Sequence[Part] | None = None
    outside: Sequence[Outside] | None = None
    evidence: Sequence[str] | None = None
    texts: Mapping[str, str | None] | None = None


async def correct(change: Change, desk: Desk, visit_id: UUID, correction: Correction, expected: Expected) -> Visit:
    """Make the next revision of a visit; where nothing is different, it stays.

    Raises VisitNotFound, VisitVoided, VisitRepeated where it would be the same as another, and what recording raises.
    """
    visit, client = await _taken_up(change, visit_id, expected)
    await _check_written(change, client, correction)
    wanted = await _corrected(change, desk.registry, visit, correction)
    if wanted == visit:
        return visit
    moment = max(change.now, visit.recorded_at)
    after = wanted._replace(
        revision=visit.revision + 1,
        reason=correction.reason,
        recorded_at=moment,
        recorded_by=change.actor.identity,
    )
    await _end(change, visit, moment, correction.reason)
    if not await insert_visit(change.session, after):
        raise VisitRepeated
    await _note(change, client, visit, after, correction.reason)
    days = dict.fromkeys((visit.day, after.day))
    await settle(change, desk, [Touched(visit.client_id, day, visit.id, correction.reason) for day in days])
    return after


async def void(change: Change, desk: Desk, visit_id: UUID, reason: str, expected: Expected) -> Visit:
    """Have a visit count for nothing; it stays readable. Raises VisitNotFound or VisitVoided."""
    visit, client = await _taken_up(change, visit_id, expected)
    ended = await _end(change, visit, max(change.now, visit.recorded_at), reason)
    await _note(change, client, visit, None, reason)
    await settle(change, desk, [Touched(visit.client_id, visit.day, visit.id, reason)])
    return ended


async def _taken_up(change: Change, visit_id: UUID, expected: Expected) -> tuple[Visit, ClientRow]:
    """The visit under its lock, and its client."""
    await lock_visit(change.session, visit_id)
    visit, client = await visit_and_client(change, visit_id)
    expected(visit.revision)
    if visit.state == "voided":
        raise VisitVoided
    return visit, client


async def _check_written(change: Change, client: ClientRow, correction: Correction) -> None:
    """Raise WrittenOfErased where something is written of a person who was erased; nobody is meanwhile."""
    written, outside = Texts(**dict(correction.texts or {})), correction.outside or ()
    if (any(written) or outside) and client.id in await erased_of(change.session, [client.id]):
        raise_first(change, list(written_of_erased(written, outside)))


async def _corrected(change: Change, registry: Registry, visit: Visit, correction: Correction) -> Visit:
    """The visit as it is to be; what counts is looked up for the day that it is then on."""
    told = _told(visit, correction)
    texts = visit.texts._replace(**dict(correction.texts or {}))
    plain = visit._replace(texts=texts, evidence=visit.evidence if correction.evidence is None else told.evidence)
    if all(getattr(correction, name) is None for name in _COUNTED):
        return plain
    day = told.at.astimezone(change.zone).date()
    ground = (await look_up(change, told, day, visit.officers)).ground
    judged = judge(told, ground, kinds_of(registry, ground.path, day), change.now)
    raise_first(change, judged.faults)
    same_day = kept(visit.participants, ground) if day != visit.day else visit.participants
    participants = judged.participants or same_day
    outside = visit.outside if correction.outside is None else list(told.outside)
    return plain._replace(at=told.at, day=day, kind=told.kind, participants=participants, outside=outside)


def _told(visit: Visit, correction: Correction) -> Told:
    """What is judged: those who took part only where they are told anew, for who is there may be beyond the caller."""
    return Told(
        client_id=visit.client_id,
        at=correction.at or visit.at,
        kind=correction.kind or visit.kind,
        participants=correction.participants or (),
        outside=correction.outside or (),
        evidence=list(correction.evidence or ()),
    )


async def _end(change: Change, visit: Visit, moment: datetime, reason: str) -> Visit:
    ended = visit._replace(ended_at=moment, ended_by=change.actor.identity, ended_why=reason)
    await end_visit(change.session, ended)
    return ended


async def _note(change: Change, client: ClientRow, before: Visit, after: Visit | None, reason: str) -> None:
    """The entry of the trail: which texts became others, never what they say."""
    told = None
    if after is not None:
        pairs = ((name, getattr(before.texts, name), getattr(after.texts, name)) for name in TEXTS)
        told = {**noted(after), "texts": [name for name, was, is_now in pairs if was != is_now]}
    action = "visit.voided" if after is None else "visit.corrected"
    await change.note(Entry(action, "visit", str(before.id), client.unit, noted(before), told, reason))
