"""Which visits an obligation is credited with, and why others are not (domain.md D2, A9)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

from app.kernel.coverage.owing import Owes

Code = Literal["credited", "surplus", "same_day", "kind_not_counted", "not_lead", "role_not_there", "not_owed"]


class Attendee(NamedTuple):
    """An officer who took part, in the role held on that day; None where the officer held none at the client."""

    officer: str
    role: str | None
    leads: bool = False


class Visit(NamedTuple):
    """A visit or contact that was made: `at` and then `id` put the visits of a day in order."""

    id: str
    day: date
    at: datetime
    kind: str
    attendees: tuple[Attendee, ...]


class Claim(NamedTuple):
    """What credits an obligation: the role, and one officer where each holder owes by himself."""

    role: str
    officer: str | None
    owes: Sequence[Owes]


class Credit(NamedTuple):
    """What a visit is to an obligation. What is credited or surplus was done; surplus is more than was owed."""

    visit: str
    day: date
    code: Code


def credits_of(claim: Claim, visits: Iterable[Visit], prorated: int) -> Iterator[Credit]:
    """What each visit is to the obligation, in the order of the days; the order of arrival does not matter.

    Once for each client, day and role. All that counts stays visible: past `prorated` it is surplus.
    """
    counted, last = 0, None
    for visit in sorted(visits, key=lambda each: (each.day, each.at, each.id)):
        code = _objection(claim, visit)
        if code is None and visit.day == last:
            code = "same_day"
        if code is None:
            counted, last = counted + 1, visit.day
            code = "credited" if counted <= prorated else "surplus"
        yield Credit(visit.id, visit.day, code)


def _objection(claim: Claim, visit: Visit) -> Code | None:
    """What keeps a visit from counting by itself, other visits aside."""
    owes = next((each for each in claim.owes if each.span.holds(visit.day) and each.at_least), None)
    if owes is None:
        return "not_owed"
    if visit.kind not in owes.counts:
        return "kind_not_counted"
    there = [each for each in visit.attendees if _is_claimant(claim, each)]
    if not there:
        return "role_not_there"
    return "not_lead" if owes.lead_only and not any(each.leads for each in there) else None


def _is_claimant(claim: Claim, attendee: Attendee) -> bool:
    return attendee.role == claim.role and claim.officer in {None, attendee.officer}
