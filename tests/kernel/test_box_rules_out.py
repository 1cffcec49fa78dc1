"""What a box of clients rules out, no client in it gets: the ground of every proof of the checker."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.decision import Decision
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.proof.box import Values, outcomes
from tests.generated import clients, rulebooks


def box_around(book: Rulebook, inside: list[dict[str, int]]) -> dict[str, Values]:
    """The smallest box that holds all the given clients."""
    box: dict[str, Values] = {}
    for fact in book.facts.values():
        values = [client.get(fact.name, fact.fallback) for client in inside]
        listed = fact.kind in {"flag", "grade", "choice"}
        box[fact.name] = frozenset(values) if listed else (min(values), max(values))
    return box


def inside(value: int, values: Values) -> bool:
    """Whether a value is among those the box allows."""
    return value in values if isinstance(values, frozenset) else values[0] <= value <= values[1]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_client_in_a_box_gets_one_of_its_outcomes(data: st.DataObject) -> None:
    book = data.draw(rulebooks())
    batch = data.draw(st.lists(clients(book), min_size=1, max_size=4))
    found = outcomes(book, box_around(book, batch))
    scorer = Scorer(book)
    for client in batch:
        decision = scorer.decide(client)
        if isinstance(decision, Decision):
            for name, values in found.items():
                assert inside(decision.env[name], values), name


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_a_box_of_one_client_has_that_clients_outcomes_only(data: st.DataObject) -> None:
    book = data.draw(rulebooks())
    client = data.draw(clients(book))
    decision = Scorer(book).decide(client)
    if isinstance(decision, Decision):
        found = outcomes(book, box_around(book, [client]))
        for name, values in found.items():
            alone = values if isinstance(values, frozenset) else frozenset(values)
            assert alone == {decision.env[name]}, name
