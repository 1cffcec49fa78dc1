"""From what is stored to what goes over the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.recognition.expiring import Expired
from app.recognition.schemas import (
    Ended,
    Expiry,
    FactRead,
    JudgementDetail,
    Nomination,
    NominationDetail,
)
from app.recognition.tables import NominationRecord


def as_nomination(record: NominationRecord, today: date) -> Nomination:
    """A nomination in a list."""
    return Nomination.model_validate(_columns(record, today))


def as_detail(record: NominationRecord, today: date) -> NominationDetail:
    """A nomination with its whole case."""
    case = {name: value for name, value in record.case.items() if name in NominationDetail.model_fields}
    more = {
        "tier_asked": record.tier_asked,
        "reason": record.reason,
        "screening": _judgement(record.screening),
        "assessment": _judgement(record.assessment) if record.assessment else None,
    }
    return NominationDetail.model_validate({**case, **_columns(record, today), **more})


def as_expiry(expired: Expired) -> Expiry:
    """What time ended."""
    ended = [Ended.model_validate(row, from_attributes=True) for row in expired.records]
    return Expiry(ended=ended, more=expired.more)


def _columns(record: NominationRecord, today: date) -> dict[str, Any]:
    own = {name: getattr(record, name) for name in Nomination.model_fields if name not in {"rulebook", "overdue"}}
    rulebook = {"name": record.rulebook, "version": record.version, "digest": record.digest}
    return {**own, "rulebook": rulebook, "overdue": record.due is not None and today > record.due}


def _judgement(stored: Mapping[str, Any]) -> JudgementDetail:
    outcome = stored["outcome"] or {}
    facts = {name: _fact(each) for name, each in sorted(stored["facts"].items())}
    known = {name: stored[name] for name in ("as_of", "tier", "passed", "assumed", "lacks")}
    return JudgementDetail.model_validate(
        {**known, "facts": facts, "earned": outcome.get("earned"), "score": outcome.get("score")}
    )


def _fact(stored: Mapping[str, Any]) -> FactRead:
    return FactRead(**{name: stored[name] for name in FactRead.model_fields})
