"""Whatever the rulebook and the client: what is stored, read back, gives the same result to the byte."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from app.clients.facts import KnownFact
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.check import SoundRulebook
from app.rulebooks.published import Published
from app.standing.grounds import Grounds
from app.standing.held import InForce, Standing
from app.standing.replaying import grounds_of, replay
from app.standing.settled import COLUMNS, Settled
from app.standing.tables import AssessmentRecord
from app.standing.verdict import Judge, Verdict
from tests.generated import clients, rulebooks

DAY: Final = date(2026, 1, 31)
AT: Final = datetime(2026, 1, 31, 4, tzinfo=UTC)


def published(book: Rulebook) -> Published:
    """The rulebook as the registry has it; its document is not needed to decide."""
    document: Any = None
    return Published("any", 1, SoundRulebook(document, book, "sha256:any"), Scorer(book))


def stored(settled: Settled) -> AssessmentRecord:
    """The row as a database gives it back: objects come with their keys in an order of its own."""
    row = settled.row(AT, "test")
    for name in ("facts", "standing", "override"):
        row[name] = orjson.loads(orjson.dumps(row[name], option=orjson.OPT_SORT_KEYS))
    return AssessmentRecord(**row)


def copied(settled: Settled) -> dict[str, Any]:
    """The row as COPY writes it."""
    row = dict(zip(COLUMNS, settled.cells(AT, "test"), strict=True))
    texts = {name: row[name] and orjson.loads(row[name]) for name in ("facts", "standing", "override")}
    return {**row, **texts}


@settings(max_examples=40)
@given(st.data())
def test_every_decision_of_a_client_s_life_can_be_replayed(data: st.DataObject) -> None:
    book = data.draw(rulebooks(tiered=True))
    judge = Judge(published(book))
    standing: Standing | None = None
    steps: int = data.draw(st.integers(1, 4))
    for step in range(steps):
        encoded = data.draw(clients(book))
        facts = {
            name: KnownFact(book.facts[name].render(value), DAY, None, AT, "test") for name, value in encoded.items()
        }
        spoilt: bool = data.draw(st.booleans())
        if facts and spoilt:
            facts[next(iter(facts))] = KnownFact("no such value", DAY, "crm", AT, "test")
        override = InForce(str(uuid.uuid4()), "any", DAY + timedelta(days=400), "why") if step % 2 else None
        day = DAY + timedelta(days=40 * step)
        counts: bool = data.draw(st.booleans())
        grounds = Grounds(day, facts, standing, counts, override)
        verdict = judge.decide(grounds)
        if not isinstance(verdict, Verdict):
            continue
        settled = Settled(uuid.uuid4(), "C", None, judge.published, grounds, verdict, "R" if grounds.counts else None)
        record = stored(settled)
        assert replay(judge, record).identical
        assert judge.decide(grounds_of(record)) == verdict
        standing = verdict.standing
