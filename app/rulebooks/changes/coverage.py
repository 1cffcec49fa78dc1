"""Changes of what is owed, in words."""

from app.rulebooks.changes.general import Mapping, Said, named, rest, where_clause


def coverage_changes(_: str, old: Mapping, new: Mapping) -> Said:
    """What changed of the obligations; one for other clients than before is still the same."""
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
