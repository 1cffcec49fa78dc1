"""A visit with those who took part: written in one statement, read in one."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, CTE, Boolean, ColumnElement, Select, Text, bindparam, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.erased import was_erased
from app.clients.forgetting import follows_erasure
from app.clients.reading import held
from app.coverage.tables import VisitParticipant, VisitRecord
from app.coverage.visits.told import FIRST, Attendance, Texts, Visit, fingerprint, in_order
from app.db.fetching import array, fetch_rows, text_array
from app.trail.change import Brief, Change
from app.trail.entry import Entry
from app.trail.recording import cells_of, entry_with

_VISIT: Final[Any] = VisitRecord.__table__
_PART: Final[Any] = VisitParticipant.__table__
TEXTS: Final = Texts._fields
_OWN: Final = (
    *("id", "revision", "client_id", "at", "day", "kind", "outside", "evidence", "external_id", "planned_id"),
    *("reason", "recorded_at", "recorded_by"),
)
_ENDS: Final = ("ended_at", "ended_by", "ended_why")
WRITTEN: Final = (*_OWN, *TEXTS, "fingerprint")
"""The columns that a new revision fills."""

_own_of: Final = attrgetter(*_OWN)
_PEOPLE: Final = ("officer_id", "role", "leads", "acting_for")
_REPEATED: Final = ("revision", "client_id", "day", "kind", "recorded_at")
"""What a participant's row repeats of the visit's."""


def _insertion() -> tuple[CTE, Any]:
    """The parts that write a visit and its participants; or nothing, where the same is there.

    Nor where something is written of a person who was erased just now.
    """
    of_erased = was_erased() & bindparam("new_is_written", type_=Boolean)
    client = held(bindparam("new_client_id", type_=_VISIT.c.client_id.type), ~of_erased)
    values = select(*(bindparam(f"new_{name}", type_=_VISIT.c[name].type) for name in WRITTEN)).select_from(client)
    writing = insert(_VISIT).from_select(WRITTEN, values).on_conflict_do_nothing()
    made = writing.returning(_VISIT.c.id, *(_VISIT.c[name] for name in _REPEATED)).cte("made")
    types = (Text, Text, Boolean, Text)
    arrays: Any = [bindparam(f"new_{name}", type_=ARRAY(kind)) for name, kind in zip(_PEOPLE, types, strict=True)]
    people = func.unnest(*arrays).table_valued(*_PEOPLE, name="people").render_derived()
    rows = select(made.c.id, *(made.c[name] for name in _REPEATED), *(people.c[name] for name in _PEOPLE))
    into = insert(_PART).from_select(["visit_id", *_REPEATED, *_PEOPLE], rows.select_from(made.join(people, true())))
    return made, into.returning(_PART.c.visit_id)


def _noted() -> Any:
    """The statement that writes them and the entry of the trail."""
    made, people = _insertion()
    return select(made.c.id).add_cte(people.cte("people"), entry_with(made))


def _selection() -> Select[Any]:
    people = func.jsonb_agg(func.jsonb_build_array(*(_PART.c[name] for name in _PEOPLE)), type_=JSONB)
    theirs = select(people).where(_PART.c.visit_id == _VISIT.c.id, _PART.c.revision == _VISIT.c.revision)
    columns = (_VISIT.c[name] for name in (*_OWN, *TEXTS, *_ENDS))
    return select(*columns, theirs.scalar_subquery().label("people"))


_INSERT: Final = _insertion()[1]
_NOTED: Final = _noted()
SELECT: Final = _selection()
"""Revisions of visits, for `as_visit`."""

_FIRST_OF_EXTERNAL: Final = (
    select(_VISIT.c.id).where(_VISIT.c.revision == FIRST, _VISIT.c.external_id == bindparam("external")).limit(1)
)
_LIVE_OF_FINGERPRINT: Final = (
    select(_VISIT.c.id).where(_VISIT.c.fingerprint == bindparam("print"), _VISIT.c.ended_at.is_(None)).limit(1)
)
_LAST: Final = SELECT.where(_VISIT.c.id == bindparam("visit")).order_by(_VISIT.c.revision.desc()).limit(1)


_LOCK: Final = (
    select(_VISIT.c.id)
    .where(_VISIT.c.id == bindparam("visit"), _VISIT.c.revision == FIRST)
    .with_for_update(key_share=True)
)
_END: Final = (
    update(_VISIT)
    .where(_VISIT.c.id == bindparam("visit"), _VISIT.c.revision == bindparam("last"))
    .values({name: bindparam(f"new_{name}") for name in _ENDS})
)
_END_PARTS: Final = (
    update(_PART)
    .where(_PART.c.visit_id == bindparam("visit"), _PART.c.revision == bindparam("last"))
    .values(ended_at=bindparam("new_ended_at"))
)


async def lock_visit(session: AsyncSession, visit_id: UUID) -> None:
    """Keep others from correcting or voiding a visit until the transaction ends."""
    await session.execute(_LOCK, {"visit": visit_id})


async def end_visit(session: AsyncSession, visit: Visit) -> None:
    """Write the end of a revision, whose visit is locked; its participants end with it."""
    key = {"visit": visit.id, "last": visit.revision}
    await session.execute(_END, key | {f"new_{name}": getattr(visit, name) for name in _ENDS})
    await session.execute(_END_PARTS, key | {"new_ended_at": visit.ended_at})


async def insert_visit(session: AsyncSession, visit: Visit) -> bool:
    """Write a revision with its participants; False, and nothing written, where the same visit is there."""
    return bool(await fetch_rows(session, _INSERT, _parameters(visit)))


async def insert_noted(brief: Brief, visit: Visit, entry: Entry) -> bool:
    """Write a revision with its participants and the entry that tells of it; False, and none of them, as above."""
    row = _parameters(visit) | cells_of(brief.actor, brief.now, entry)
    return bool(await brief.statements.rows(_NOTED, row))


async def same_visit(session: AsyncSession, visit: Visit) -> Visit | None:
    """The visit of the same external id, else of the same client, officers and minute, as it stands now."""
    found = None
    if visit.external_id is not None:
        found = await session.scalar(_FIRST_OF_EXTERNAL, {"external": visit.external_id})
    if found is None:
        found = await session.scalar(_LIVE_OF_FINGERPRINT, {"print": _mark(visit)})
    return None if found is None else await last_revision(session, found)


async def last_revision(session: AsyncSession, visit_id: UUID) -> Visit | None:
    """A visit as it stands now; None where there is none."""
    row = (await session.execute(_LAST, {"visit": visit_id})).one_or_none()
    return None if row is None else as_visit(row)


@follows_erasure("visits")
async def forget(change: Change, client_id: str) -> int:
    """Empty what is written of visits to a client, in every revision, and who of the client's took part."""
    written = [_VISIT.c[name].is_not(None) for name in TEXTS]
    some = or_(*written, func.jsonb_array_length(_VISIT.c.outside) > 0)
    blank = dict.fromkeys(TEXTS) | {"outside": []}
    emptied = update(_VISIT).where(_VISIT.c.client_id == client_id, some).values(blank).returning(_VISIT.c.id)
    return len((await change.session.execute(emptied)).all())


