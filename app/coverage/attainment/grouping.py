"""Figures of many obligations, put together by what they have in common (domain.md G3, G5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from app.coverage.attainment.attaining import Attained, How
from app.coverage.known_terms import KnownTerms
from app.kernel.coverage.attainment import NOTHING, Figures

By = Literal["client", "officer", "role", "unit", "class", "tier", "rulebook"]
"""What figures can be put together by."""


class Group(NamedTuple):
    """What obligations have in common: a name, and for a class or a tier whose it is."""

    name: str | None
    rulebook: str | None = None
    classification: str | None = None


@dataclass(slots=True)
class Sum:
    """The figures of a group so far, of how many obligations, and why where none of them owes anything."""

    figures: Figures = NOTHING
    obligations: int = 0
    nothing: str | None = None

    def add(self, attained: Attained) -> None:
        """Count claims that are alike."""
        self.figures += attained.all_figures
        self.obligations += attained.claimed.alike
        self.nothing = self.nothing or attained.owed.nothing


TOLD_APART: Final[Mapping[By, How]] = {
    "client": How(by_client=True),
    "officer": How(by_officer=True),
    "role": How(),
    "unit": How(by_unit=True),
    "class": How(),
    "tier": How(),
    "rulebook": How(),
}
"""What the database must tell apart for each way of grouping."""


def total(attained: Iterable[Attained]) -> Sum:
    """The figures of all."""
    found = Sum()
    for each in attained:
        found.add(each)
    return found


def grouped(
    attained: Iterable[Attained], by: By, terms: KnownTerms, paths: Mapping[str, Sequence[str]]
) -> dict[Group, Sum]:
    """Sums by group; a unit's holds those of the units below it, and is shown for the units of `paths` alone."""
    groups_of: Callable[[Attained], Iterator[Group]] = {
        "class": lambda each: _classes(each, terms),
        "tier": lambda each: _tiers(each, terms),
        "unit": lambda each: map(Group, paths.get(each.claimed.unit or "", ())),
    }.get(by, lambda each: iter([Group(_plain(each, by))]))
    found: dict[Group, Sum] = {}
    for each in attained:
        for group in groups_of(each):
            found.setdefault(group, Sum()).add(each)
    return found


def _plain(attained: Attained, by: By) -> str | None:
    claimed = attained.claimed
    return {"client": claimed.client, "officer": claimed.officer, "role": claimed.role}.get(by, claimed.rulebook)


def _classes(attained: Attained, terms: KnownTerms) -> Iterator[Group]:
    row = terms.of(attained.claimed.lines[-1].terms_id)
    yield from (Group(label, row.rulebook, name) for name, label in row.classes.items())


def _tiers(attained: Attained, terms: KnownTerms) -> Iterator[Group]:
    row = terms.of(attained.claimed.lines[-1].terms_id)
    if row.tier is not None:
        yield Group(row.tier, row.rulebook)
