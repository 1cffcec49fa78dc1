"""What changed between two versions of a rulebook, in the words of policy staff."""

import orjson

from app.rulebooks.changes.classes import ClassChanges
from app.rulebooks.changes.general import (
    Differ,
    Mapping,
    Said,
    became,
    changed,
    listed,
    named,
    rest,
    shown,
    union,
    where_clause,
)
from app.rulebooks.document import RulebookDocument


def diff(before: RulebookDocument, after: RulebookDocument) -> list[str]:
    """Every change, one line each, in the order of the newer document; nothing where both say the same."""
    old, new = _data(before), _data(after)
    sections = _sections(after)
    lines: list[str] = []
    for section in union(old, new):
        left, right = old.get(section), new.get(section)
        both = left is not None and right is not None and left != right
        lines += (sections.get(section, changed) if both else changed)(section, left, right)
    if not lines and orjson.dumps(old) != orjson.dumps(new):
        lines.append("the document is written in another order")
    return lines


def _data(document: RulebookDocument) -> Mapping:
    """What the document says itself, without what it leaves to defaults."""
    data: Mapping = document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return data


def _sections(document: RulebookDocument) -> dict[str, Differ]:
    listed_facts = frozenset(name for name, fact in document.facts.items() if fact.type in {"choice", "flag"})
    classes = ClassChanges(listed_facts)
    return {
        "facts": lambda _, old, new: named("fact", old, new, lambda name, o, n: changed(f"fact {name}", o, n)),
        "roles": lambda _, old, new: named("role", old, new, lambda name, o, n: changed(f"role {name}", o, n)),
        "classifications": lambda _, old, new: named("classification", old, new, classes.changes),
        "applies_to": lambda _, old, new: iter([f"applies {where_clause(new)} (was {where_clause(old)})"]),
        "scorecard": _scorecard,
        "tiers": _tiers,
        "coverage": _coverage,
        "reviews": _reviews,
        "warnings": lambda _, old, new: listed("warning", old, new, _reason, _trigger),
        "exits": lambda _, old, new: listed("exit", old, new, _reason, _trigger),
        "selection": lambda _, old, new: listed("selection", old, new, lambda row: row["name"], _selection),
        "examples": lambda _, old, new: listed("example", old, new, _given, _example),
    }


def _scorecard(_: str, old: Mapping, new: Mapping) -> Said:
    yield from rest("scorecard", old, new, "dimensions", "weights")
    yield from named("dimension", old["dimensions"], new["dimensions"], _dimension)
    profiles = _by_profile(old.get("weights", [])), _by_profile(new.get("weights", []))
    yield from named("weight profile", *profiles, _profile)


def _dimension(name: str, old: Mapping, new: Mapping) -> Said:
    yield from _weight(name, old, new)
    yield from rest(name, old, new, "weight", "indicators")
    yield from named("indicator", old["indicators"], new["indicators"], _indicator)


def _indicator(name: str, old: Mapping, new: Mapping) -> Said:
    yield from _weight(name, old, new)
    yield from rest(name, old, new, "weight", "points")
    yield from _points(name, old["points"], new["points"])


def _weight(name: str, old: Mapping, new: Mapping) -> Said:
    left, right = old.get("weight"), new.get("weight")
    if left != right:
        yield f"{name} weighs {became(left, right)}"


def _points(name: str, old: Mapping, new: Mapping) -> Said:
    gone = [bound for bound in old if bound not in new]
    come = [bound for bound in new if bound not in old]
    for bound in [each for each in come if old.keys() != new.keys()]:
        moved = next((each for each in gone if old[each] == new[bound]), None)
        if moved is None:
            yield f"{name}: {bound} gets {new[bound]} points, new"
        else:
            gone.remove(moved)
            yield f"{name}: {new[bound]} points start at {became(moved, bound)}"
    yield from (f"{name}: {bound} no longer gets {old[bound]} points of its own" for bound in gone)
    for bound in [each for each in new if each in old and old[each] != new[each]]:
        yield f"{name}: {bound} gets {became(old[bound], new[bound])} points"
    if old.keys() == new.keys() and list(old) != list(new):
        yield f"{name}: points in another order"


def _by_profile(profiles: list[Mapping]) -> Mapping:
    found: Mapping = {}
    for at, profile in enumerate(profiles, 1):
        name = "otherwise" if "otherwise" in profile else profile.get("name", f"profile_{at}")
        found[name if name not in found else f"{name}, again at {at}"] = profile
    return found


def _profile(name: str, old: Mapping, new: Mapping) -> Said:
    if old.get("when") != new.get("when"):
        yield f"weights {name}: {where_clause(new.get('when'))} (was {where_clause(old.get('when'))})"
    yield from rest(f"weights {name}", old, new, "when")


