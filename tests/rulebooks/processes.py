"""Hypothesis strategies for what a document says of movement, recognition and exits."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Document = dict[str, Any]
PERIODS = st.sampled_from(["P5D", "P2W", "P1M", "P1Y2M3D"])
ROLES = st.sampled_from(["relationship_manager", "outlet_head"])
PLANS = st.fixed_dictionaries(
    {"open_within": PERIODS, "runs": PERIODS}, optional={"extensions": st.integers(0, 12).map(str)}
)
MOVEMENT = st.fixed_dictionaries(
    {},
    optional={
        "promotion": st.fixed_dictionaries({"needs": st.sampled_from(["recognition", "nothing"])}),
        "warning": st.fixed_dictionaries({"within": st.integers(0, 9).map(str)}),
        "demotion": st.fixed_dictionaries({"after_reviews": st.integers(1, 12).map(str)}, optional={"plan": PLANS}),
    },
)
LABELS = st.just({"en": "Step", "zh": "步骤"})


@st.composite
def processed(draw: Draw, documents: st.SearchStrategy[Document]) -> Document:
    """The document with movement, recognition and an exit process among its possibilities."""
    document: Document = draw(documents)
    if "tiers" in document:
        document["tiers"] |= {"movement": draw(MOVEMENT)} if draw(st.booleans()) else {}
        document |= {"recognition": draw(_recognitions(sorted(document["facts"])))} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        names = draw(st.permutations(["notify", "hand_over", "close"]))[: draw(st.integers(1, 3))]
        document["exit_process"] = {"steps": [draw(_steps(name)) for name in names]}
    return document


def _steps(name: str) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries({"step": st.just(name), "role": ROLES, "within": PERIODS}, optional={"label": LABELS})


def _recognitions(facts: list[str]) -> st.SearchStrategy[Document]:
    majorities = st.sampled_from(["more_than_half", "two_thirds", "unanimous"])
    scores = st.lists(st.sampled_from(facts), min_size=1, max_size=3, unique=True)
    asked = st.fixed_dictionaries({"experts": st.integers(1, 9).map(str), "scores": scores})
    rest = st.fixed_dictionaries(
        {
            "committee": st.fixed_dictionaries({"quorum": st.integers(1, 9).map(str), "majority": majorities}),
            "limits": st.fixed_dictionaries(dict.fromkeys(["screening", "assessment", "vote", "filing"], PERIODS)),
        }
    )
    return st.tuples(asked | st.just({"experts": "0"}), rest).map(lambda parts: parts[0] | parts[1])
