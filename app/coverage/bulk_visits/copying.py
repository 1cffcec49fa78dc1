"""Many new visits written at one go: by COPY, a fraction of what inserting them costs."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import orjson

from app.coverage.tables import VisitParticipant, VisitRecord
from app.coverage.visits.storing import TEXTS
from app.coverage.visits.told import Visit
from app.db.copying import copy_texts
from app.db.fetching import text_array
from app.trail.change import Change

_VISIT: Final = (
    *("id", "revision", "client_id", "at", "day", "kind", "outside", "evidence", "external_id", "planned_id"),
    *("reason", "recorded_at", "recorded_by", "fingerprint", *TEXTS),
)
_PEOPLE: Final = (
    *("visit_id", "revision", "client_id", "day", "kind", "recorded_at"),
    *("officer_id", "role", "leads", "acting_for"),
)


async def copy_visits(change: Change, visits: Sequence[Visit], marks: Sequence[bytes]) -> None:
    """Write new visits, of these fingerprints, with their participants.

    Raises IntegrityError where somebody recorded one meanwhile.
    """
    rows = (_row(each, mark) for each, mark in zip(visits, marks, strict=True))
    await copy_texts(change.session, VisitRecord, _VISIT, rows)
    people = (row for each in visits for row in _people(each))
    await copy_texts(change.session, VisitParticipant, _PEOPLE, people)


def digest_of(visits: Iterable[Visit]) -> str:
    """SHA-256 over what was recorded, a JSON array a line, but for what erasure empties. The trail holds it.

    Whoever has the first revisions in their order can compute it again, and prove them whole.
    """
    digest = hashlib.sha256()
    for each in visits:
        own = (each.id, each.client_id, each.at, each.day, each.kind, each.external_id, each.planned_id, each.reason)
        people = [tuple(one) for one in each.participants]
        digest.update(orjson.dumps([*own, each.evidence, people], option=orjson.OPT_APPEND_NEWLINE))
    return f"sha256:{digest.hexdigest()}"


def _row(visit: Visit, mark: bytes) -> Sequence[str]:
    """A visit as the columns of `_VISIT` hold it."""
    texts = visit.texts
    return (
        visit.id.hex,
        str(visit.revision),
        visit.client_id,
        str(visit.at),
        _written(visit.day),
        visit.kind,
        orjson.dumps(visit.outside).decode() if visit.outside else "[]",
        text_array(visit.evidence) if visit.evidence else "{}",
        visit.external_id or "",
        visit.planned_id.hex if visit.planned_id else "",
        visit.reason or "",
        _written(visit.recorded_at),
        visit.recorded_by,
        rf"\x{mark.hex()}",
        texts.purpose or "",
        texts.summary or "",
        texts.next_step or "",
        texts.place or "",
    )


def _people(visit: Visit) -> Iterator[Sequence[str]]:
    """Those who took part, as the columns of `_PEOPLE` hold them."""
    repeated = (visit.id.hex, str(visit.revision), visit.client_id, _written(visit.day), visit.kind)
    for officer_id, role, leads, acting_for in visit.participants:
        yield (*repeated, _written(visit.recorded_at), officer_id, role or "", str(leads), acting_for or "")


@lru_cache
def _written(when: date | datetime) -> str:
    """A day or a moment that thousands of visits have."""
    return str(when)
