"""Boxes of clients: each fact a range or a set, and every outcome that some client inside may get.

The outcomes are never too few: what a box rules out, no client in it gets (held by a property test).
For a box that is one client they are exact.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from app.kernel.classification import Bands, Best, Choose, Fixed, Matrix, Options, Rule, Worst
from app.kernel.condition import AllOf, AtLeastOf, Condition, Not, OneOf, Within
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import FULL_WEIGHT, SUM_FACTOR, Curve, Dimension, LinearPoints, Scorecard
from app.kernel.tier import Bound, TierRule, Tiers

Range = tuple[int, int]
Values = Range | frozenset[int]
Box = Mapping[str, Values]


def outcomes(rulebook: Rulebook, facts: Box) -> dict[str, Values]:
    """Everything a client in the box may have: facts, ranks, scores and tier (without standing)."""
    box: dict[str, Values] = dict(facts)
    for each in rulebook.classifications:
        if not each.after_score:
            box[each.name] = ranks(each.rule, box)
    if rulebook.scorecard:
        box.update(_scores(rulebook.scorecard, box))
    for each in rulebook.classifications:
        if each.after_score:
            box[each.name] = ranks(each.rule, box)
    if rulebook.tiers:
        box["tier"] = _tiers(rulebook.tiers, box)
    return box


def may_hold(condition: Condition, box: Box) -> bool:
    """Whether the condition may hold for some client in the box.

    The comparisons that must hold together narrow the box first, so that what contradicts them is seen.
    """
    narrowed = dict(box)
    for leaf, holds in _together(condition):
        values = _narrowed(narrowed[leaf.name], leaf, holds=holds)
        if values is None:
            return False
        narrowed[leaf.name] = values
    return _may(condition, narrowed)[0]


def _together(condition: Condition) -> Iterator[tuple[Within | OneOf, bool]]:
    """Comparisons that must all hold, or all fail where False."""
    match condition:
        case AllOf(parts):
            for part in parts:
                yield from _together(part)
        case Not(Within() | OneOf() as leaf):
            yield leaf, False
        case Within() | OneOf():
            yield condition, True


def _narrowed(values: Values, leaf: Within | OneOf, *, holds: bool) -> Values | None:
    """The values that meet the comparison (or fail it); None where there are none."""
    if isinstance(values, frozenset):
        return frozenset(value for value in values if leaf.holds({leaf.name: value}) == holds) or None
    if not holds:
        return values
    if isinstance(leaf, OneOf):
        inside = frozenset(member for member in leaf.members if values[0] <= member <= values[1])
        return (min(inside), max(inside)) if inside else None
    low = values[0] if leaf.low is None else max(values[0], leaf.low)
    high = values[1] if leaf.high is None else min(values[1], leaf.high)
    return (low, high) if low <= high else None


def _may(condition: Condition, box: Box) -> tuple[bool, bool]:
    """Whether the condition may hold, and whether it may fail."""
    match condition:
        case Within(name, low, high):
            return _within(box[name], low, high)
        case OneOf(name, members):
            return _one_of(box[name], members)
        case AllOf(parts):
            each = [_may(part, box) for part in parts]
            return all(holds for holds, _ in each), any(fails for _, fails in each)
        case AtLeastOf(count, parts):
            each = [_may(part, box) for part in parts]
            return sum(holds for holds, _ in each) >= count, sum(not fails for _, fails in each) < count
        case Not(part):
            holds, fails = _may(part, box)
            return fails, holds


def _within(values: Values, low: int | None, high: int | None) -> tuple[bool, bool]:
    if isinstance(values, frozenset):
        inside = [(low is None or value >= low) and (high is None or value <= high) for value in values]
        return any(inside), not all(inside)
    least, most = values
    holds = (low is None or most >= low) and (high is None or least <= high)
    return holds, (low is not None and least < low) or (high is not None and most > high)


def _one_of(values: Values, members: frozenset[int]) -> tuple[bool, bool]:
    if isinstance(values, frozenset):
        return bool(values & members), bool(values - members)
    least, most = values
    return any(least <= member <= most for member in members), not (least == most and least in members)


def ranks(rule: Rule, box: Box) -> frozenset[int]:
    """The ranks that a rule may give in the box."""
    match rule:
        case Bands(subject, bounds, outcome):
            return _at(box[subject], bounds, outcome)
        case Options(subject, outcome):
            return frozenset(outcome[code] for code in _codes(box[subject]))
        case Matrix(row, column, cells):
            return frozenset(cells[r][c] for r in _codes(box[row]) for c in _codes(box[column]))
        case Fixed(outcome):
            return frozenset((outcome,))
        case Best(parts) | Worst(parts):
            return _joined([ranks(part, box) for part in parts], best=isinstance(rule, Best))
        case Choose():
            return _chosen(rule, box)


def _joined(each: list[frozenset[int]], *, best: bool) -> frozenset[int]:
    """What the best (or the worst) of the parts may be."""
    least, most = max(map(min, each)), min(map(max, each))
    return frozenset(rank for rank in frozenset().union(*each) if (rank >= least if best else rank <= most))


def _chosen(rule: Choose, box: Box) -> frozenset[int]:
    found: frozenset[int] = frozenset()
    for guard, branch in rule.branches:
        holds, fails = _may(guard, box)
        if holds:
            found |= ranks(branch, box)
        if not fails:
            return found
    return found | ranks(rule.otherwise, box)


def _codes(values: Values) -> frozenset[int]:
    return values if isinstance(values, frozenset) else frozenset(range(values[0], values[1] + 1))


def _at(values: Values, bounds: tuple[int, ...], outcome: tuple[int, ...]) -> frozenset[int]:
    if isinstance(values, frozenset):
        return frozenset(outcome[bisect_right(bounds, value)] for value in values)
    return frozenset(outcome[bisect_right(bounds, values[0]) : bisect_right(bounds, values[1]) + 1])


def _scores(card: Scorecard, box: Box) -> dict[str, Values]:
    ends = [_dimension(card, each, box) for each in card.dimensions]
    found: dict[str, Values] = {each.name: end for each, end in zip(card.dimensions, ends, strict=True)}
    if card.method == "points":
        base = card.base * SUM_FACTOR
        return {**found, "score": (base + sum(low for low, _ in ends), base + sum(high for _, high in ends))}
    totals = [_weighted(weights, ends) for weights in _weights(card, box)]
    return {**found, "score": (min(low for low, _ in totals), max(high for _, high in totals))}


def _dimension(card: Scorecard, dimension: Dimension, box: Box) -> Range:
    lines = [(each.weight, _points(each.curve, box[each.fact])) for each in dimension.indicators]
    if card.method == "points":
        return sum(low for _, (low, _) in lines) * SUM_FACTOR, sum(high for _, (_, high) in lines) * SUM_FACTOR
    return (
        sum(weight * low for weight, (low, _) in lines) * FULL_WEIGHT,
        sum(weight * high for weight, (_, high) in lines) * FULL_WEIGHT,
    )


def _weighted(weights: tuple[int, ...], ends: list[Range]) -> Range:
    low = sum(weight * least for weight, (least, _) in zip(weights, ends, strict=True))
    high = sum(weight * most for weight, (_, most) in zip(weights, ends, strict=True))
    return low // FULL_WEIGHT, high // FULL_WEIGHT


def _weights(card: Scorecard, box: Box) -> list[tuple[int, ...]]:
    found = []
    for profile in card.profiles:
        holds, fails = _may(profile.when, box)
        if holds:
            found.append(profile.weights)
        if not fails:
            return found
    return [*found, tuple(each.weight for each in card.dimensions)]


def _points(curve: Curve, values: Values) -> Range:
    if isinstance(values, frozenset):
        points = [curve.at(value) for value in values]
    elif isinstance(curve, LinearPoints):
        corners = (anchor for anchor in curve.anchors if values[0] < anchor < values[1])
        points = [curve.at(value) for value in (*values, *corners)]
    else:
        points = list(curve.points[bisect_right(curve.bounds, values[0]) : bisect_right(curve.bounds, values[1]) + 1])
    return min(points), max(points)


def _tiers(tiers: Tiers, box: Box) -> frozenset[int]:
    found = _earned(tiers, box)
    for ceiling in tiers.ceilings:
        holds, fails = _may(ceiling.when, box)
        lowered = frozenset(min(rank, ceiling.at_most) for rank in found)
        found = (found if fails else frozenset[int]()) | (lowered if holds else frozenset[int]())
    return found


def _earned(tiers: Tiers, box: Box) -> frozenset[int]:
    found: set[int] = set()
    for at, rule in enumerate(tiers.rules):
        if any(_implies(rule, higher) for higher in tiers.rules[:at]):
            continue
        reached = [_reached(bound, box) for bound in rule.enter]
        reached += [_may(rule.when, box)] if rule.when is not None else []
        if all(holds for holds, _ in reached):
            found.add(rule.rank)
        if not any(fails for _, fails in reached):
            return frozenset(found)
    return frozenset(found | {tiers.otherwise})


def _implies(rule: TierRule, higher: TierRule) -> bool:
    """Whether whoever meets the rule meets the higher one, so that nobody is left for the rule."""
    asked = {bound.measure: bound.least for bound in rule.enter}
    met = all(bound.measure in asked and asked[bound.measure] >= bound.least for bound in higher.enter)
    return met and (higher.when is None or higher.when == rule.when)


def _reached(bound: Bound, box: Box) -> tuple[bool, bool]:
    return _within(box[bound.measure], bound.least, None)
