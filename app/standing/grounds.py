"""What a decision stands on: stored with it, and all that a replay needs besides the rulebook version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.clients.facts import KnownFact
from app.kernel.quantity import QuantityError
from app.kernel.rulebook import Rulebook
from app.standing.held import InForce, Standing


@dataclass(frozen=True, slots=True)
class Grounds:
    """The day, the facts that the rulebook declares, the standing before, and whether this counts as a review.

    `override` is in force on the day; it shows in the standing after, and decides nothing.
    """

    as_of: date
    facts: Mapping[str, KnownFact]
    standing: Standing | None
    counts: bool
    override: InForce | None = None

    def encoded(self, book: Rulebook) -> tuple[dict[str, int], list[str]]:
        """The facts as the kernel reads them, and the names of those that this rulebook cannot read."""
        facts: dict[str, int] = {}
        unreadable: list[str] = []
        for name, fact in book.facts.items():  # in the rulebook's order: the database keeps none
            if name not in self.facts:
                continue
            try:
                facts[name] = fact.encode(self.facts[name].value)
            except QuantityError:
                unreadable.append(name)
        return facts, unreadable

    def facts_json(self) -> dict[str, Any]:
        """The facts with their days, sources and moments of recording."""
        return {name: fact_json(known) for name, known in self.facts.items()}

    def facts_told(self) -> dict[str, Any]:
        """The same with days and moments as they are, which orjson writes alike, and much sooner."""
        return {name: known._asdict() for name, known in self.facts.items()}


def declared(book: Rulebook, known: Mapping[str, KnownFact]) -> dict[str, KnownFact]:
    """Those of a client's facts that a rulebook declares, in its order."""
    return {name: known[name] for name in book.facts if name in known}


def fact_json(known: KnownFact) -> dict[str, Any]:
    """A fact as it is stored with a decision."""
    return {
        "value": known.value,
        "as_of": known.as_of.isoformat(),
        "source": known.source,
        "recorded_at": known.recorded_at.isoformat(),
        "recorded_by": known.recorded_by,
    }


def fact_of_json(stored: Mapping[str, Any]) -> KnownFact:
    """Read what `fact_json` wrote."""
    as_of, recorded_at = date.fromisoformat(stored["as_of"]), datetime.fromisoformat(stored["recorded_at"])
    return KnownFact(stored["value"], as_of, stored["source"], recorded_at, stored["recorded_by"])
