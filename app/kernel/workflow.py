"""What workflows share: an action leads a case on, or is refused and changes nothing (domain.md A4, A12)."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

Person = str
"""Whoever acts on a case: an officer, by the bank's own identifier."""


class Refusal(NamedTuple):
    """An action that is not to be taken: a stable code for programs, and the reason for people."""

    code: str
    detail: str


def past(due: date | None, today: date) -> bool:
    """Whether the last day of a step is over; the day itself still counts."""
    return due is not None and today > due


def untimely(state: str, fitting: Collection[str], since: date, today: date) -> Refusal | None:
    """What keeps an action from a case by its state and the day: it fits other states, or precedes this one."""
    if state not in fitting:
        return Refusal("wrong_state", f"the case is {state}: this is only for {' or '.join(fitting)}")
    if today < since:
        return Refusal("dated_back", f"the case is {state} since {since}: nothing happens to it before")
    return None


def unreasoned(reasons: Iterable[str]) -> Refusal | None:
    """What keeps an action from being taken without a word of why: blanks and marks that nobody sees are none."""
    if any(each.isprintable() and not each.isspace() for reason in reasons for each in reason):
        return None
    return Refusal("reason_missing", "a reason is needed")