def _tiers(_: str, old: Mapping, new: Mapping) -> Said:
    yield from rest("tiers", old, new, "rules", "ceilings")
    left, right = dict(old["rules"]), dict(new["rules"])
    yield from changed("tiers: otherwise", left.pop("otherwise"), right.pop("otherwise"))
    yield from named("tier rule", left, right, _tier_rule)
    yield from listed("ceiling", old.get("ceilings", []), new.get("ceilings", []), _reason, _ceiling)


def _tier_rule(name: str, old: Mapping, new: Mapping) -> Said:
    for key, verb in (("enter", "enters"), ("stay", "stays")):
        left, right = old.get(key) or {}, new.get(key) or {}
        for measure in union(left, right):
            if measure not in right:
                yield f"tier {name}: {verb} whatever the {measure} (was at {left[measure]})"
            elif measure not in left:
                yield f"tier {name}: {verb} at {right[measure]} on {measure} (asked nothing of it)"
            elif left[measure] != right[measure]:
                yield f"tier {name}: {verb} at {became(left[measure], right[measure])} on {measure}"
    yield from _when(f"tier {name}", old, new)
    yield from rest(f"tier {name}", old, new, "enter", "stay", "when")


def _ceiling(_: str, old: Mapping, new: Mapping) -> Said:
    name = f"ceiling {new['reason']}"
    if old["at_most"] != new["at_most"]:
        yield f"{name}: no tier above {became(old['at_most'], new['at_most'])}"
    yield from _when(name, old, new)
    yield from rest(name, old, new, "at_most", "when")


def _coverage(_: str, old: Mapping, new: Mapping) -> Said:
    yield from rest("coverage", old, new, "obligations")
    left, right = _by_clients(old["obligations"]), _by_clients(new["obligations"])
    for name in [each for each in left if each not in right]:
        successor = next((each for each in right if each not in left and _same_duty(left[name], right[each])), None)
        if successor is not None:
            left = {successor if each == name else each: rule for each, rule in left.items()}
    kept = {name: rule for name, rule in left.items() if name in right}
    yield from (f"obligation removed: {_owes(rule)}" for name, rule in left.items() if name not in right)
    yield from (f"new obligation: {_owes(rule)}" for name, rule in right.items() if name not in left)
    yield from named("obligation", kept, {name: rule for name, rule in right.items() if name in left}, _obligation)


def _by_clients(rules: list[Mapping]) -> dict[str, Mapping]:
    """Obligations by what they are for: role, period and clients."""
    found: dict[str, Mapping] = {}
    for rule in rules:
        name = f"of {rule['role']} a {rule['per']} {where_clause(rule.get('when'))}"
        while name in found:
            name += ", again"
        found[name] = rule
    return found


def _same_duty(old: Mapping, new: Mapping) -> bool:
    return bool(old["role"] == new["role"] and old["per"] == new["per"])


def _obligation(_: str, old: Mapping, new: Mapping) -> Said:
    duty, clients = _duty(new), where_clause(new.get("when"))
    if old["at_least"] != new["at_least"]:
        yield f"{duty} (was {old['at_least']}) {clients}"
    if old.get("when") != new.get("when"):
        yield f"{duty} {clients} (was {where_clause(old.get('when'))})"
    yield from rest(f"{new['role']} {clients}", old, new, "at_least", "when")


def _owes(rule: Mapping) -> str:
    return f"{_duty(rule)} {where_clause(rule.get('when'))}"


def _duty(rule: Mapping) -> str:
    return f"{rule['role']} owes {rule['at_least']} a {rule['per']}"


def _reviews(_: str, old: Mapping, new: Mapping) -> Said:
    left, right = old["every"], new["every"]
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [each for each in union(left, right) if left.get(each) != right.get(each)]:
            yield f"reviews: {key} every {became(left.get(key), right.get(key))}"
    elif left != right:
        yield f"reviews: every {became(left, right)}"
    yield from rest("reviews", old, new, "every")


def _trigger(_: str, old: Mapping, new: Mapping) -> Said:
    yield from _when(new["reason"], old, new)
    yield from rest(new["reason"], old, new, "when")


def _selection(_: str, old: Mapping, new: Mapping) -> Said:
    yield from rest(f"selection {new['name']}", old, new)


def _example(_: str, old: Mapping, new: Mapping) -> Said:
    name = f"example {shown(new.get('given', {}))}"
    yield from rest(name, old, new, "given")


def _when(name: str, old: Mapping, new: Mapping) -> Said:
    if old.get("when") != new.get("when"):
        yield f"{name}: {where_clause(new.get('when'))} (was {where_clause(old.get('when'))})"


def _reason(row: Mapping) -> str:
    reason: str = row["reason"]
    return reason


def _given(row: Mapping) -> bytes:
    return orjson.dumps(row.get("given"))
