"""A grid of clients for every turn that tiers can take: beside each bound, under each ceiling, of each standing."""

from itertools import product

from app.kernel.condition import Within
from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook, Trigger
from app.kernel.scorecard import SUM_FACTOR, Dimension, Indicator, LinearPoints, Scorecard
from app.kernel.tier import Bound, Ceiling, TierRule, Tiers

LABELS = ("blocked", "none", "key", "core")
BLOCKED, NONE, KEY, CORE = range(4)


def at_least(name: str, least: int) -> Within:
    return Within(name, least, None, (("at_least", least),))


def points(measure: str, least: int) -> Bound:
    return Bound(measure, least * 10_000 * SUM_FACTOR)


def grid_book(within: int | None) -> Rulebook:
    """Scores are the sum of two facts in whole points; one rule leads below the tier of those that reach none."""
    values = {name: Fact(name, "count", 0, 100, "zero") for name in ("value", "risk", "overdue")}
    facts = values | {name: Fact(name, "flag", 0, 1, "zero") for name in ("listed", "hub")}
    curve = LinearPoints.through((0, 100), (0, 100 * 10_000))
    dimensions = tuple(Dimension(each, 0, (Indicator(each, each, 0, curve),)) for each in ("value", "risk"))
    rules = (
        TierRule(CORE, (points("score", 80), points("risk", 60)), (points("score", 76), points("risk", 55))),
        TierRule(KEY, (points("score", 65),), (points("score", 61),), at_least("hub", 1)),
        TierRule(BLOCKED, (points("risk", 40),), (points("risk", 40),), at_least("overdue", 90)),
    )
    ceilings = (
        Ceiling(at_least("overdue", 30), NONE, "overdue"),
        Ceiling(at_least("overdue", 60), BLOCKED, "overdue"),
        Ceiling(at_least("listed", 1), KEY, "listed"),
    )
    margin = None if within is None else within * 10_000 * SUM_FACTOR
    tiers = Tiers(LABELS, rules, NONE, ceilings, margin)
    triggers = (Trigger(at_least("tier", CORE), "top"), Trigger(at_least("listed", 1), "top"))
    card = Scorecard("points", 0, dimensions)
    return Rulebook("grid", facts, scorecard=card, tiers=tiers, warnings=triggers)


_FACTS = [
    {"value": value, "risk": risk, "overdue": overdue, "listed": listed, "hub": hub}
    for value, risk, overdue, listed, hub in product(
        (0, 1, 4, 5, 9, 14, 15, 19, 20, 21, 24, 25), (0, 39, 40, 54, 55, 58, 60), (0, 30, 60, 90), (0, 1), (0, 1)
    )
]
_STANDINGS = (None, *range(len(LABELS)))
GRID = [client for client in _FACTS for _ in _STANDINGS]
STANDINGS = [standing for _ in _FACTS for standing in _STANDINGS]
MARGINS = [None, 0, 3, 9_223_372]
"""Margins of warning in points; added to a bound, the last leaves 64 bits."""
