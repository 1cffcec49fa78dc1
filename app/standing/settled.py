"""A decision about to be stored, and what else then happens."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.rulebooks.published import Published
from app.standing.grounds import Grounds
from app.standing.judges import Judges
from app.standing.tables import AssessmentRecord
from app.standing.verdict import Verdict
from app.trail.change import Change


@dataclass(frozen=True, slots=True)
class Settled:
    """One client decided under one version: who, on what grounds, with what verdict. `unit` leads the client."""

    id: uuid.UUID
    client_id: str
    unit: str | None
    published: Published
    grounds: Grounds
    verdict: Verdict
    review: str | None = None
    run_id: uuid.UUID | None = None

    def row(self, now: datetime, by: str) -> dict[str, Any]:
        """The assessment's row."""
        return {**self._plain(now, by), "facts": self.grounds.facts_json(), **self._standing()}

    def cells(self, now: datetime, by: str) -> list[Any]:
        """The same for COPY: in the table's order, JSON as text."""
        texts = {name: None if value is None else _text(value) for name, value in self._standing().items()}
        row = {**self._plain(now, by), "facts": _text(self.grounds.facts_told()), **texts}
        return [row[name] for name in COLUMNS]

    def _plain(self, now: datetime, by: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "client_id": self.client_id,
            "rulebook": self.published.name,
            "version": self.published.number,
            "digest": self.published.sound.digest,
            "as_of": self.grounds.as_of,
            "review": self.review,
            "assessed_at": now,
            "assessed_by": by,
            "unit": self.unit,
            "result": self.verdict.result,
            "run_id": self.run_id,
        }

    def _standing(self) -> dict[str, dict[str, Any] | None]:
        standing, override = self.grounds.standing, self.grounds.override
        return {
            "standing": standing.as_json() if standing else None,
            "override": override.as_json() if override else None,
        }


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()


COLUMNS: tuple[str, ...] = tuple(AssessmentRecord.__table__.c.keys())
"""The columns of `Settled.row`, in the table's order."""

Follower = Callable[[Change, Judges, Sequence[Settled]], Awaitable[None]]
"""What else happens when clients were assessed, in the same transaction."""
