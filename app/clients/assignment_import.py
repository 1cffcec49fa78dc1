"""Assignments from a file: a line each, past ones with the day on which they ended."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import Field

from app.clients.appointing import Appointed, Appointment, NotAppointed, appoint
from app.clients.cells import FlagCell
from app.clients.reading import locked_among
from app.clients.refusals import OwnerTaken
from app.clients.schemas import ClientId
from app.http.types import Wire
from app.importing.cells import DayCell
from app.importing.kind import Applied, Flaw, Kind, Line, Tally
from app.organisation.lookup import roles_by_any_name
from app.organisation.schemas import OfficerId, Text
from app.trail.change import Change

_AT_ONCE: Final = 5000


class AssignmentLine(Wire):
    """A line of a file of assignments. `role` is a role's name, or what the bank calls it in Chinese or English."""

    client_id: ClientId
    officer_id: OfficerId
    role: Text
    owner: FlagCell = False
    from_day: DayCell | None = Field(None, alias="from")
    until_day: DayCell | None = Field(None, alias="until")


async def _apply(change: Change, lines: Sequence[Line[AssignmentLine]], _: frozenset[str]) -> Applied:
    clients = await locked_among(change, {line.row.client_id for line in lines})
    roles = await roles_by_any_name(change.session)
    flaws = [flaw for line in lines for flaw in _misfits(line, clients)]
    sound = [line for line in lines if not [*_misfits(line, clients)]]
    done = await appoint(change, clients, [_appointment(change, line.row, roles) for line in sound])
    flaws += [flaw for line, one in zip(sound, done, strict=True) for flaw in _flaws(line, one)]
    standing = [one for one in done if isinstance(one, Appointed)]
    created = sum(one.is_new for one in standing)
    return Applied(Tally(created, 0, len(standing) - created), flaws)


def _misfits(line: Line[AssignmentLine], clients: Collection[str]) -> Iterator[Flaw]:
    """What is wrong with a line in itself, or with its client."""
    row = line.row
    if row.client_id not in clients:
        yield Flaw(line.number, "client_id", f"no such client {row.client_id}")
    if row.until_day is not None and (row.from_day is None or row.until_day <= row.from_day):
        yield Flaw(line.number, "until", "is not after the first day")


def _appointment(change: Change, row: AssignmentLine, roles: Mapping[str, str]) -> Appointment:
    role, day = roles.get(row.role, row.role), row.from_day or change.today
    return Appointment(row.client_id, row.officer_id, role, row.owner, day, row.until_day)


def _flaws(line: Line[AssignmentLine], done: Appointed | NotAppointed) -> Iterator[Flaw]:
    if isinstance(done, Appointed):
        return
    if not done.problem.errors:
        column = "owner" if isinstance(done.problem, OwnerTaken) else "from"
        yield Flaw(line.number, column, str(done.problem.detail))
    for error in done.problem.errors:
        column = error.pointer.strip("/")
        yield Flaw(line.number, column, f"{error.detail} {getattr(line.row, column)}")


KIND: Final[Kind[Any]] = Kind(
    row=AssignmentLine,
    key=("client_id", "officer_id", "role", "from_day"),
    apply=_apply,
    headings={
        "客户号": "client_id",
        "客户编号": "client_id",
        "工号": "officer_id",
        "客户经理": "officer_id",
        "角色": "role",
        "岗位": "role",
        "是否管户": "owner",
        "开始日期": "from",
        "管户日期": "from",
        "结束日期": "until",
    },
    at_once=_AT_ONCE,
)
