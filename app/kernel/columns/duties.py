"""What follows from classes and tiers, over columns: visits that are owed, reviews, warnings and exits."""

import narwhals as nw

from app.kernel.columns.expressions import Stage, either, holds, integer, largest, picked, read
from app.kernel.columns.names import owed_by, reasons
from app.kernel.rulebook import ReviewCadence, Rulebook, Trigger


def owed(rulebook: Rulebook) -> Stage:
    """The required visits of each role and period."""
    return {f"obligation__{role}__{per}": _required(rulebook, role, per) for role, per in owed_by(rulebook)}


def triggered(rulebook: Rulebook) -> Stage:
    """The warnings and exits that the rulebook's triggers raise, and the period of review."""
    review = {"review": _review(rulebook.reviews)} if rulebook.reviews else {}
    return _raised("warning", rulebook.warnings) | _raised("exit", rulebook.exits) | review


def _required(rulebook: Rulebook, role: str, per: str) -> nw.Expr:
    rules = [each for each in rulebook.obligations if (each.role, each.per) == (role, per)]
    return largest(nw.when(holds(each.when)).then(integer(each.at_least)).otherwise(integer(0)) for each in rules)


def _raised(kind: str, triggers: tuple[Trigger, ...]) -> Stage:
    return {
        f"{kind}__{reason}": either(holds(each.when) for each in triggers if each.reason == reason)
        for reason in reasons(triggers)
    }


def _review(cadence: ReviewCadence) -> nw.Expr:
    texts = [nw.lit(None if each is None else str(each), dtype=nw.String) for each in cadence.every]
    return picked(read(cadence.by), texts) if cadence.by else texts[0]
