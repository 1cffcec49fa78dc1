"""From what was planned to what goes over the wire."""

from collections.abc import Mapping
from typing import Any, Final

from app.coverage.planning.capacity import Capacity
from app.coverage.planning.query import Asked
from app.coverage.planning.schemas import (
    CodedText,
    DaysLeft,
    Depth,
    GoerDetail,
    LoadDetail,
    OfficerLoad,
    SuggestedVisit,
    TargetDetail,
    UnplacedVisits,
)
from app.coverage.planning.spread import Suggestion
from app.coverage.reports.wire import as_ratio
from app.kernel.coverage.capacity import Load
from app.kernel.coverage.targets import Target
from app.kernel.coverage.visit_plan import DayVisit


def _coded(texts: Mapping[str, tuple[str, str]]) -> dict[str, CodedText]:
    return {code: CodedText(code=code, en=english, zh=chinese) for code, (english, chinese) in texts.items()}


_VERDICTS: Final = _coded(
    {
        "nothing_to_make": ("nothing is left to make", "无待完成拜访"),
        "fits": ("it fits, with room to spare", "可以完成,尚有余量"),
        "full": ("it fits, with no room to spare", "刚好排满"),
        "overloaded": ("more than the working days allow", "超出可用工作日,超负荷"),
    }
)
_REASONS: Final = _coded(
    {
        "no_days": ("the officer has no working day left", "该人员无可用工作日"),
        "no_room": ("every day of the officer is full", "该人员每日拜访已排满"),
        "client_visited": ("the client has a visit on each day on which there is room", "有空的日子该客户均已安排拜访"),
        "vacant": ("nobody holds the role", "该岗位空缺"),
    }
)


def as_days_left(asked: Asked) -> DaysLeft:
    """The period, and what is left of it."""
    period = asked.question.period
    told = {"name": period.name, "kind": period.kind, "from": asked.left.start, "until": asked.left.until}
    return DaysLeft.model_validate(told)


def as_load(load: Load) -> LoadDetail:
    """What is to be made against what can be."""
    return LoadDetail(**_load(load))


def as_loads(capacity: Capacity, after: str | None) -> list[OfficerLoad]:
    """The loads of officers behind one, by their numbers."""
    behind = (each for each in capacity.loads.items() if after is None or each[0] > after)
    return [OfficerLoad(officer_id=officer, **_load(load)) for officer, load in behind]


def as_visit(visit: DayVisit) -> SuggestedVisit:
    """A visit that is suggested."""
    goers = [GoerDetail(officer_id=goer.officer, role=goer.role or "") for goer in visit.goers]
    return SuggestedVisit(day=visit.day, client_id=visit.client, participants=goers)


def as_unplaced(suggestion: Suggestion) -> list[UnplacedVisits]:
    """What finds no day, client by client."""
    without_day = (
        UnplacedVisits(client_id=client, role=role, officer_id=who, visits=visits, reason=_REASONS[reason])
        for client, role, who, visits, reason in suggestion.plan.unplaced
    )
    vacant = (
        UnplacedVisits(
            client_id=each.client,
            role=each.role,
            officer_id=None,
            visits=each.visits,
            reason=_REASONS["vacant"],
        )
        for each in suggestion.vacant
    )
    return sorted([*without_day, *vacant], key=lambda each: (each.client_id, each.role, each.officer_id or ""))


def as_target(target: Target, depth: Depth) -> TargetDetail:
    """A target with its parts down to a depth."""
    parts = [] if target.kind == depth else [as_target(part, depth) for part in target.parts]
    told = {"kind": target.kind, "name": target.name, "from": target.span.start, "until": target.span.until}
    return TargetDetail.model_validate({**told, "visits": target.visits, "parts": parts})


def _load(load: Load) -> dict[str, Any]:
    return {
        "to_make": load.to_make,
        "working_days": load.working_days,
        "capacity": load.capacity,
        "load": None if load.ratio is None else as_ratio(load.ratio),
        "overload": load.overload,
        "verdict": _VERDICTS[load.verdict],
    }
