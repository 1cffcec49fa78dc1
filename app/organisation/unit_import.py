"""Units from a file: a line each, in any order."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from app.http.types import Wire
from app.importing.cells import DayCell
from app.importing.kind import Applied, Flaw, Kind, Line, Tally
from app.organisation.faults import Fault
from app.organisation.refusals import NoSuchRole, NoSuchUnit
from app.organisation.schemas import Text, UnitId, UnitKind
from app.organisation.unit_state import UNSAID, UnitOrder
from app.organisation.units import Outcome, put_units
from app.trail.change import Change

_KINDS: Final = {"总行": "head_office", "分行": "branch", "支行": "sub_branch", "网点": "outlet"}


class UnitRow(Wire):
    """A line of a file of units."""

    unit_id: UnitId
    kind: Annotated[UnitKind, BeforeValidator(lambda value: _KINDS.get(value, value))]
    name: Text
    parent_id: UnitId | None = None
    from_day: DayCell | None = Field(None, alias="from")
    closed_on: DayCell | None = None


async def _apply(change: Change, lines: Sequence[Line[UnitRow]], unread: frozenset[str]) -> Applied:
    outcomes, faults = await put_units(change, [_order(line.row) for line in lines], unread=unread)
    flaws = [as_flaw(lines[at].number, fault, lines[at].row) for at, each in faults.items() for fault in each]
    return Applied(tallied(outcomes), flaws)


def _order(row: UnitRow) -> UnitOrder:
    closed_on = row.closed_on or UNSAID
    return UnitOrder(row.unit_id, row.kind, row.name, row.parent_id, row.from_day, closed_on)


def as_flaw(line: int, fault: Fault, row: Wire) -> Flaw:
    """What is wrong with an order, told of the line that it came from; with the name that nothing has."""
    column = str(fault.place[-1])
    named = f" {getattr(row, column)}" if fault.problem in {NoSuchUnit, NoSuchRole} else ""
    return Flaw(line, column, f"{fault.says}{named}")


def tallied(outcomes: Sequence[Outcome]) -> Tally:
    """Outcomes, counted."""
    return Tally(*(outcomes.count(each) for each in ("created", "changed", "unchanged")))


KIND: Final[Kind[Any]] = Kind(
    row=UnitRow,
    key=("unit_id",),
    apply=_apply,
    headings={
        "机构号": "unit_id",
        "机构编号": "unit_id",
        "机构级别": "kind",
        "机构类型": "kind",
        "类型": "kind",
        "名称": "name",
        "机构名称": "name",
        "上级机构": "parent_id",
        "上级机构号": "parent_id",
        "生效日期": "from",
        "撤销日期": "closed_on",
    },
)
