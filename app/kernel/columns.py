"""The decision of `score.py` over columns: narwhals expressions for any engine, the same integers.

A frame gives each known fact as an Int64 column `fact__<name>`, encoded by `Fact.encode` and null
where missing, and may give `standing__tier`, a rank. `decide_columns` adds:

- `applies`, `refused`, `complete` and `missing__<fact>`: flags;
- `class__<classification>`, `tier`, `weights`: labels;
- `points__<indicator>` (4 decimals), `dimension__<name>` and `score` (12 decimals): Int64;
- `obligation__<role>__<per>`: required visits, 0 where none are owed.

Outcomes are null where the rulebook does not apply or refuses. What rules read stands in working
columns `env__<name>`, made stage by stage, so that no expression is written out twice.
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from app.kernel.classification import Bands, Best, Choose, Fixed, Matrix, Options, Rule, Worst
from app.kernel.condition import AllOf, AtLeastOf, Condition, Not, OneOf, Within, names
from app.kernel.reading import always_read, subjects
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import FULL_WEIGHT, SUM_FACTOR, Indicator, LinearPoints, Scorecard, Slope, StepPoints
from app.kernel.tier import Bound, TierRule, Tiers

Stage = dict[str, nw.Expr]

TRUE, FALSE = nw.lit(value=True), nw.lit(value=False)


def decide_columns(rulebook: Rulebook, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Add every outcome of `rulebook` to `frame`; the columns are described above."""
    given = frozenset(frame.collect_schema().names())
    for stage in _stages(rulebook, given):
        frame = frame.with_columns(**stage) if stage else frame
    return frame.drop([name for name in frame.collect_schema().names() if name.startswith("env__")])


def outcome_names(rulebook: Rulebook) -> tuple[str, ...]:
    """The outcome columns, in the order in which a decision makes them."""
    found = [f"class__{each.name}" for each in rulebook.classifications]
    if card := rulebook.scorecard:
        found += [f"points__{each.name}" for dimension in card.dimensions for each in dimension.indicators]
        found += [*(f"dimension__{each.name}" for each in card.dimensions), "weights", "score"]
    found += ["tier"] if rulebook.tiers else []
    return (*found, *(f"obligation__{role}__{per}" for role, per in _owed(rulebook)))


def _stages(rulebook: Rulebook, given: frozenset[str]) -> Iterator[Stage]:
    yield {f"env__{fact.name}": _known(fact.name, fact.fallback, given) for fact in rulebook.facts.values()}
    yield from _classified(rulebook, after_score=False)
    if rulebook.scorecard:
        yield from _scored(rulebook.scorecard)
    yield from _classified(rulebook, after_score=True)
    if rulebook.tiers:
        yield {"env__tier": _tier(rulebook.tiers, _col("standing__tier") if "standing__tier" in given else None)}
        yield {"tier": _label("tier", rulebook.tiers.labels)}
    yield {f"obligation__{role}__{per}": _required(rulebook, role, per) for role, per in _owed(rulebook)}
    yield from _flags(rulebook, given)
    if not _always_decides(rulebook):
        yield {"env__decided": nw.col("applies") & ~nw.col("refused")}
        yield {name: nw.when(_read("decided")).then(nw.col(name)) for name in outcome_names(rulebook)}


def _always_decides(rulebook: Rulebook) -> bool:
    return rulebook.applies_to == AllOf(()) and all(each.missing != "refuse" for each in rulebook.facts.values())


# --- what rules read


def _col(name: str) -> nw.Expr:
    return nw.col(name)


def _read(name: str) -> nw.Expr:
    return nw.col(f"env__{name}")


def _int(number: int) -> nw.Expr:
    """A 64-bit literal: engines that type literals by size would add the small ones in 32 bits.

    Beside a 64-bit column a bare number will do, for every engine widens it; it costs a quarter to plan.
    """
    return nw.lit(number, dtype=nw.Int64)


def _known(name: str, fallback: int, given: frozenset[str]) -> nw.Expr:
    column = f"fact__{name}"
    return nw.coalesce(nw.col(column), _int(fallback)) if column in given else _int(fallback)


def _holds(condition: Condition) -> nw.Expr:
    match condition:
        case Within(name, low, high):
            ends = [] if low is None else [_read(name) >= low]
            ends += [] if high is None else [_read(name) <= high]
            return reduce(and_, ends, TRUE)
        case OneOf(name, members):
            return reduce(or_, (_read(name) == member for member in sorted(members)), FALSE)
        case AllOf(parts):
            return reduce(and_, map(_holds, parts), TRUE)
        case AtLeastOf(count, parts):
            return reduce(lambda held, part: held + _holds(part).cast(nw.Int64), parts, _int(0)) >= _int(count)
        case Not(part):
            return ~_holds(part)


