"""What changed between two versions of a rulebook, in the words of policy staff."""

import orjson

from app.rulebooks.changes.classes import ClassChanges
from app.rulebooks.changes.coverage import coverage_changes
from app.rulebooks.changes.exit_process import exit_process_changes
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
    when_changed,
    where_clause,
)
from app.rulebooks.changes.scorecard import scorecard_changes
from app.rulebooks.changes.tiers import tiers_changes
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
        "scorecard": scorecard_changes,
        "tiers": tiers_changes,
        "coverage": coverage_changes,
        "reviews": _reviews,
        "warnings": lambda _, old, new: listed("warning", old, new, _reason, _trigger),
        "exits": lambda _, old, new: listed("exit", old, new, _reason, _trigger),
        "exit_process": exit_process_changes,
        "selection": lambda _, old, new: listed("selection", old, new, lambda row: row["name"], _selection),
        "examples": lambda _, old, new: listed("example", old, new, _given, _example),
    }


def _reviews(_: str, old: Mapping, new: Mapping) -> Said:
    left, right = old["every"], new["every"]
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [each for each in union(left, right) if left.get(each) != right.get(each)]:
            yield f"reviews: {key} every {became(left.get(key), right.get(key))}"
    elif left != right:
        yield f"reviews: every {became(left, right)}"
    yield from rest("reviews", old, new, "every")


def _trigger(_: str, old: Mapping, new: Mapping) -> Said:
    yield from when_changed(new["reason"], old, new)
    yield from rest(new["reason"], old, new, "when")


def _selection(_: str, old: Mapping, new: Mapping) -> Said:
    yield from rest(f"selection {new['name']}", old, new)


def _example(_: str, old: Mapping, new: Mapping) -> Said:
    name = f"example {shown(new.get('given', {}))}"
    yield from rest(name, old, new, "given")


def _reason(row: Mapping) -> str:
    reason: str = row["reason"]
    return reason


def _given(row: Mapping) -> bytes:
    return orjson.dumps(row.get("given"))
