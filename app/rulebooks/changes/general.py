"""Changes between two pieces of a document's data, in words: the general ones, for whatever has none of its own."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Final

import orjson

from app.kernel.quantity import Measure, QuantityError, parse

Data = Any
"""What a document dumps to: text, numbers, flags, lists and mappings of them."""
Mapping = dict[str, Any]
Said = Iterator[str]
Differ = Callable[[str, Data, Data], Said]

_ANY_AMOUNT: Final = Measure("amount", 6, 10**20, percent=True)
_COMPARISONS: Final = {
    "at_least": "at least",
    "more_than": "more than",
    "at_most": "at most",
    "below": "below",
    "is": "",
    "in": "in",
}


def changed(where: str, old: Data, new: Data) -> Said:
    """Every change inside something that stands at `where`; None stands for what is not there."""
    if old == new and type(old) is type(new):
        yield from reordered(where, old, new)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in union(old, new):
            yield from changed(f"{where}: {key}" if ": " not in where else f"{where}.{key}", old.get(key), new.get(key))
    elif _rows(old) and _rows(new):
        yield from listed(where, old, new, orjson.dumps, changed)
    elif old is None or new is None:
        yield f"{where} {shown(new)}, new" if old is None else f"{where} removed (was {shown(old)})"
    else:
        yield f"{where} {became(old, new)}"


def reordered(where: str, old: Data, new: Data) -> Said:
    """Where two equal pieces are written in another order: it changes the digest, and no decision."""
    if isinstance(old, dict):
        if list(old) != list(new):
            yield f"{where}: written in another order"
        for key, part in old.items():
            yield from reordered(f"{where}.{key}", part, new[key])
    elif isinstance(old, list):
        for at, (before, after) in enumerate(zip(old, new, strict=True), 1):
            yield from reordered(f"{where} {at}", before, after)


def named(kind: str, old: Mapping, new: Mapping, each: Differ) -> Said:
    """Changes of parts that have names: new ones, removed ones, and what `each` says of the others."""
    for name in union(old, new):
        if name not in old or name not in new:
            yield f"new {kind} {name}" if name in new else f"{kind} {name} removed"
        else:
            yield from each(name, old[name], new[name])
    if old.keys() == new.keys() and list(old) != list(new):
        yield f"every {kind} stays, written in another order"


def listed(kind: str, old: list[Any], new: list[Any], key: Callable[[Any], Hashable], each: Differ) -> Said:
    """Changes of parts in a list: equal ones are passed over, others paired by `key`, the rest is new or removed."""
    left, right = _without_shared(old, new)
    if not left and not right and old != new:
        yield f"{kind}: in another order"
    for row in list(left):
        twin = next((other for other in right if key(other) == key(row)), None)
        if twin is not None:
            left.remove(row)
            right.remove(twin)
            yield from each(f"{kind} {1 + new.index(twin)}", row, twin)
    yield from (f"{kind} removed: {shown(row)}" for row in left)
    yield from (f"new {kind}: {shown(row)}" for row in right)


def became(old: Data, new: Data) -> str:
    """The new value and the old: "3亿 (was 2亿)", or "200000000 (written as 2亿 before)" where they are equal."""
    same = isinstance(old, str) and isinstance(new, str) and _amount(old) is not None and _amount(old) == _amount(new)
    return f"{shown(new)} (written as {shown(old)} before)" if same else f"{shown(new)} (was {shown(old)})"


def rest(where: str, old: Mapping, new: Mapping, *told: str) -> Said:
    """The changes of every field but those that are `told` otherwise."""
    for key in union(old, new):
        if key not in told:
            yield from changed(f"{where}: {key}", old.get(key), new.get(key))


def condition(part: Mapping | None) -> str:
    """A condition on one line, by its names."""
    if not part:
        return "always"
    return " and ".join(_line(name, test) for name, test in part.items())


def where_clause(part: Mapping | None) -> str:
    """The condition as the end of a sentence."""
    return f"where {condition(part)}" if part else "for every client"


def when_changed(name: str, old: Mapping, new: Mapping) -> Said:
    """Whether a part holds for other clients than before."""
    if old.get("when") != new.get("when"):
        yield f"{name}: {where_clause(new.get('when'))} (was {where_clause(old.get('when'))})"


def shown(data: Data) -> str:
    """Data on one line."""
    if isinstance(data, bool):
        return "yes" if data else "no"
    if isinstance(data, dict):
        return ", ".join(f"{key} {_inner(value)}" for key, value in data.items()) or "nothing"
    if isinstance(data, list):
        return ", ".join(map(_inner, data)) or "nothing"
    return str(data) if data not in {None, ""} else "nothing"


def union(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The names in both, in the order of the newer document, with those that it lacks at the end."""
    return list(dict.fromkeys([*new, *old]))


def _inner(data: Data) -> str:
    return f"({shown(data)})" if isinstance(data, dict | list) else shown(data)


def _line(name: str, test: Data) -> str:
    if name == "any":
        return "(" + " or ".join(map(condition, test)) + ")"
    if name == "all":
        return " and ".join(map(condition, test))
    if name == "not":
        return f"not ({condition(test)})"
    if name == "at_least_of" and "of" in test:
        return f"at least {test['count']} of ({'; '.join(map(condition, test['of']))})"
    return " and ".join(f"{name} {_COMPARISONS[key]} {shown(value)}".replace("  ", " ") for key, value in test.items())


def _rows(data: Data) -> bool:
    return isinstance(data, list) and bool(data) and all(isinstance(each, dict) for each in data)


def _without_shared(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    """What each list has that the other has not."""
    left, right = list(old), list(new)
    for row in old:
        if row in right:
            left.remove(row)
            right.remove(row)
    return left, right


def _amount(text: str) -> int | None:
    try:
        return parse(text, _ANY_AMOUNT)
    except QuantityError:
        return None