# --- classifications


def _classified(rulebook: Rulebook, *, after_score: bool) -> Iterator[Stage]:
    for each in rulebook.classifications:
        if each.after_score == after_score:
            yield {f"env__{each.name}": _rank(each.rule)}
            yield {f"class__{each.name}": _label(each.name, each.labels)}


def _label(name: str, labels: tuple[str, ...]) -> nw.Expr:
    return _picked(_read(name), [nw.lit(label) for label in labels])


def _rank(rule: Rule) -> nw.Expr:  # noqa: PLR0911  one construct, one return
    match rule:
        case Bands(subject, bounds, ranks):
            return _steps(_read(subject), bounds, ranks)
        case Options(subject, ranks):
            return _picked(_read(subject), map(_int, ranks))
        case Matrix(row, column, ranks):
            return _picked(_read(row), [_picked(_read(column), map(_int, cells)) for cells in ranks])
        case Best(parts):
            return _largest(map(_rank, parts))
        case Worst(parts):
            return _smallest(map(_rank, parts))
        case Fixed(outcome):
            return _int(outcome)
        case Choose(branches, otherwise):
            chosen = _rank(otherwise)
            for guard, branch in reversed(branches):
                chosen = nw.when(_holds(guard)).then(_rank(branch)).otherwise(chosen)
            return chosen


def _steps(of: nw.Expr, bounds: tuple[int, ...], outcomes: tuple[int, ...]) -> nw.Expr:
    found = _int(outcomes[0])
    for bound, outcome in zip(bounds, outcomes[1:], strict=True):
        found = nw.when(of >= bound).then(nw.lit(outcome)).otherwise(found)
    return found


def _picked(of: nw.Expr, outcomes: Iterable[nw.Expr]) -> nw.Expr:
    first, *others = outcomes
    for code, outcome in enumerate(others, 1):
        first = nw.when(of == code).then(outcome).otherwise(first)
    return first


# --- scorecard


def _scored(card: Scorecard) -> Iterator[Stage]:
    lines = [each for dimension in card.dimensions for each in dimension.indicators]
    yield {f"points__{each.name}": _points(each) for each in lines}
    yield {f"env__{each.name}": _dimension(card, each.indicators) for each in card.dimensions}
    yield {f"dimension__{each.name}": _read(each.name) for each in card.dimensions}
    yield {"weights": _profile(card), "env__score": _total(card)}
    yield {"score": _read("score")}


def _points(line: Indicator) -> nw.Expr:
    of = _read(line.fact)
    if isinstance(line.curve, StepPoints):
        return _steps(of, line.curve.bounds, line.curve.points)
    return _linear(of, line.curve)


def _linear(of: nw.Expr, curve: LinearPoints) -> nw.Expr:
    """Each piece adds what it rises by: nothing before its start, all of it after its end."""
    points = _int(curve.points[0])
    for slope, end in zip(curve.slopes, curve.anchors[1:], strict=True):
        inside = _smallest([_largest([of, _int(slope.start)]), _int(end)])
        points = points + _risen(inside, slope)
    return points


def _risen(inside: nw.Expr, slope: Slope) -> nw.Expr:
    moved = _divided((inside - _int(slope.start)) * _int(2 * abs(slope.step)) + _int(slope.span), 2 * slope.span)
    return moved if slope.step >= 0 else _int(0) - moved


def _divided(number: nw.Expr, by: int) -> nw.Expr:
    """Floor of a quotient of non-negative integers, exact on engines that divide through doubles.

    The remainder is taken off first, in integers; the double quotient of what is left is then
    within 2^-20 of a whole number, which rounding restores (quotients stay below 2^31).
    """
    whole = number - number % _int(by)
    return (whole / _int(by)).round(0).cast(nw.Int64)


def _dimension(card: Scorecard, lines: tuple[Indicator, ...]) -> nw.Expr:
    if card.method == "points":
        return _sum(nw.col(f"points__{each.name}") for each in lines) * _int(SUM_FACTOR)
    return _sum(nw.col(f"points__{each.name}") * (each.weight * FULL_WEIGHT) for each in lines)


def _total(card: Scorecard) -> nw.Expr:
    if card.method == "points":
        return _sum(_read(each.name) for each in card.dimensions) + _int(card.base * SUM_FACTOR)
    total = _weighted(card, tuple(each.weight for each in card.dimensions))
    for profile in reversed(card.profiles):
        total = nw.when(_holds(profile.when)).then(_weighted(card, profile.weights)).otherwise(total)
    return total


