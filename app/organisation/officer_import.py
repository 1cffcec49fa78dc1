"""Officers from a file: a line for each posting, so several for an officer who serves in several."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import Field

from app.http.types import Wire
from app.importing.cells import DayCell
from app.importing.kind import Applied, Flaw, Kind, Line
from app.organisation.lookup import roles_by_any_name
from app.organisation.officers import put_officers
from app.organisation.schemas import OfficerId, Text, UnitId
from app.organisation.staff_state import OfficerOrder, PostingWish
from app.organisation.unit_import import as_flaw, tallied
from app.organisation.unit_state import UNSAID
from app.trail.change import Change


class OfficerRow(Wire):
    """A line of a file of officers. `role` is a role's name, or what the bank calls it in Chinese or English."""

    officer_id: OfficerId
    name: Text
    unit_id: UnitId
    role: Text
    from_day: DayCell | None = Field(None, alias="from")
    until_day: DayCell | None = Field(None, alias="until")
    left_on: DayCell | None = None


@dataclass(slots=True)
class _Officer:
    """The lines of one officer."""

    lines: list[Line[OfficerRow]] = field(default_factory=list)

    def order(self, roles: dict[str, str]) -> OfficerOrder:
        """What the lines order, `roles` by all that they are called."""
        first = self.lines[0].row
        rows = [line.row for line in self.lines]
        wishes = (PostingWish(row.unit_id, roles.get(row.role, row.role), row.from_day, row.until_day) for row in rows)
        return OfficerOrder(first.officer_id, first.name, first.left_on or UNSAID, tuple(wishes))

    def differences(self) -> Iterator[Flaw]:
        """Lines that say of the officer something else than the first."""
        first = self.lines[0]
        for line in self.lines[1:]:
            for column in ("name", "left_on"):
                if getattr(line.row, column) != getattr(first.row, column):
                    yield Flaw(line.number, column, f"is another in {first.place} {first.number}, of the same officer")


async def _apply(change: Change, lines: Sequence[Line[OfficerRow]], _: frozenset[str]) -> Applied:
    roles = await roles_by_any_name(change.session)
    officers: dict[str, _Officer] = {}
    for line in lines:
        officers.setdefault(line.row.officer_id, _Officer()).lines.append(line)
    told = list(officers.values())
    outcomes, faults = await put_officers(change, [each.order(roles) for each in told])
    flaws = [flaw for each in told for flaw in each.differences()]
    for at, found in faults.items():
        for fault in found:
            posting = fault.place[1] if fault.place[0] == "postings" and len(fault.place) > 1 else 0
            line = told[at].lines[int(posting)]
            flaws.append(as_flaw(line.number, fault, line.row))
    return Applied(tallied(outcomes), flaws)


KIND: Final[Kind[Any]] = Kind(
    row=OfficerRow,
    key=("officer_id", "unit_id", "role", "from_day"),
    apply=_apply,
    headings={
        "工号": "officer_id",
        "员工号": "officer_id",
        "姓名": "name",
        "机构号": "unit_id",
        "所属机构": "unit_id",
        "岗位": "role",
        "角色": "role",
        "任职日期": "from",
        "离任日期": "until",
        "离职日期": "left_on",
    },
)
