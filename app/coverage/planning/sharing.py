"""To whom visits fall that clients are owed: of a role that several hold to each a part, so that parts add up."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import NamedTuple

from app.kernel.coverage.owing import Owed, ProRata, part
from app.kernel.coverage.sharing import NOBODY, Turn, days_of, shared, turns
from app.kernel.coverage.span import Span, merged
from app.kernel.coverage.visit_plan import EVER
from app.kernel.coverage.working_days import WorkingDays

Role = tuple[str, str]
"""A client and a role."""

Held = tuple[tuple[str, Span], ...]
"""Who holds a role on which days."""


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
    """So many visits to a client fall to an officer, or to NOBODY, on the days on which the role is the officer's.

    With `each_holder` only the officer's own visits count.
    """

    client: str
    role: str
    officer: str
    visits: int
    each_holder: bool
    within: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """Who holds which role at which client on which days, and on which of them he is away undelegated."""

    held: Mapping[Role, Held]
    away: Mapping[str, Sequence[Span]]

    def roles_of(self, officer: str) -> set[Role]:
        """The roles that an officer holds on some day."""
        return {role for role, held in self.held.items() if any(holder == officer for holder, _ in held)}

    def turns_in(self, span: Span) -> Callable[[Held], tuple[Turn, ...]]:
        """Who holds a role when in the days of a span, by who holds it at all: cut once for all that are alike."""
        return cache(lambda held: turns(held, self.away, span))


@dataclass(slots=True)
class _Need:
    """What one visit serves, of several rulebooks: of each the most that any of them asks for."""

    kinds: frozenset[str]
    alone: dict[str, int] = field(default_factory=dict)
    any_holder: dict[str, int] = field(default_factory=dict)

    def serve(self, claim: Claim, parts: Sequence[Turn], due: Callable[[Span], int]) -> None:
        """Take a claim in."""
        self.kinds |= claim.kinds
        mine = self.any_holder if claim.himself is None else self.alone
        theirs = shared(claim.visits, parts, due) if claim.himself is None else {claim.himself: claim.visits}
        for officer, number in theirs.items():
            mine[officer] = max(mine.get(officer, 0), number)

    def of(self) -> Iterator[tuple[str, int, bool]]:
        """Who makes how many, and whether he owes alone; what he makes alone serves the role as well."""
        yield from ((officer, number, True) for officer, number in self.alone.items())
        for officer, number in self.any_holder.items():
            rest = number - self.alone.get(officer, 0)
            if rest > 0:
                yield officer, rest, False


def fallen(claims: Iterable[Claim], staff: Staff, span: Span, working: WorkingDays) -> Iterator[Fallen]:
    """To whom the visits of claims fall, in the days of a span.

    What a role owes falls to those who hold it, by what is due of their days; those who hold it at the same time halve
    it, the rest of an odd number goes to the first by number, and so the sum over officers is what is owed. One visit
    serves several rulebooks where it is of a kind that they count. Raises BeyondCalendarError.
    """
    by_role: defaultdict[Role, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_role[claim.client, claim.role].append(claim)
    turns_of = staff.turns_in(span)
    for (client, role), theirs in by_role.items():
        parts = turns_of(staff.held.get((client, role), ()))
        for need in _needs(theirs, parts, working):
            for officer, visits, alone in need.of():
                days = _own(staff, client, role, officer, span) if alone else days_of(officer, parts)
                who = officer if days else NOBODY
                yield Fallen(client, role, who, visits, alone, EVER if days == (span,) else days)


def _needs(claims: Iterable[Claim], parts: Sequence[Turn], working: WorkingDays) -> list[_Need]:
    found: list[_Need] = []
    for claim in claims:
        need = next((each for each in found if each.kinds & claim.kinds), None)
        if need is None:
            need = _Need(claim.kinds)
            found.append(need)
        need.serve(claim, parts, partial(part, claim.whole, working=working, terms=claim.terms))
    return found


def _own(staff: Staff, client: str, role: str, officer: str, span: Span) -> tuple[Span, ...]:
    """The days of a span on which an officer holds a role, whoever else does."""
    held = (days.within(span) for holder, days in staff.held.get((client, role), ()) if holder == officer)
    return merged(days for days in held if days is not None)


def of_officer(claims: Iterable[Claim], staff: Staff, officer: str | None) -> list[Claim]:
    """Of claims those of roles that an officer holds; all, where it is None."""
    if officer is None:
        return list(claims)
    theirs = staff.roles_of(officer)
    return [each for each in claims if (each.client, each.role) in theirs]
