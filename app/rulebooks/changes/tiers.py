"""Changes of tiers, in words: bounds to enter and to stay, ceilings, movement."""

from app.rulebooks.changes.general import Mapping, Said, became, changed, listed, named, rest, union, when_changed


def tiers_changes(_: str, old: Mapping, new: Mapping) -> Said:
    """What changed of the order, the rules, the ceilings and the movement."""
    yield from rest("tiers", old, new, "rules", "ceilings")
    left, right = dict(old["rules"]), dict(new["rules"])
    yield from changed("tiers: otherwise", left.pop("otherwise"), right.pop("otherwise"))
    yield from named("tier rule", left, right, _tier_rule)
    yield from listed("ceiling", old.get("ceilings", []), new.get("ceilings", []), lambda row: row["reason"], _ceiling)


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
    yield from when_changed(f"tier {name}", old, new)
    yield from rest(f"tier {name}", old, new, "enter", "stay", "when")


def _ceiling(_: str, old: Mapping, new: Mapping) -> Said:
    name = f"ceiling {new['reason']}"
    if old["at_most"] != new["at_most"]:
        yield f"{name}: no tier above {became(old['at_most'], new['at_most'])}"
    yield from when_changed(name, old, new)
    yield from rest(name, old, new, "at_most", "when")
