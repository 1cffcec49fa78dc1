"""A small bank for the tests of every feature that needs units and people.

    HO
    ├── B1
    │   ├── B1-S1 ── B1-S1-O1, B1-S1-O2
    │   └── B1-S2 ── B1-S2-O1
    └── B2
        ├── B2-S1 ── B2-S1-O1
        └── B2-O1    (an outlet straight under its branch)

All have been open since 2015, all officers posted since 2020. An officer's number says where they serve and as what.
"""

from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.organisation.officers import put_officers
from app.organisation.staff_state import OfficerOrder, PostingWish
from app.organisation.unit_state import UnitOrder
from app.organisation.units import put_units
from app.trail.change import Change
from tests.service import change_of

OPENED: Final = date(2015, 1, 1)
POSTED: Final = date(2020, 1, 1)

UNITS: Final[dict[str, tuple[str, str | None]]] = {
    "HO": ("head_office", None),
    "B1": ("branch", "HO"),
    "B2": ("branch", "HO"),
    "B1-S1": ("sub_branch", "B1"),
    "B1-S2": ("sub_branch", "B1"),
    "B2-S1": ("sub_branch", "B2"),
    "B1-S1-O1": ("outlet", "B1-S1"),
    "B1-S1-O2": ("outlet", "B1-S1"),
    "B1-S2-O1": ("outlet", "B1-S2"),
    "B2-S1-O1": ("outlet", "B2-S1"),
    "B2-O1": ("outlet", "B2"),
}
"""Kind and parent of each."""

OFFICERS: Final[dict[str, tuple[str, str]]] = {
    "ho-president": ("HO", "head_office_president"),
    "ho-corporate": ("HO", "head_office_corporate"),
    "ho-corporate-2": ("HO", "head_office_corporate"),
    "ho-expert-1": ("HO", "industry_expert"),
    "ho-expert-2": ("HO", "product_expert"),
    "ho-committee-1": ("HO", "committee_member"),
    "ho-committee-2": ("HO", "committee_member"),
    "ho-committee-3": ("HO", "committee_member"),
    "b1-president": ("B1", "branch_president"),
    "b1-director": ("B1", "corporate_director"),
    "b1-expert": ("B1", "industry_expert"),
    "b1-committee-1": ("B1", "committee_member"),
    "b1-committee-2": ("B1", "committee_member"),
    "b1-committee-3": ("B1", "committee_member"),
    "b2-president": ("B2", "branch_president"),
    "b2-director": ("B2", "corporate_director"),
    "b1-s1-head": ("B1-S1", "sub_branch_head"),
    "b1-s1-rm": ("B1-S1", "relationship_manager"),
    "b1-s1-rm-2": ("B1-S1", "relationship_manager"),
    "b1-s2-head": ("B1-S2", "sub_branch_head"),
    "b1-s2-rm": ("B1-S2", "relationship_manager"),
    "b2-s1-head": ("B2-S1", "sub_branch_head"),
    "b2-s1-rm": ("B2-S1", "relationship_manager"),
    "b1-s1-o1-head": ("B1-S1-O1", "outlet_head"),
    "b1-s1-o1-rm": ("B1-S1-O1", "relationship_manager"),
    "b2-s1-o1-head": ("B2-S1-O1", "outlet_head"),
    "b2-s1-o1-rm": ("B2-S1-O1", "relationship_manager"),
}
"""Unit and role of each."""


def name_of(officer_id: str) -> str:
    """A name that stands nowhere else, so that a test can look where it got to."""
    return f"Name of {officer_id}"


async def open_bank(session: AsyncSession) -> None:
    """Open every unit and post every officer; the caller commits."""
    await open_bank_by(change_of(session, "the bank's opening"))


async def open_bank_by(change: Change) -> None:
    """The same by a change of your own."""
    units = [UnitOrder(unit, kind, f"Unit {unit}", above, OPENED) for unit, (kind, above) in UNITS.items()]
    _, wrong = await put_units(change, units)
    assert not wrong, wrong
    officers = [
        OfficerOrder(officer, name_of(officer), postings=(PostingWish(unit, role, POSTED),))
        for officer, (unit, role) in OFFICERS.items()
    ]
    _, wrong = await put_officers(change, officers)
    assert not wrong, wrong
