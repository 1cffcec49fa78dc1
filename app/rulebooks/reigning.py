"""Reigns in the database: begun, ended early, read. Whoever changes them holds the rulebook's lock.

Two versions can never both govern one client on one day: two of the whole bank never begin on one day, and two pilots
never meet on a client's path. What has passed stays decided: reigns begin and end from today on.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.rulebooks.refusals import (
    EffectiveDatePast,
    EffectiveDateTaken,
    NotGoverning,
    ReignInvalid,
    ReignOverlaps,
    UnitsUnknown,
)
from app.rulebooks.reign import Reign, Term
from app.rulebooks.tables import RulebookReign, RulebookVersion
from app.rulebooks.unit_tree import on_one_path, unknown_units
from app.trail.change import Change

_TABLE: Any = RulebookReign.__table__
_NOT_CALLED_OFF = or_(RulebookReign.until_day.is_(None), RulebookReign.until_day > RulebookReign.from_day)


async def begin(change: Change, version: RulebookVersion, term: Term) -> None:
    """Have a version govern for a term; nothing in the way may be, nor the past be touched.

    Raises ReignInvalid, EffectiveDatePast, EffectiveDateTaken, UnitsUnknown, ReignOverlaps.
    """
    _check_fits(term)
    if term.units:
        await _check_units(change.session, term)
        await _check_no_other_pilot(change.session, version, term)
    else:
        await _check_day_is_free(change.session, version.name, term.from_day)
    await _check_not_past(change, version.name, term)
    rows = [_row(change, version, term, unit) for unit in dict.fromkeys(term.units or (None,))]
    await change.session.execute(insert(_TABLE), rows)  # the mapper would look for `unit`, which lies above


async def end(change: Change, version: RulebookVersion, units: Sequence[str], on: date) -> Sequence[RulebookReign]:
    """End a version's reigns in these units, or with none in the whole bank: `on` is the first day without them.

    Returns them as they were. One that has not begun by then is called off. Raises EffectiveDatePast, NotGoverning.
    """
    if on < change.today:
        raise EffectiveDatePast(f"{on} has passed. Choose {change.today} or later.")
    lasting = await _lasting(change.session, version, units, on)
    for unit in units or (None,):
        if unit not in {each.unit_id for each in lasting}:
            where = unit or "the whole bank"
            raise NotGoverning(f"Version {version.number} of {version.name} governs in {where} on no day from {on} on.")
    until = func.greatest(_TABLE.c.from_day, on)
    chosen = _TABLE.c.id.in_([each.id for each in lasting])
    await change.session.execute(update(_TABLE).where(chosen).values(until_day=until))
    return lasting


async def reigns_of(
    session: AsyncSession, name: str | None = None, numbers: Iterable[int] | None = None
) -> Sequence[RulebookReign]:
    """Return reigns by rulebook and first day, called off or not: all, one rulebook's, or those of its versions."""
    order = (RulebookReign.name, RulebookReign.from_day, RulebookReign.unit_id, RulebookReign.id)
    query = select(RulebookReign).order_by(*order)
    if name is not None:
        query = query.where(RulebookReign.name == name)
    if numbers is not None:
        query = query.where(RulebookReign.number.in_(list(numbers)))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


def as_reign(row: RulebookReign) -> Reign:
    """A stored reign as a value."""
    return Reign(row.number, row.unit_id, row.from_day, row.until_day)


def _check_fits(term: Term) -> None:
    if term.units and term.until_day is None:
        raise ReignInvalid("pilot_needs_end", "A pilot in some units needs an end.")
    if not term.units and term.until_day is not None:
        raise ReignInvalid("bank_wide_has_no_end", "In the whole bank it governs until another version follows.")
    if term.until_day is not None and term.until_day <= term.from_day:
        raise ReignInvalid("ends_before_it_begins", f"The end must come after the first day, {term.from_day}.")


async def _check_not_past(change: Change, name: str, term: Term) -> None:
    """Only a rulebook's first version may take effect on a day that has passed: nothing was decided till then."""
    if term.from_day >= change.today:
        return
    if term.units:
        raise EffectiveDatePast(f"A pilot begins on {change.today} or later.")
    begun = (RulebookReign.name == name, RulebookReign.from_day <= change.today, _NOT_CALLED_OFF)
    governing = await change.session.scalar(select(func.min(RulebookReign.from_day)).where(*begun))
    if governing is not None:
        raise EffectiveDatePast(f"{name} governs since {governing}. Choose {change.today} or later.")


async def _check_units(session: AsyncSession, term: Term) -> None:
    unknown = await unknown_units(session, term.units, term.from_day)
    if unknown:
        raise UnitsUnknown((at for at, unit in enumerate(term.units) if unit in unknown), term.from_day)


async def _check_no_other_pilot(session: AsyncSession, version: RulebookVersion, term: Term) -> None:
    met = (await session.execute(on_one_path(version.name, version.number, term).limit(1))).first()
    if met is not None:
        number, unit, day = met
        raise ReignOverlaps(f"Version {number} of {version.name} governs in {unit} on {day}. End it first.")


async def _check_day_is_free(session: AsyncSession, name: str, day: date) -> None:
    bank_wide = (RulebookReign.name == name, RulebookReign.unit_id.is_(None), _NOT_CALLED_OFF)
    taken = await session.scalar(select(RulebookReign.number).where(*bank_wide, RulebookReign.from_day == day))
    if taken is not None:
        raise EffectiveDateTaken(f"Version {taken} of {name} takes effect on {day}. Choose another day.")


def _row(change: Change, version: RulebookVersion, term: Term, unit: str | None) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "name": version.name,
        "number": version.number,
        "unit_id": unit,
        "from_day": term.from_day,
        "until_day": term.until_day,
        "made_at": change.now,
        "made_by": change.actor.identity,
    }


async def _lasting(
    session: AsyncSession, version: RulebookVersion, units: Sequence[str], on: date
) -> Sequence[RulebookReign]:
    """A version's reigns in these units, or the whole bank, that go on beyond `on`: no end and no follower before."""
    here = RulebookReign.unit_id.in_(units) if units else and_(RulebookReign.unit_id.is_(None), ~_followed_by(on))
    goes_on = or_(
        RulebookReign.until_day.is_(None), RulebookReign.until_day > func.greatest(RulebookReign.from_day, on)
    )
    of_version = (RulebookReign.name == version.name, RulebookReign.number == version.number)
    return (await session.scalars(select(RulebookReign).where(*of_version, here, goes_on))).all()


def _followed_by(day: date) -> ColumnElement[bool]:
    """Whether another reign of the whole bank has begun after this one, by `day`."""
    later = aliased(RulebookReign)
    not_called_off = or_(later.until_day.is_(None), later.until_day > later.from_day)
    begun = and_(later.from_day > RulebookReign.from_day, later.from_day <= day)
    return exists().where(later.name == RulebookReign.name, later.unit_id.is_(None), begun, not_called_off)
