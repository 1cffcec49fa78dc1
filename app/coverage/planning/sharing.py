"""To whom visits fall that clients are owed: of a role that several hold to each a part, so that parts add up."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import NamedTuple

from app.kernel.coverage.duty import Stint
from app.kernel.coverage.owing import Owed, ProRata, part
from app.kernel.coverage.sharing import Turn, days_of, shared, turns
from app.kernel.coverage.span import Span
from app.kernel.coverage.visit_plan import EVER
from app.kernel.coverage.working_days import WorkingDays

Role = tuple[str, str]
"""A client and a role."""

Duty = tuple[Stint, ...]
"""Who goes in a role on which days."""


class Claim(NamedTuple):
    """So many visits of these kinds a role owes a client, or who holds it by himself; by `whole` they fall due."""

    client: str
    role: str
    himself: str | None
    kinds: frozenset[str]
    visits: int
    whole: Owed
    terms: ProRata


class Fallen(NamedTuple):
    """So many visits to a client fall to an officer, or to NOBODY, on the days on which he goes in the role.

    With `each_holder` only visits for one holder count: his own, or those of `acting_for`, for whom he stands in.
    """

    client: str
    role: str
    officer: str
    visits: int
    each_holder: bool
    within: tuple[Span, ...]
    acting_for: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who goes in which role to which client on which days, and who is away on which with nobody standing in."""

    duties: Mapping[Role, Duty]
    away: Mapping[str, Sequence[Span]]

    def roles_of(self, officer: str) -> set[Role]:
        """The roles in which an officer goes on some day."""
        return {role for role, duty in self.duties.items() if any(each.officer == officer for each in duty)}

    def acting_for(self, role: Role, officer: str, day: date) -> str:
        """For whom an officer stands in on a day; empty where for nobody."""
        duty = self.duties.get(role, ())
        return next((each.acting_for for each in duty if each.officer == officer and each.span.holds(day)), "")

    def turns_in(self, span: Span) -> "TurnsOf":
        """Who goes when in the days of a span, by who goes at all: cut once for all that are alike."""

        @cache
        def turns_of(duty: Duty, himself: str | None) -> tuple[Turn, ...]:
            going = [(each.officer, each.span) for each in duty if himself in {None, each.holder}]
            found = turns(going, self.away, span)
            # on days on which he does not hold the role its holder owes nothing
            return found if himself is None else tuple(each for each in found if each.holders) or found

        return turns_of


TurnsOf = Callable[[Duty, str | None], tuple[Turn, ...]]
"""Who goes when: of all who go in a role, or for one holder of it."""


@dataclass(slots=True)
class _Need:
    """What one visit serves, of several rulebooks: of each the most that any of them asks for."""

    kinds: frozenset[str]
    falls: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def serve(self, claim: Claim, parts: Sequence[Turn], due: Callable[[Span], int]) -> None:
        """Take a claim in."""
        self.kinds |= claim.kinds
        for officer, number in shared(claim.visits, parts, due).items():
            key = officer, claim.himself
            self.falls[key] = max(self.falls.get(key, 0), number)

    def of(self) -> Iterator[tuple[str, str | None, int]]:
        """Who makes how many, and for which holder alone; what he makes for one serves the role as well."""
        alone: Counter[str] = Counter()
        for (officer, himself), number in self.falls.items():
            alone[officer] += 0 if himself is None else number
        for (officer, himself), number in self.falls.items():
            left = number - (alone[officer] if himself is None else 0)
            if left > 0:
                yield officer, himself, left


def fallen(claims: Iterable[Claim], staff: Staff, span: Span, working: WorkingDays) -> Iterator[Fallen]:
    """To whom the visits of claims fall, in the days of a span.

    What a role owes falls to those who go in it, by what is due of their days; those who go at the same time halve it,
    the rest of an odd number goes to the first by number, and so the sum over officers is what is owed. One visit
    serves several rulebooks where it is of a kind that they count. Raises BeyondCalendarError.
    """
    by_role: defaultdict[Role, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_role[claim.client, claim.role].append(claim)
    turns_of = staff.turns_in(span)
    for role, theirs in by_role.items():
        parts_of = partial(turns_of, staff.duties.get(role, ()))
        for need in _needs(theirs, parts_of, working):
            for officer, himself, visits in need.of():
                days = days_of(officer, parts_of(himself))
                within, acting_for = EVER if days == (span,) else days, "" if himself in {None, officer} else himself
                yield Fallen(*role, officer, visits, himself is not None, within, acting_for or "")


def _needs(
    claims: Iterable[Claim], parts_of: Callable[[str | None], tuple[Turn, ...]], working: WorkingDays
) -> list[_Need]:
    found: list[_Need] = []
    for claim in claims:
        need = next((each for each in found if each.kinds & claim.kinds), None)
        if need is None:
            need = _Need(claim.kinds)
            found.append(need)
        need.serve(claim, parts_of(claim.himself), partial(part, claim.whole, working=working, terms=claim.terms))
    return found


def of_officer(claims: Iterable[Claim], staff: Staff, officer: str | None) -> list[Claim]:
    """Of claims those of roles in which an officer goes; all, where it is None."""
    if officer is None:
        return list(claims)
    theirs = staff.roles_of(officer)
    return [each for each in claims if (each.client, each.role) in theirs]