def _weighted(card: Scorecard, weights: tuple[int, ...]) -> nw.Expr:
    """The total under one set of dimension weights, from points, so that nothing is ever divided."""
    pairs = zip(card.dimensions, weights, strict=True)
    lines = ((each, weight) for dimension, weight in pairs if weight for each in dimension.indicators)
    return _sum(nw.col(f"points__{each.name}") * (each.weight * weight) for each, weight in lines)


def _profile(card: Scorecard) -> nw.Expr:
    name = nw.lit("default")
    for profile in reversed(card.profiles):
        name = nw.when(_holds(profile.when)).then(nw.lit(profile.name)).otherwise(name)
    return name


def _largest(values: Iterable[nw.Expr]) -> nw.Expr:
    """The largest of one or more: Spark refuses to compare one value with nothing."""
    first, *others = values
    return nw.max_horizontal(first, *others) if others else first


def _smallest(values: Iterable[nw.Expr]) -> nw.Expr:
    first, *others = values
    return nw.min_horizontal(first, *others) if others else first


def _sum(terms: Iterable[nw.Expr]) -> nw.Expr:
    first, *others = terms
    return reduce(lambda total, term: total + term, others, first)


# --- tier and obligations


def _tier(tiers: Tiers, standing: nw.Expr | None) -> nw.Expr:
    rank = _int(tiers.otherwise)
    for rule in reversed(tiers.rules):
        rank = nw.when(_reached(rule, standing)).then(_int(rule.rank)).otherwise(rank)
    lids = (
        nw.when(_holds(each.when)).then(_int(each.at_most)).otherwise(_int(len(tiers.labels)))
        for each in tiers.ceilings
    )
    return _smallest([rank, *lids])


def _reached(rule: TierRule, standing: nw.Expr | None) -> nw.Expr:
    reached = _all_bounds(rule.enter)
    if standing is not None:
        stays = nw.coalesce(standing, _int(-1)) >= _int(rule.rank)
        reached = (stays & _all_bounds(rule.stay)) | (~stays & reached)
    return reached if rule.when is None else reached & _holds(rule.when)


def _all_bounds(bounds: tuple[Bound, ...]) -> nw.Expr:
    return reduce(and_, (_read(each.measure) >= each.least for each in bounds), TRUE)


def _owed(rulebook: Rulebook) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((rule.role, rule.per) for rule in rulebook.obligations))


def _required(rulebook: Rulebook, role: str, per: str) -> nw.Expr:
    rules = [each for each in rulebook.obligations if (each.role, each.per) == (role, per)]
    return _largest(nw.when(_holds(each.when)).then(_int(each.at_least)).otherwise(_int(0)) for each in rules)


# --- what was missing


def _flags(rulebook: Rulebook, given: frozenset[str]) -> Iterator[Stage]:
    facts = rulebook.facts.values()
    absent = {each.name: _absent(each.name, given) for each in facts}
    asked = names(rulebook.applies_to)
    unknown = reduce(
        or_, (absent[each.name] for each in facts if each.missing == "refuse" and each.name in asked), FALSE
    )
    yield {"applies": _holds(rulebook.applies_to) & ~unknown}
    read = _reads(rulebook)
    yield {f"missing__{name}": nw.col("applies") & flag & read.get(name, FALSE) for name, flag in absent.items()}
    yield {"refused": _any_missing(rulebook, "refuse"), "complete": ~_any_missing(rulebook, "worst")}


def _absent(name: str, given: frozenset[str]) -> nw.Expr:
    return nw.col(f"fact__{name}").is_null() if f"fact__{name}" in given else TRUE


def _any_missing(rulebook: Rulebook, rule: str) -> nw.Expr:
    return reduce(
        or_, (nw.col(f"missing__{each.name}") for each in rulebook.facts.values() if each.missing == rule), FALSE
    )


def _reads(rulebook: Rulebook) -> dict[str, nw.Expr]:
    """For each fact that some decision reads, whether this one does."""
    found = dict.fromkeys(always_read(rulebook), TRUE)
    for classification in rulebook.classifications:
        if isinstance(classification.rule, Choose):
            for name, reached in _chosen(classification.rule, TRUE):
                found[name] = found[name] | reached if name in found else reached
    return found


def _chosen(rule: Rule, reached: nw.Expr) -> Iterator[tuple[str, nw.Expr]]:
    if not isinstance(rule, Choose):
        yield from ((name, reached) for name in subjects(rule))
        return
    for guard, branch in rule.branches:
        yield from ((name, reached) for name in names(guard))
        yield from _chosen(branch, reached & _holds(guard))
        reached = reached & ~_holds(guard)
    yield from _chosen(rule.otherwise, reached)
