"""Conditions: names resolved, comparisons turned into inclusive ends in the value's own units."""

from app.kernel.condition import AllOf, AtLeastOf, Condition, Not, OneOf, Within
from app.rulebooks.compile.scope import Readable, Scope
from app.rulebooks.document.conditions import ConditionPart, TestPart
from app.rulebooks.problem import Code, Path

_LOW = {"at_least": 0, "more_than": 1}
_HIGH = {"at_most": 0, "below": -1}
NEVER = AtLeastOf(1, ())
"""Stands for a part that could not be compiled; it is never decided by, because a finding refuses the rulebook."""


def compile_condition(part: ConditionPart | None, path: Path, scope: Scope, *, may_be_empty: bool = False) -> Condition:
    """Every line of the part, joined by AND; no part at all always holds."""
    if part is None:
        return AllOf(())
    lines: list[Condition] = [_named(name, test, (*path, name), scope) for name, test in part.tests.items()]
    if part.any_ is not None:
        lines.append(AtLeastOf(1, _each(part.any_, (*path, "any"), scope)))
    if part.all_ is not None:
        lines.extend(_each(part.all_, (*path, "all"), scope))
    if part.not_ is not None:
        lines.append(Not(compile_condition(part.not_, (*path, "not"), scope)))
    if part.at_least_of is not None:
        lines.append(_checklist(part, (*path, "at_least_of"), scope))
    if not lines and not may_be_empty:
        scope.findings.add(
            Code.CONDITION_EMPTY, path, "the condition compares nothing", "name what must hold, or leave it out"
        )
    return lines[0] if len(lines) == 1 else AllOf(tuple(lines))


def _each(parts: list[ConditionPart], path: Path, scope: Scope) -> tuple[Condition, ...]:
    return tuple(compile_condition(part, (*path, position), scope) for position, part in enumerate(parts))


def _checklist(part: ConditionPart, path: Path, scope: Scope) -> Condition:
    checklist = part.at_least_of
    assert checklist is not None  # noqa: S101  the caller asked
    if checklist.count > len(checklist.of):
        message = f"{checklist.count} of {len(checklist.of)} can never hold"
        scope.findings.add(Code.COUNT_IMPOSSIBLE, (*path, "count"), message, f"write at most {len(checklist.of)}")
    return AtLeastOf(checklist.count, _each(checklist.of, (*path, "of"), scope))


def _named(name: str, test: TestPart, path: Path, scope: Scope) -> Condition:
    readable = scope.read(name, path)
    if readable is None:
        return NEVER
    given = {key for key in ("at_least", "more_than", "at_most", "below") if getattr(test, key) is not None}
    if given and readable.by_option:
        mend = "compare it with is or in, or make the fact a grade"
        scope.findings.add(Code.COMPARISON_WRONG, path, f"{name} has no order", mend, at_key=True)
        return NEVER
    parts = [_ends(test, given, path, readable, scope)] if given else []
    if test.is_ is not None or test.in_ is not None:
        parts.append(_members(test, path, readable, scope))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _ends(test: TestPart, given: set[str], path: Path, readable: Readable, scope: Scope) -> Condition:
    values = {
        key: scope.value(readable, getattr(test, key), (*path, key))
        for key in ("at_least", "more_than", "at_most", "below")
        if key in given
    }
    known = {key: value for key, value in values.items() if value is not None}
    if len(known) < len(given):
        return NEVER
    low = max((known[key] + step for key, step in _LOW.items() if key in known), default=None)
    high = min((known[key] + step for key, step in _HIGH.items() if key in known), default=None)
    if max(readable.low, low or readable.low) > min(readable.high, readable.high if high is None else high) or (
        low is not None and low > readable.high
    ):
        scope.findings.add(
            Code.CONDITION_NEVER, path, f"no value of {readable.name} lies inside", "widen the comparison", at_key=True
        )
    return Within(readable.name, low, high, tuple(known.items()))


def _members(test: TestPart, path: Path, readable: Readable, scope: Scope) -> Condition:
    key = "is" if test.is_ is not None else "in"
    texts = [test.is_] if test.is_ is not None else list(test.in_ or ())
    places = [(*path, key)] if test.is_ is not None else [(*path, key, at) for at in range(len(texts))]
    values = [scope.value(readable, text, place) for text, place in zip(texts, places, strict=True) if text is not None]
    found = frozenset(value for value in values if value is not None)
    return OneOf(readable.name, found) if len(values) == len([v for v in values if v is not None]) else NEVER
