"""To whom visits fall that clients are owed: of a role that several hold to each a part, so that parts add up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from app.kernel.coverage.owing import Owed, ProRata, part
from app.kernel.coverage.sharing import NOBODY, Turn, days_of, shared, turns
from app.kernel.coverage.span import Span, merged
from app.kernel.coverage.visit_plan import EVER
from app.kernel.coverage.working_days import WorkingDays

Role = tuple[str, str]
"""A client and a role."""


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

    held: Mapping[Role, Sequence[tuple[str, Span]]]
    away: Mapping[str, Sequence[Span]]


@dataclass(slots=True)
class _Need:
    """What one visit serves, of several rulebooks: of each the most that any of them asks for."""

    kinds: frozenset[str]
    alone: Counter[str] = field(default_factory=Counter)
    any_holder: Counter[str] = field(default_factory=Counter)

    def of(self) -> Iterator[tuple[str, int, bool]]:
        """Who makes how many, and whether he owes alone; what he makes alone serves the role as well."""
        yield from ((officer, number, True) for officer, number in self.alone.items())
        yield from ((officer, number, False) for officer, number in (self.any_holder - self.alone).items())


def fallen(claims: Iterable[Claim], staff: Staff, span: Span, working: WorkingDays) -> Iterator[Fallen]:
    """To whom the visits of claims fall, in the days of a span.

    What a role owes falls to those who hold it, by what is due of their days; those who hold it at the same time halve
    it, the rest of an odd number goes to the first by number, and so the sum over officers is what is owed. One visit
    serves several rulebooks where it is of a kind that they count. Raises BeyondCalendarError.
    """
    by_role: defaultdict[Role, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_role[claim.client, claim.role].append(claim)
    for (client, role), theirs in by_role.items():
        parts = turns(staff.held.get((client, role), ()), staff.away, span)
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
        need.kinds |= claim.kinds
        if claim.himself is None:
            due = partial(part, claim.whole, working=working, terms=claim.terms)
            need.any_holder |= Counter(shared(claim.visits, parts, due))
        else:
            need.alone |= Counter({claim.himself: claim.visits})
    return found


def _own(staff: Staff, client: str, role: str, officer: str, span: Span) -> tuple[Span, ...]:
    """The days of a span on which an officer holds a role, whoever else does."""
    held = (days.within(span) for holder, days in staff.held.get((client, role), ()) if holder == officer)
    return merged(days for days in held if days is not None)


def of_officer(claims: Iterable[Claim], staff: Staff, officer: str | None) -> list[Claim]:
    """Of claims those of roles that an officer holds; all, where it is None."""
    if officer is None:
        return list(claims)
    theirs = {role for role, held in staff.held.items() if any(holder == officer for holder, _ in held)}
    return [each for each in claims if (each.client, each.role) in theirs]
