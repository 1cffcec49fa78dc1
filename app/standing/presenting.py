"""Decisions with their reasons: those just made as they are, stored ones decided again by the version that decided."""

from collections.abc import Mapping
from typing import Any

from app.kernel.decision import Decision
from app.standing.assessment_schemas import AssessmentDetail
from app.standing.grounds import Grounds
from app.standing.judges import Judges
from app.standing.replaying import grounds_of
from app.standing.settled import Settled
from app.standing.tables import AssessmentRecord
from app.standing.verdict import Judge, Verdict
from app.standing.wire import as_detail
from app.trail.change import Change


def detailed(judges: Judges, record: AssessmentRecord) -> AssessmentDetail:
    """A stored decision with every reason. Raises the registry's refusal where its version cannot be read."""
    judge = judges.by_digest(record.digest)
    grounds = grounds_of(record)
    verdict = judge.decide(grounds)
    if not isinstance(verdict, Verdict) or verdict.decision is None:
        raise TypeError(f"the stored assessment {record.id} no longer decides")
    return as_detail(record, judge.book, _words(judge, record, grounds, verdict.decision))


def just_decided(judges: Judges, settled: Settled, change: Change) -> AssessmentDetail:
    """A decision that this change stores, with the reasons that it was made for."""
    if settled.verdict.decision is None:
        raise TypeError(f"{settled.id} was decided among many, without its reasons")
    record = AssessmentRecord(**settled.row(change.now, change.actor.identity))
    judge = judges.of(settled.published)
    return as_detail(record, judge.book, _words(judge, record, settled.grounds, settled.verdict.decision))


def _words(judge: Judge, record: AssessmentRecord, grounds: Grounds, decision: Decision) -> Mapping[str, Any]:
    stale = [
        {
            "fact": name,
            "as_of": str(known.as_of),
            "max_age": str(judge.book.facts[name].max_age),
            "source": known.source,
        }
        for name, known in grounds.facts.items()
        if judge.book.facts[name].is_stale(known.as_of, record.as_of)
    ]
    return judge.presenter.decision(decision, record.as_of.isoformat(), record.client_id, stale)
