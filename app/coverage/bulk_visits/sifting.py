"""Which of many judged visits are new: against those that are stored, and against those before them in the chunk."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import ARRAY, LargeBinary, Text, any_, bindparam, select

from app.coverage.tables import VisitRecord
from app.coverage.visits.told import FIRST, Visit, fingerprint
from app.db.fetching import fetch_rows, text_array
from app.trail.change import Change

_VISIT: Final[Any] = VisitRecord.__table__.c
_OF_EXTERNAL: Final = select(_VISIT.external_id, _VISIT.id, _VISIT.client_id).where(
    _VISIT.revision == FIRST, _VISIT.external_id == any_(bindparam("asked", type_=ARRAY(Text)))
)
_OF_FINGERPRINT: Final = select(_VISIT.fingerprint, _VISIT.id, _VISIT.client_id).where(
    _VISIT.ended_at.is_(None), _VISIT.fingerprint == any_(bindparam("asked", type_=ARRAY(LargeBinary)))
)


class Sifted(NamedTuple):
    """Of one visit: the id of the visit that it is, None where its external id is another client's; whether new.

    `mark` is its fingerprint.
    """

    visit_id: UUID | None
    is_new: bool
    mark: bytes


class _Known(NamedTuple):
    visit_id: UUID
    client_id: str


_Stored = dict[Any, _Known]


async def sift(change: Change, visits: Sequence[Visit], *, look: bool) -> list[Sifted]:
    """Say of each visit which one it is, in their order: of two that are the same the first is new.

    Those that are stored already are known only where `look`.
    """
    prints = await run_in_threadpool(_prints, visits)
    named, printed = await _known(change, visits, prints) if look else ({}, {})
    return [_sifted(visit, mark, named, printed) for visit, mark in zip(visits, prints, strict=True)]


async def _known(change: Change, visits: Sequence[Visit], prints: Sequence[bytes]) -> tuple[_Stored, _Stored]:
    """Those that are stored, by external id and by fingerprint."""
    external = [each.external_id for each in visits if each.external_id is not None]
    named = await _stored(change, _OF_EXTERNAL, text_array(external)) if external else {}
    printed = await _stored(change, _OF_FINGERPRINT, text_array([rf"\x{each.hex()}" for each in prints]))
    return named, printed


def _prints(visits: Sequence[Visit]) -> list[bytes]:
    return [fingerprint(each.client_id, each.at, each.officers) for each in visits]


async def _stored(change: Change, statement: Any, asked: str) -> _Stored:
    rows = await fetch_rows(change.session, statement, {"asked": asked})
    return {bytes(key) if isinstance(key, memoryview) else key: _Known(*rest) for key, *rest in rows}


def _sifted(visit: Visit, mark: bytes, named: _Stored, printed: _Stored) -> Sifted:
    known = named.get(visit.external_id) if visit.external_id is not None else None
    known = known or printed.get(mark)
    if known is not None:
        return Sifted(known.visit_id if known.client_id == visit.client_id else None, is_new=False, mark=mark)
    printed[mark] = _Known(visit.id, visit.client_id)
    if visit.external_id is not None:
        named[visit.external_id] = printed[mark]
    return Sifted(visit.id, is_new=True, mark=mark)
