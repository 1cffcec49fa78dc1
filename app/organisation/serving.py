"""Who serves where on a day, who stands in for whom, what stands above: parts of statements that other features run.

They read parameters of these names: `officers` and `day` (both here), `fence` (the caller's unit) and `today`.
"""

from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Date, Select, Text, and_, any_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db.half_open import stands_on
from app.organisation.fence import within
from app.organisation.tables import Leave, Officer, Posting, UnitTree

_DAY: Final = bindparam("day", type_=Date)
_TODAY: Final = bindparam("today", type_=Date)
_OFFICERS: Final = bindparam("officers", type_=ARRAY(Text))
_LEAVE: Final[Any] = Leave.__table__.c
_STANDING_IN: Final = and_(
    _LEAVE.delegate_id == any_(_OFFICERS),
    _LEAVE.from_day <= _DAY,
    _LEAVE.until_day > _DAY,
    _LEAVE.ended_at.is_(None),
)


def stand_ins() -> Select[str, str]:
    """Those of the officers who are delegates on the day, each with the officer on leave for whom that is."""
    return select(_LEAVE.delegate_id, _LEAVE.officer_id).where(_STANDING_IN)


def services(*, fenced: bool) -> Select[str, str, str, bool]:
    """Where the officers serve on the day, and those for whom they stand in: the unit, the role, whether it is within.

    Of one who has left by then, nothing. `within` the fence a unit lies as it stands today.
    """
    away = select(func.array_agg(_LEAVE.officer_id)).where(_STANDING_IN).scalar_subquery()
    inside = within(Posting.unit_id, bindparam("fence", type_=Text) if fenced else None, _TODAY)
    return select(Posting.officer_id, Posting.unit_id, Posting.role, inside.label("inside")).where(
        Posting.officer_id == any_(func.array_cat(_OFFICERS, away, type_=ARRAY(Text))),
        stands_on(Posting, _DAY),
        serves(Posting.officer_id),
    )


def way_up(units: Select[str]) -> Select[str, int]:
    """On the day the units, and those above each up to the head office, with how far above they stand."""
    return select(UnitTree.ancestor, UnitTree.distance).where(UnitTree.descendant.in_(units), stands_on(UnitTree, _DAY))


def serves(officer_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether the officer in a column has not left by the day; each is looked up by the key, for there are few."""
    stays = or_(Officer.left_on.is_(None), Officer.left_on > _DAY)
    return select(stays).where(Officer.id == officer_id).scalar_subquery()
