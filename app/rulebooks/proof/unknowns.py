"""Notes on what counts for a fact that nobody knows, where that may surprise."""

from collections.abc import Iterator

from app.kernel.condition import names
from app.kernel.cuts import guards
from app.kernel.fact import Fact
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import Curve, Dimension


def unknowns(rulebook: Rulebook) -> Iterator[str]:
    """Notes on facts that count as good, or as what is not proved to be worst, where they are unknown."""
    yield from _full_points_for_nothing(rulebook)
    yield from _worst_in_guards(rulebook)


def scored(rulebook: Rulebook, dimension: Dimension) -> Iterator[tuple[Fact, Curve]]:
    """The facts of a dimension with their points; a class that is scored is none."""
    for each in dimension.indicators:
        if each.fact in rulebook.facts:
            yield rulebook.facts[each.fact], each.curve


def _full_points_for_nothing(rulebook: Rulebook) -> Iterator[str]:
    for dimension in rulebook.scorecard.dimensions if rulebook.scorecard else ():
        for fact, curve in scored(rulebook, dimension):
            least, most = min(curve.points), max(curve.points)
            if fact.missing == "zero" and fact.better == "lower" and curve.at(0) == most > least:
                yield f"{fact.name}: where it is unknown it counts as {fact.render(0)}, and gets full points"


def _worst_in_guards(rulebook: Rulebook) -> Iterator[str]:
    """Points and bands follow a fact's direction, so that its worst value is the worst outcome; guards need not."""
    profiles = rulebook.scorecard.profiles if rulebook.scorecard else ()
    readers = [
        *(("weights", each.when) for each in profiles),
        *((each.name, guard) for each in rulebook.classifications for guard in guards(each.rule)),
    ]
    for fact in rulebook.facts.values():
        places = dict.fromkeys(place for place, guard in readers if fact.name in names(guard))
        if fact.missing == "worst" and places:
            counted = fact.render(fact.fallback)
            read_by = ", ".join(places)
            yield f"{fact.name}: where it is unknown it counts as {counted}, which need not be the worst for {read_by}"
