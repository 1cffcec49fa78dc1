"""Hypothesis strategies for whole rulebook documents and for clients of them."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from app.kernel.cuts import cuts
from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.rulebooks.compile import compile_rulebook
from app.rulebooks.document import RulebookDocument
from app.rulebooks.problem import Code, Findings

Draw = Callable[[st.SearchStrategy[Any]], Any]
LABELS = ("low", "middle", "high")
NUMBERS = {"money": (2, 10**11), "ratio": (6, 3 * 10**6), "number": (4, 10**6), "count": (0, 10**6)}


@dataclass
class Names:
    """What the document declares so far, by how rules may read it."""

    numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    listed: dict[str, list[str]] = field(default_factory=dict)
    better: dict[str, str] = field(default_factory=dict)
    ordered: set[str] = field(default_factory=set)


@st.composite
def rulebooks(draw: Draw, *, tiered: bool = False) -> Rulebook:
    """A compiled rulebook with every construct among its possibilities; `tiered` ones always have tiers."""
    document = RulebookDocument.model_validate(draw(documents(tiered=tiered)))
    findings = Findings()
    book = compile_rulebook(document, findings)
    harmless = {Code.FACT_UNUSED, Code.BOUND_UNATTAINABLE}
    faults = [each for each in findings.found if each.code not in harmless]
    assert not faults, faults
    return book


@st.composite
def documents(draw: Draw, *, tiered: bool = False) -> dict[str, Any]:
    """The document's data, as the YAML reader would give it: every scalar a text."""
    names = Names()
    document: dict[str, Any] = {"rulebook": "generated", "title": "Generated", "source": "a property test"}
    document["facts"] = {f"fact_{at}": draw(_facts(f"fact_{at}", names)) for at in range(draw(st.integers(2, 6)))}
    if draw(st.booleans()):
        document["applies_to"] = draw(_conditions(names))
    document["classifications"] = {
        f"class_{at}": draw(_classifications(f"class_{at}", names)) for at in range(draw(st.integers(0, 3)))
    }
    if tiered or draw(st.booleans()):
        document["scorecard"] = draw(_scorecards(names))
        if document["scorecard"]["method"] == "weighted":
            document["classifications"]["grade"] = {
                "order": list(LABELS),
                "bands": {"score": {"low": "min", "middle": "30", "high": "60"}},
            }
            names.listed["grade"] = list(LABELS)
            names.ordered.add("grade")
        document["tiers"] = draw(_tiers(document["scorecard"], names))
        names.listed["tier"] = document["tiers"]["order"]
        names.ordered.add("tier")
    if draw(st.integers(0, 3)):
        document["coverage"] = {"obligations": draw(st.lists(_obligations(names), min_size=1, max_size=4))}
    document |= {section: draw(st.lists(_triggers(names), max_size=3)) for section in ("warnings", "exits")}
    document |= draw(_reviews(document))
    return document


@st.composite
def clients(draw: Draw, book: Rulebook) -> dict[str, int]:
    """Encoded facts of one client, mostly at and beside the rulebook's own bounds; some are missing."""
    return {fact.name: draw(_values(book, fact)) for fact in book.facts.values() if draw(st.integers(0, 5))}


def _values(book: Rulebook, fact: Fact) -> st.SearchStrategy[int]:
    if fact.kind in {"flag", "grade", "choice"}:
        return st.integers(fact.low, fact.high)
    near = [value for cut in cuts(book, fact) for value in (cut - 1, cut, cut + 1) if fact.low <= value <= fact.high]
    return st.one_of(st.sampled_from(near), st.integers(fact.low, fact.high))


@st.composite
def _facts(draw: Draw, name: str, names: Names) -> dict[str, Any]:
    kind = draw(st.sampled_from([*NUMBERS, *NUMBERS, "grade", "choice", "flag"]))
    better = "neither" if kind == "choice" else draw(st.sampled_from(["higher", "lower", "neither"]))
    missing = (
        ["refuse"] + (["worst"] if better != "neither" else []) + (["zero"] if kind not in {"grade", "choice"} else [])
    )
    part: dict[str, Any] = {"type": kind, "missing": draw(st.sampled_from(missing)), "better": better}
    part |= {"actionable": "yes"} if draw(st.booleans()) else {}
    if kind in NUMBERS:
        part |= draw(st.sampled_from([{}, {"min": "unbounded"}, {"max": _text(kind, NUMBERS[kind][1] * 2)}]))
        names.numbers[name] = part
    else:
        part |= {} if kind == "flag" else {"options": [f"option_{at}" for at in range(draw(st.integers(2, 4)))]}
        names.listed[name] = part.get("options", ["no", "yes"])
        names.ordered |= {name} if kind == "grade" else set()
    names.better[name] = better
    return part


def _text(kind: str, value: int) -> str:
    decimals = NUMBERS[kind][0]
    sign, size = ("-" if value < 0 else ""), abs(value)
    return f"{sign}{size // 10**decimals}.{size % 10**decimals:0{decimals}d}" if decimals else f"{sign}{size}"


