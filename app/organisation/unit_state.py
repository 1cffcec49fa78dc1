"""A unit with its history, and what may be ordered of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.organisation.tree import Branching

Unsaid = Literal["unsaid"]
UNSAID: Final[Unsaid] = "unsaid"
"""Stands in an order for what stays as it is."""

HEAD_OFFICE: Final = "head_office"
KINDS: Final = (HEAD_OFFICE, "branch", "sub_branch", "outlet")
"""From the highest down (domain.md B1)."""


@dataclass(frozen=True)
class UnitState(Branching):
    """A unit with its whole history."""

    kind: str
    name: str
    revision: int = 0


@dataclass(frozen=True, slots=True)
class UnitOrder:
    """A unit as it is to be: from `from_day` on under `parent_id`, closed from `closed_on` on.

    Without a first day a new unit begins today; another stays, where it stands there today, or else moves today.
    """

    unit_id: str
    kind: str
    name: str
    parent_id: str | None
    from_day: date | None = None
    closed_on: date | Unsaid | None = UNSAID


Organisation = Mapping[str, UnitState]
