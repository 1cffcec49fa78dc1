"""From what is stored to what goes over the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from app.kernel.rulebook import Rulebook
from app.standing.assessment_schemas import Assessment, AssessmentDetail, FactUsed
from app.standing.held import Standing as Stored
from app.standing.override_schemas import OverrideDetail
from app.standing.plan_schemas import PlanDetail
from app.standing.schemas import MoveDetail, MoveStep, StandingDetail, StandingState
from app.standing.tables import (
    AssessmentRecord,
    ClientWarning,
    ImprovementPlan,
    StandingMove,
    StandingRecord,
    TierOverride,
)
from app.standing.warning_schemas import WarningDetail
from app.tiering.decision_schemas import RulebookRef


def as_assessment(record: AssessmentRecord, book: Rulebook | None) -> Assessment:
    """A stored decision; `book` is the version that decided, None where this process cannot read it."""
    return Assessment.model_validate(_fields(record, book))


def as_detail(record: AssessmentRecord, book: Rulebook, decision: Mapping[str, Any]) -> AssessmentDetail:
    """A stored decision with its reasons; `decision` is what `Presenter` says."""
    return AssessmentDetail.model_validate({**_fields(record, book), "decision": decision})


def _fields(record: AssessmentRecord, book: Rulebook | None) -> dict[str, Any]:
    result = orjson.loads(record.result)
    after = Stored.of_json(result["standing"]) if result["standing"] else None
    return {
        "id": record.id,
        "client_id": record.client_id,
        "rulebook": RulebookRef(name=record.rulebook, version=record.version, digest=record.digest),
        "as_of": record.as_of,
        "review": record.review,
        "assessed_at": record.assessed_at,
        "assessed_by": record.assessed_by,
        "run_id": record.run_id,
        "facts": {name: _fact(name, each, record.as_of, book) for name, each in record.facts.items()},
        "unreadable": result["unreadable"],
        "before": as_state(Stored.of_json(record.standing)) if record.standing else None,
        "after": as_state(after) if after else None,
        "effective_tier": after.effective if after else None,
        "moves": [MoveStep(**each) for each in result["moves"]],
        "result": record.result,
    }


def as_state(standing: Stored) -> StandingState:
    """Where a client stands."""
    return StandingState.model_validate(standing.as_json())


def as_standing(record: StandingRecord, stored: Stored | None) -> StandingDetail:
    """Where a client stands under one rulebook."""
    return StandingDetail(
        client_id=record.client_id,
        rulebook=record.rulebook,
        classes=record.classes,
        score=record.score,
        complete=record.complete,
        state=as_state(stored) if stored else None,
        effective_tier=stored.effective if stored else None,
        assessment_id=record.assessment_id,
        assessed_as_of=record.assessed_as_of,
    )


def as_move(move: StandingMove) -> MoveDetail:
    """A step in a client's history."""
    return MoveDetail.model_validate(move, from_attributes=True)


def as_warning(warning: ClientWarning) -> WarningDetail:
    """A warning."""
    return WarningDetail.model_validate(warning, from_attributes=True)


def as_plan(plan: ImprovementPlan) -> PlanDetail:
    """A plan."""
    return PlanDetail.model_validate(plan, from_attributes=True)


def as_override(override: TierOverride) -> OverrideDetail:
    """An override."""
    days = {"from": override.from_day, "until": override.until_day}
    rest = {name: getattr(override, name) for name in OverrideDetail.model_fields.keys() - {"from_day", "until"}}
    return OverrideDetail.model_validate({**rest, **days})


def _fact(name: str, stored: Mapping[str, Any], as_of: date, book: Rulebook | None) -> FactUsed:
    day = date.fromisoformat(stored["as_of"])
    stale = None if book is None else book.facts[name].is_stale(day, as_of)
    return FactUsed(**stored, age_days=(as_of - day).days, stale=stale)
