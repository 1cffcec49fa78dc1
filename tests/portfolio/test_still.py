"""The quick way gives what one by one gives, for any rulebook and any client."""

import uuid
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.clients.facts import KnownFact
from app.kernel.score import Scorer
from app.portfolio.members import Member
from app.portfolio.settling import Terms, settle
from app.rulebooks.check import SoundRulebook
from app.rulebooks.published import Published
from app.standing.grounds import Grounds, declared
from app.standing.held import Standing
from app.standing.reading import Stands
from app.standing.verdict import Judge, Verdict
from tests.generated import clients, rulebooks

DAYS: Final = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30))
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


def judge_of(book: Any) -> Judge:
    sound = SoundRulebook(None, book, "sha256:0")  # type: ignore[arg-type]
    return Judge(Published(book.name, 1, sound, Scorer(book)))


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Any, list[list[dict[str, int]]], dict[str, Standing | None], bool]:
    """A rulebook; what is known of each client on each day; where each stands at first; whether these are reviews."""
    book = draw(rulebooks())
    facts = draw(st.lists(st.lists(clients(book), min_size=3, max_size=3), min_size=1, max_size=4))
    labels = book.tiers.labels if book.tiers else ()
    placed = st.sampled_from([None, *(Standing(label, date(2026, 1, 1)) for label in labels)])
    return book, facts, {f"C-{at}": draw(placed) for at in range(len(facts))}, draw(st.booleans())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawn())
def test_a_run_decides_and_moves_as_one_by_one_does(
    case: tuple[Any, list[list[dict[str, int]]], dict[str, Standing | None], bool],
) -> None:
    book, encoded, standings, counts = case
    judge = judge_of(book)
    members = [Member(client_id, None, ()) for client_id in standings]
    for at, day in enumerate(DAYS):
        known = {
            client_id: {
                name: KnownFact(book.facts[name].render(value), DAYS[0], None, AT, "test")
                for name, value in facts[at].items()
            }
            for client_id, facts in zip(standings, encoded, strict=True)
        }
        stands = {client_id: Stands(standing) for client_id, standing in standings.items()}
        terms = Terms(day, "a review" if counts else None, uuid.uuid4())
        found = settle(judge, members, known, stands, terms)
        undecided: Counter[str] = Counter()
        ours = {each.client_id: each for each in found.settled}
        for client_id, facts in known.items():
            grounds = Grounds(day, declared(book, facts), standings[client_id], counts)
            verdict = judge.decide(grounds)
            if isinstance(verdict, Verdict):
                assert ours[client_id].verdict.result == verdict.result
                assert ours[client_id].grounds == grounds
                standings[client_id] = verdict.standing
            else:
                assert client_id not in ours
                undecided["facts_required" if type(verdict).__name__ == "Refusal" else "not_applicable"] += 1
        assert found.undecided == undecided
