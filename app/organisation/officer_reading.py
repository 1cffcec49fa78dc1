"""Reading officers, as far as the caller's unit reaches: one with every posting there, many with those of a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, select, true

from app.db.half_open import stands_on
from app.organisation.among import among
from app.organisation.faults import refused
from app.organisation.fence import seen, within
from app.organisation.refusals import OfficerNotFound
from app.organisation.schemas import OfficerDetail, PostingDetail
from app.organisation.tables import Officer, Posting, Unit
from app.organisation.unit_reading import read_unit
from app.trail.change import Reading


@dataclass(frozen=True, slots=True)
class OfficerFilter:
    """Which officers are asked for: those who serve a unit or below it, in a role, on a day; None asks for all."""

    day: date
    unit: str | None = None
    role: str | None = None


async def require_officer(reads: Reading, officer_id: str) -> None:
    """Go on where the caller sees an officer.

    Raises OfficerNotFound, and notes a denial where they are there, but serve and served outside alone.
    """
    seen_ = await reads.session.scalar(select(_is_reached(reads)).where(Officer.id == officer_id))
    if seen_ is False:
        reads.deny(refused("officer", officer_id, await _unit_of(reads, officer_id)))
    if not seen_:
        raise OfficerNotFound


async def read_officer(reads: Reading, officer_id: str) -> OfficerDetail:
    """An officer with every posting in the caller's reach; raises as `require_officer` does."""
    await require_officer(reads, officer_id)
    officer = await reads.session.get_one(Officer, officer_id, populate_existing=True)
    return _detail(officer, (await _postings(reads, [officer_id])).get(officer_id, []))


async def list_officers(reads: Reading, wanted: OfficerFilter, after: str | None, limit: int) -> list[OfficerDetail]:
    """Officers by staff number, those behind `after`; raises UnitNotFound for a unit that the caller does not see."""
    if wanted.unit is not None:
        await read_unit(reads, wanted.unit)
    query = select(Officer).where(_asked_for(reads, wanted)).order_by(Officer.id).limit(limit)
    query = query if after is None else query.where(Officer.id > after)
    found = (await reads.session.scalars(query.execution_options(populate_existing=True))).all()
    postings = await _postings(reads, [each.id for each in found], stands_on(Posting, wanted.day))
    return [_detail(each, postings.get(each.id, [])) for each in found]


def _asked_for(reads: Reading, wanted: OfficerFilter) -> ColumnElement[bool]:
    """Whether an officer has a posting in the caller's reach, and one of those asked for."""
    if wanted.unit is None and wanted.role is None:
        return _is_reached(reads)
    serves = [Posting.officer_id == Officer.id, _is_seen(reads), stands_on(Posting, wanted.day)]
    if wanted.unit is not None:
        serves.append(within(Posting.unit_id, wanted.unit, wanted.day))
    if wanted.role is not None:
        serves.append(Posting.role == wanted.role)
    return exists(select(Posting.id).where(*serves))


async def _postings(
    reads: Reading, officer_ids: Iterable[str], *which: ColumnElement[bool]
) -> dict[str, list[PostingDetail]]:
    """Postings in the caller's reach by officer, the oldest first."""
    query = select(Posting).where(among(Posting.officer_id, list(officer_ids)), _is_seen(reads), *which)
    query = query.order_by(Posting.from_day, Posting.unit_id, Posting.role)
    found: dict[str, list[PostingDetail]] = {}
    for row in await reads.session.scalars(query.execution_options(populate_existing=True)):
        found.setdefault(row.officer_id, []).append(posting_detail(row.officer_id, row))
    return found


async def _unit_of(reads: Reading, officer_id: str) -> str | None:
    """The unit whose matter an officer is: where they were posted last."""
    query = select(Posting.unit_id).where(Posting.officer_id == officer_id)
    return await reads.session.scalar(query.order_by(Posting.from_day.desc()).limit(1))


def posting_detail(officer_id: str, posting: Any) -> PostingDetail:
    """A posting over the wire; takes whatever has its attributes."""
    return PostingDetail.model_validate(
        {
            "posting_id": posting.id,
            "officer_id": officer_id,
            "unit_id": posting.unit_id,
            "role": posting.role,
            "from": posting.from_day,
            "until": posting.until_day,
        }
    )


def _detail(officer: Officer, postings: list[PostingDetail]) -> OfficerDetail:
    return OfficerDetail(
        officer_id=officer.id,
        name=officer.name,
        left_on=officer.left_on,
        revision=officer.revision,
        updated_at=officer.updated_at,
        postings=postings,
    )


def _is_reached(reads: Reading) -> ColumnElement[bool]:
    """Whether an officer serves or served at a unit that the caller sees."""
    if reads.actor.unit is None:
        return true()
    return exists(select(Posting.id).where(Posting.officer_id == Officer.id, _is_seen(reads)))


def _is_seen(reads: Reading) -> ColumnElement[bool]:
    """Whether a posting is at a unit that the caller sees."""
    if reads.actor.unit is None:
        return true()
    return exists(select(Unit.id).where(Unit.id == Posting.unit_id, seen(reads.actor.unit, reads.today)))
