"""Changes of a scorecard, in words: weights, points, weight profiles."""

from app.rulebooks.changes.general import Mapping, Said, became, named, rest, where_clause


def scorecard_changes(_: str, old: Mapping, new: Mapping) -> Said:
    """What changed of the method, the dimensions with their indicators, and the weight profiles."""
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
