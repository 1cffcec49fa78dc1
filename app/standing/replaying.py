"""Replaying a stored decision: the same version, facts and standing must give the same result, byte for byte."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.standing.grounds import Grounds, fact_of_json
from app.standing.held import InForce, Standing
from app.standing.tables import AssessmentRecord
from app.standing.verdict import Judge, Verdict


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was stored and what came out, each as `sha256:` of its bytes."""

    stored: str
    recomputed: str

    @property
    def identical(self) -> bool:
        """Whether the replay gave what was stored."""
        return self.stored == self.recomputed


def replay(judge: Judge, record: AssessmentRecord) -> Replayed:
    """Decide again on the stored grounds; `judge` must be of the very version that decided."""
    verdict = judge.decide(grounds_of(record))
    result = verdict.result if isinstance(verdict, Verdict) else ""
    return Replayed(digest_of(record.result), digest_of(result))


def grounds_of(record: AssessmentRecord) -> Grounds:
    """The grounds of a stored decision."""
    stored: Mapping[str, Any] = record.facts
    facts = {name: fact_of_json(each) for name, each in stored.items()}
    standing = Standing.of_json(record.standing) if record.standing else None
    override = InForce.of_json(record.override) if record.override else None
    return Grounds(record.as_of, facts, standing, record.review is not None, override)


def digest_of(result: str) -> str:
    """`sha256:` of a result's bytes."""
    return "sha256:" + hashlib.sha256(result.encode()).hexdigest()