@st.composite
def _amounts(draw: Draw, name: str, names: Names, least: int, most: int) -> list[str]:
    kind = names.numbers[name]["type"]
    values = draw(st.lists(st.integers(1, NUMBERS[kind][1]), min_size=least, max_size=most, unique=True))
    return [_text(kind, value) for value in sorted(values)]


@st.composite
def _classifications(draw: Draw, name: str, names: Names) -> dict[str, Any]:
    part = {"order": list(LABELS), **draw(_rules(names, depth=2))}
    names.listed[name] = list(LABELS)
    names.ordered.add(name)
    return part


@st.composite
def _rules(draw: Draw, names: Names, depth: int) -> dict[str, Any]:
    kinds = (
        ["is"]
        + (["bands", "best_of", "worst_of"] if names.numbers else [])
        + (["options", "matrix"] if names.listed else [])
    )
    kind = draw(st.sampled_from([*kinds, *(["choose"] * 3 if depth else [])]))
    if kind == "is":
        return {"is": draw(st.sampled_from(LABELS))}
    if kind == "options":
        name = draw(st.sampled_from(sorted(names.listed)))
        return {"options": {name: draw(_outcomes(names.listed[name]))}}
    if kind == "matrix":
        row, column = (draw(st.sampled_from(sorted(names.listed))) for _ in range(2))
        return {
            "matrix": {
                "rows": row,
                "columns": column,
                "cells": {each: draw(_outcomes(names.listed[column])) for each in names.listed[row]},
            }
        }
    if kind == "choose":
        branches = [
            {"when": draw(_conditions(names)), "then": draw(_rules(names, depth - 1))}
            for _ in range(draw(st.integers(1, 3)))
        ]
        return {"choose": [*branches, {"otherwise": draw(_rules(names, depth - 1))}]}
    chosen = draw(
        st.lists(st.sampled_from(sorted(names.numbers)), min_size=1, max_size=1 if kind == "bands" else 3, unique=True)
    )
    return {kind: {name: draw(_bands(name, names)) for name in chosen}}


@st.composite
def _outcomes(draw: Draw, options: list[str]) -> dict[str, str]:
    return {option: draw(st.sampled_from(LABELS)) for option in options}


@st.composite
def _bands(draw: Draw, name: str, names: Names) -> dict[str, str]:
    bounds = ["min", *draw(_amounts(name, names, 0, 2))]
    classes = sorted(draw(st.permutations(range(3)))[: len(bounds)], reverse=names.better[name] == "lower")
    return {LABELS[rank]: bound for rank, bound in zip(classes, bounds, strict=True)}


@st.composite
def _conditions(draw: Draw, names: Names, depth: int = 1) -> dict[str, Any]:
    readable = sorted([*names.numbers, *names.listed])
    part: dict[str, Any] = {
        name: draw(_tests(name, names))
        for name in draw(st.lists(st.sampled_from(readable), min_size=1, max_size=2, unique=True))
    }
    if depth and draw(st.booleans()):
        inner = draw(st.lists(_conditions(names, depth - 1), min_size=1, max_size=3))
        key = draw(st.sampled_from(["any", "all", "not", "at_least_of"]))
        part[key] = (
            inner[0]
            if key == "not"
            else {"count": str(draw(st.integers(1, len(inner)))), "of": inner}
            if key == "at_least_of"
            else inner
        )
    return part


@st.composite
def _tests(draw: Draw, name: str, names: Names) -> Any:
    if name in names.numbers:
        amounts = draw(_amounts(name, names, 1, 2))
        low, high = draw(st.sampled_from(["at_least", "more_than"])), draw(st.sampled_from(["at_most", "below"]))
        if len(amounts) == 2 and float(amounts[1]) - float(amounts[0]) > 1:
            return {low: amounts[0], high: amounts[1]}
        return {draw(st.sampled_from(["at_least", "at_most", "below", "more_than", "is"])): amounts[0]}
    options = names.listed[name]
    if name in names.ordered and draw(st.booleans()):
        return {draw(st.sampled_from(["at_least", "at_most"])): draw(st.sampled_from(options))}
    return {"in": draw(st.lists(st.sampled_from(options), min_size=1, unique=True))}


@st.composite
def _scorecards(draw: Draw, names: Names) -> dict[str, Any]:
    method = draw(st.sampled_from(["weighted", "points"]))
    weighted = method == "weighted"
    count = draw(st.integers(1, 3))
    weights = draw(_shares(count))
    lines = iter(range(100))
    dimensions = {
        f"dimension_{at}": draw(_dimensions(names, lines, weights[at] if weighted else None)) for at in range(count)
    }
    card: dict[str, Any] = {"method": method, "dimensions": dimensions}
    if not weighted:
        return card | {"base": str(draw(st.integers(-50, 50)))}
    if draw(st.booleans()):
        profile = dict(zip(dimensions, draw(_shares(count)), strict=True))
        card["weights"] = [{"when": draw(_conditions(names)), **profile}, {"otherwise": "default"}]
    return card