def cells(visit: Visit, mark: bytes) -> Sequence[Any]:
    """A revision as the `WRITTEN` columns hold it; `mark` is its fingerprint."""
    return (*_own_of(visit), *visit.texts, mark)


def as_visit(row: Any) -> Visit:
    """The revision of a row that `SELECT` found."""
    own = {name: getattr(row, name) for name in (*_OWN, *_ENDS)}
    texts = Texts(**{name: getattr(row, name) for name in TEXTS})
    return Visit(**own, texts=texts, participants=in_order(Attendance(*each) for each in row.people))


def is_live() -> ColumnElement[bool]:
    """Whether a revision holds: it was neither corrected nor voided."""
    found: ColumnElement[bool] = _VISIT.c.ended_at.is_(None)
    return found


def _parameters(visit: Visit) -> dict[str, Any]:
    """The parameters of the parts that write a visit, as the driver takes them."""
    row = {f"new_{name}": value for name, value in zip(WRITTEN, cells(visit, _mark(visit)), strict=True)}
    people = zip(_PEOPLE, zip(*visit.participants, strict=True), strict=True)
    row |= {f"new_{name}": array(some) for name, some in people}
    row |= {"new_is_written": visit.is_written_of}
    return row | {"new_outside": orjson.dumps(visit.outside).decode(), "new_evidence": text_array(visit.evidence)}


def _mark(visit: Visit) -> bytes:
    return fingerprint(visit.client_id, visit.at, visit.officers)
