"""What is asked of the trail: over HTTP by these parameters, on a terminal by options of the same names."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from app.http.types import Moment
from app.trail.entry import Entry, Outcome

Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: those to which everything applies that is given."""

    object_type: Annotated[Word | None, Query(description="What it was done to: `client`, `unit`, `key`, …")] = None
    object_id: Annotated[Word | None, Query(description="Which one of them.")] = None
    action: Annotated[Word | None, Query(description="How the action begins: `client.` or `client.updated`.")] = None
    actor: Annotated[Word | None, Query(description="The name of a key, or the staff number of a person.")] = None
    unit: Annotated[Word | None, Query(description="Whose matter it is: this very unit.")] = None
    outcome: Annotated[Outcome | None, Query(description="Whether it was done, or denied.")] = None
    since: Annotated[Moment | None, Query(description="From this moment on.")] = None
    until: Annotated[Moment | None, Query(description="Before this moment.")] = None

    def read(self, unit: str | None = None) -> Entry:
        """That these entries were read by a key of `unit`; what is given stands in `after`: no index bounds it."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        asked = {name: _word(value) for name, value in given.items() if value is not None}
        return Entry("audit.read", "audit", "entries", unit, after=asked)


def _word(value: str | datetime) -> str:
    return value.isoformat() if isinstance(value, datetime) else value