@st.composite
def _shares(draw: Draw, count: int) -> list[str]:
    """Weights in percent, to two decimals, that sum to 100."""
    marks = sorted(draw(st.integers(0, 10_000)) for _ in range(count - 1))
    parts = [high - low for low, high in zip([0, *marks], [*marks, 10_000], strict=True)]
    return [f"{part // 100}.{part % 100:02d}" for part in parts]


@st.composite
def _dimensions(draw: Draw, names: Names, lines: Any, weight: str | None) -> dict[str, Any]:
    count = draw(st.integers(1, 3))
    shares = draw(_shares(count)) if weight is not None else [None] * count
    indicators = {f"line_{next(lines)}": draw(_indicators(names, share)) for share in shares}
    return {"indicators": indicators} | ({} if weight is None else {"weight": weight})


@st.composite
def _indicators(draw: Draw, names: Names, weight: str | None) -> dict[str, Any]:
    facts = sorted(name for name in [*names.numbers, *names.listed] if name.startswith(("fact_", "class_")))
    name = draw(st.sampled_from(facts))
    linear = False
    if name in names.numbers:
        linear = draw(st.booleans())
        bounds = draw(_amounts(name, names, 2, 4)) if linear else ["min", *draw(_amounts(name, names, 1, 3))]
    else:
        bounds = names.listed[name]
    least = 0 if weight is not None else -50
    others = draw(st.lists(st.integers(least, 99), min_size=len(bounds) - 2, max_size=len(bounds) - 2))
    points = draw(st.permutations([*others, 0, 100]))
    part: dict[str, Any] = {
        "fact": name,
        "points": {bound: str(point) for bound, point in zip(bounds, points, strict=True)},
        "direction": "any",
    }
    return part | ({"between": "linear"} if linear else {}) | ({} if weight is None else {"weight": weight})


@st.composite
def _tiers(draw: Draw, card: dict[str, Any], names: Names) -> dict[str, Any]:
    order = ["none", "bronze", "silver", "gold"]
    otherwise = draw(st.sampled_from(["none", "none", "none", "bronze"]))
    measures = ["score", *card["dimensions"]]
    lids = st.fixed_dictionaries({"at_most": st.sampled_from(order[:-1])})
    ceilings = draw(st.lists(st.builds(operator.or_, lids, _triggers(names)), max_size=3))
    rules = {tier: draw(_tier_rules(measures, names)) for tier in order if tier != otherwise}
    part = {"order": order, "rules": {"otherwise": otherwise, **rules}, "ceilings": ceilings}
    return {**part, **draw(st.sampled_from([{}, {"movement": draw(_movements())}]))}


@st.composite
def _movements(draw: Draw) -> dict[str, Any]:
    """Each part of a movement written or left out."""
    plans = st.none() | st.just({"open_within": "P30D", "runs": "P3M"})
    parts: dict[str, Any] = {
        "promotion": {"needs": draw(st.sampled_from(["recognition", "nothing"]))},
        "warning": {"within": str(draw(st.integers(0, 60)))},
        "demotion": {"after_reviews": draw(st.integers(1, 3)), "plan": draw(plans)},
    }
    return {name: part for name, part in parts.items() if draw(st.booleans())}


@st.composite
def _tier_rules(draw: Draw, measures: list[str], names: Names) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(measures), min_size=1, max_size=2, unique=True))
    enter = {measure: draw(st.integers(-10, 90)) for measure in chosen}
    return {
        "enter": {name: str(least) for name, least in enter.items()},
        "stay": {name: str(least - draw(st.integers(0, 9))) for name, least in enter.items()},
    } | ({} if draw(st.integers(0, 2)) else {"when": draw(_conditions(names))})


def _obligations(names: Names) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "role": st.sampled_from(["relationship_manager", "outlet_head"]),
            "when": _conditions(names),
            "at_least": st.integers(1, 5).map(str),
            "per": st.sampled_from(["month", "quarter"]),
        }
    )


def _triggers(names: Names) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"when": _conditions(names), "reason": st.sampled_from(["held", "watched"])})


@st.composite
def _reviews(draw: Draw, document: dict[str, Any]) -> dict[str, Any]:
    """A cadence for all, by tier or by a classification; or none."""
    periods = st.sampled_from(["P3M", "P6M", "P1Y", "P35D"])
    classes = [*document["classifications"], *(["tier"] if "tiers" in document else [])]
    by = draw(st.sampled_from(["nobody", "all", *classes]))
    if by in {"nobody", "all"}:
        return {"reviews": {"every": draw(periods)}} if by == "all" else {}
    if by != "tier":
        return {"reviews": {"by": by, "every": {each: draw(periods) for each in LABELS}}}
    rules = document["tiers"]["rules"]
    never = {rules["otherwise"]} if draw(st.booleans()) else set()
    due = [tier for tier in document["tiers"]["order"] if tier not in never]
    return {"reviews": {"every": {tier: draw(periods) for tier in due}}}
