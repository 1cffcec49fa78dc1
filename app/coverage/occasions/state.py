"""In which state an occasion is on a day, of a row and as a condition: nobody writes down that one has lapsed."""

from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, and_

from app.coverage.tables import Occasion

State = Literal["open", "done", "lapsed", "cancelled"]


def state_of(occasion: Occasion, today: date) -> State:
    """Its state today; it lapses when the day by which it is due is over."""
    if occasion.state == "open":
        return "lapsed" if occasion.due_by < today else "open"
    return "done" if occasion.state == "done" else "cancelled"


def in_state(state: State, today: date) -> ColumnElement[bool]:
    """Whether an occasion is in a state today, as `state_of` tells."""
    if state == "open":
        return and_(Occasion.state == "open", Occasion.due_by >= today)
    if state == "lapsed":
        return and_(Occasion.state == "open", Occasion.due_by < today)
    return Occasion.state == state


def is_late(occasion: Occasion) -> bool:
    """Whether it was done after the day by which it was due."""
    return occasion.state == "done" and occasion.ended_on is not None and occasion.ended_on > occasion.due_by


def done_late() -> ColumnElement[bool]:
    """The same as a condition."""
    return and_(Occasion.state == "done", Occasion.ended_on > Occasion.due_by)
