"""Conditions: names resolved, comparisons turned into inclusive ends in the value's own units."""

from app.kernel.condition import AllOf, AtLeastOf, Condition, Not, OneOf, Within
from app.rulebooks.compile.scope import Readable, Scope
from app.rulebooks.document.conditions import ConditionPart, TestPart
from app.rulebooks.problem import Code, Path

_LOW = {"at_least": 0, "more_than": 1}
_HIGH = {"at_most": 0, "below": -1}
_COMPARISONS = (*_LOW, *_HIGH)
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
        message = f"{checklist.count} of {len(checklist.of)} conditions can never hold"
        scope.findings.add(Code.COUNT_IMPOSSIBLE, (*path, "count"), message, f"write at most {len(checklist.of)}")
    return AtLeastOf(checklist.count, _each(checklist.of, (*path, "of"), scope))


def _named(name: str, test: TestPart, path: Path, scope: Scope) -> Condition:
    readable = scope.read(name, path)
    if readable is None:
        return NEVER
    given = any(getattr(test, key) is not None for key in _COMPARISONS)
    if given and readable.by_option:
        mend = "compare it with is or in, or make the fact a grade"
        message = f"the options of {name} have no order"
        scope.findings.add(Code.COMPARISON_WRONG, path, message, mend, at_key=True)
        return NEVER
    parts = [_ends(test, path, readable, scope)] if given else []
    if test.is_ is not None:
        parts.append(_members([(test.is_, (*path, "is"))], readable, scope))
    if test.in_ is not None:
        parts.append(_members([(text, (*path, "in", at)) for at, text in enumerate(test.in_)], readable, scope))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _ends(test: TestPart, path: Path, readable: Readable, scope: Scope) -> Condition:
    written = {key: text for key in _COMPARISONS if (text := getattr(test, key)) is not None}
    values = {key: scope.value(readable, text, (*path, key)) for key, text in written.items()}
    known = {key: value for key, value in values.items() if value is not None}
    if len(known) < len(written):
        return NEVER
    low = max((known[key] + step for key, step in _LOW.items() if key in known), default=None)
    high = min((known[key] + step for key, step in _HIGH.items() if key in known), default=None)
    least = readable.low if low is None else max(low, readable.low)
    most = readable.high if high is None else min(high, readable.high)
    if least > most:
        message = f"no value of {readable.name} lies inside"
        scope.findings.add(Code.CONDITION_NEVER, path, message, "widen the comparison", at_key=True)
    return Within(readable.name, low, high, tuple(known.items()))


def _members(written: list[tuple[str, Path]], readable: Readable, scope: Scope) -> Condition:
    values = [scope.value(readable, text, path) for text, path in written]
    known = frozenset(value for value in values if value is not None)
    return NEVER if None in values else OneOf(readable.name, known)
