"""What is wrong with an order, told part by part: one request raises it, a file's lines list it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import FieldError, NotFound, Problem, body_pointer
from app.organisation.refusals import NoSuchUnit
from app.trail.change import Asking
from app.trail.entry import Entry

NO_SUCH_UNIT: Final = "no such unit"
"""Said alike of one that does not exist and of one that the caller may not see."""

Steps = tuple[str | int, ...]
"""The way to a part of an order, as in a body."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one part of an order: as which problem it is answered, and in which words.

    `denied` is what the trail says of it, where it is a matter of what the caller may see or do.
    """

    place: Steps
    problem: type[Problem]
    says: str
    denied: Entry | None = None


def no_such_unit(place: Steps, outside: str | None = None) -> Fault:
    """A unit that an order names, and that is not there for the caller; `outside`, where it is there for others."""
    return Fault(place, NoSuchUnit, NO_SUCH_UNIT, None if outside is None else refused("unit", outside, outside))


def refused(kind: str, object_id: str, unit: str | None, reason: str = "outside the caller's unit") -> Entry:
    """What the trail says of a caller who reached for what is not theirs."""
    return Entry(f"{kind}.refused", kind, object_id, unit, reason=reason, outcome="denied")


def raise_first(asking: Asking, faults: Sequence[Fault], *, below: int = 0) -> None:
    """Raise the first fault's problem, every fault named in it, denials noted; nothing where there is none.

    `below` drops so many steps of each place: where the body is a part of the order.
    """
    if not faults:
        return
    for fault in faults:
        if fault.denied is not None:
            asking.deny(fault.denied)
    first = faults[0].problem
    if issubclass(first, NotFound):
        raise first
    errors = [FieldError(pointer=body_pointer(f.place[below:]), code=f.problem.code, detail=f.says) for f in faults]
    raise first("; ".join(fault.says for fault in faults), errors=errors)
