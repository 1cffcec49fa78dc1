"""Whatever a rulebook holds, its decisions have the shape that the API describes."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.decision import Decision as Decided
from app.kernel.decision import Standing
from app.kernel.score import Scorer
from app.rulebooks.check import SoundRulebook
from app.rulebooks.compile import compile_rulebook
from app.rulebooks.document import RulebookDocument
from app.rulebooks.problem import Findings
from app.rulebooks.published import Published
from app.tiering.decision_schemas import Decision
from app.tiering.presentation import Presenter
from tests.generated import clients, documents

BY_CLASS: dict[str, Any] = {
    "rulebook": "by-class",
    "title": "By class",
    "source": "a test",
    "facts": {"deposits": {"type": "money", "missing": "zero"}},
    "classifications": {"size": {"order": ["small", "large"], "bands": {"deposits": {"small": "0", "large": "1亿"}}}},
    "scorecard": {
        "method": "points",
        "dimensions": {"all": {"indicators": {"by_size": {"fact": "size", "points": {"small": "0", "large": "50"}}}}},
    },
}


def published(data: dict[str, Any]) -> Published:
    document = RulebookDocument.model_validate(data)
    book = compile_rulebook(document, Findings())
    return Published(book.name, 1, SoundRulebook(document, book, "sha256:made"), Scorer(book))


@given(data=st.data())
def test_every_decision_has_the_shape_that_is_described(data: st.DataObject) -> None:
    made = published(data.draw(documents()))
    book = made.sound.rulebook
    standing = Standing(data.draw(st.integers(0, len(book.tiers.labels) - 1))) if book.tiers else None
    decided = made.scorer.decide(data.draw(clients(book)), standing)
    if isinstance(decided, Decided):
        Decision.model_validate_json(orjson.dumps(Presenter(made).decision(decided, "2026-01-01")))


@pytest.mark.parametrize(("deposits", "value", "points"), [(10**10, "large", "50"), (0, "small", "0")])
def test_an_indicator_may_read_a_class(deposits: int, value: str, points: str) -> None:
    made = published(BY_CLASS)
    decided = made.scorer.decide({"deposits": deposits})
    assert isinstance(decided, Decided)
    [line] = Presenter(made).decision(decided, "2026-01-01")["score"]["dimensions"]["all"]["indicators"]
    assert (line["fact"], line["value"], line["points"]) == ("size", value, points)
