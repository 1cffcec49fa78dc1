"""The names of the outcome columns of a rulebook; the package describes what they hold."""

from collections.abc import Iterable, Iterator
from typing import Final

from app.kernel.rulebook import Rulebook, Trigger
from app.kernel.tier import Ceiling

STAY_KINDS: Final = ("near_stay_bound", "below_stay_bound", "stay_condition_unmet", "held_by_ceiling", "lower_tier")
"""The reasons of a `StayWarning`."""


def outcome_names(rulebook: Rulebook) -> tuple[str, ...]:
    """The outcome columns, in the order in which a decision makes them."""
    found = [f"class__{each.name}" for each in rulebook.classifications]
    if card := rulebook.scorecard:
        found += [f"points__{each.name}" for dimension in card.dimensions for each in dimension.indicators]
        found += [*(f"dimension__{each.name}" for each in card.dimensions), "weights", "score"]
    found += ["tier"] if rulebook.tiers else []
    return (*found, *(f"obligation__{role}__{per}" for role, per in owed_by(rulebook)))


def movement_names(rulebook: Rulebook) -> tuple[str, ...]:
    """The columns that only a whole decision has, beside those of `outcome_names`."""
    return tuple(_movement_names(rulebook))


def owed_by(rulebook: Rulebook) -> tuple[tuple[str, str], ...]:
    """Each role and period that some rule names, as they are first written."""
    return tuple(dict.fromkeys((rule.role, rule.per) for rule in rulebook.obligations))


def reasons(parts: Iterable[Ceiling | Trigger]) -> tuple[str, ...]:
    """Each reason that they give, once, as they are first written."""
    return tuple(dict.fromkeys(part.reason for part in parts))


def _movement_names(rulebook: Rulebook) -> Iterator[str]:
    if rulebook.tiers:
        yield "earned"
        yield from (f"ceiling__{reason}" for reason in reasons(rulebook.tiers.ceilings))
        yield "held_at"
        yield from (f"stay__{kind}" for kind in STAY_KINDS)
    yield from (f"warning__{reason}" for reason in reasons(rulebook.warnings))
    yield from (f"exit__{reason}" for reason in reasons(rulebook.exits))
    yield from ["review"] if rulebook.reviews else []
