"""A whole frame decided, stage by stage."""

from collections.abc import Iterator
from typing import Any

import narwhals as nw

from app.kernel.columns.classes import classified
from app.kernel.columns.duties import owed, triggered
from app.kernel.columns.expressions import Stage, integer, read
from app.kernel.columns.flags import always_decides, flags
from app.kernel.columns.names import movement_names, outcome_names
from app.kernel.columns.scores import scored
from app.kernel.columns.tiers import tier_reasons, tiered
from app.kernel.rulebook import Rulebook


def decide_columns(rulebook: Rulebook, frame: nw.LazyFrame[Any], *, whole: bool = False) -> nw.LazyFrame[Any]:
    """Add every outcome of `rulebook` to `frame`; the package describes the columns.

    With `whole` come those of `movement_names` as well, and a row says all that one client's decision does.
    """
    given = frozenset(frame.collect_schema().names())
    for stage in _stages(rulebook, given, whole=whole):
        frame = frame.with_columns(**stage) if stage else frame
    return frame.drop([name for name in frame.collect_schema().names() if name.startswith("env__")])


def _stages(rulebook: Rulebook, given: frozenset[str], *, whole: bool) -> Iterator[Stage]:
    yield {f"env__{fact.name}": _known(fact.name, fact.fallback, given) for fact in rulebook.facts.values()}
    yield from classified(rulebook, after_score=False)
    if rulebook.scorecard:
        yield from scored(rulebook.scorecard)
    yield from classified(rulebook, after_score=True)
    if rulebook.tiers:
        yield from tiered(rulebook.tiers, standing="standing__tier" in given)
    yield owed(rulebook)
    if whole:
        yield _reasons(rulebook, given)
    yield from flags(rulebook, given)
    if not always_decides(rulebook):
        names = (*outcome_names(rulebook), *(movement_names(rulebook) if whole else ()))
        yield {"env__decided": nw.col("applies") & ~nw.col("refused")}
        yield {name: nw.when(read("decided")).then(nw.col(name)) for name in names}


def _known(name: str, fallback: int, given: frozenset[str]) -> nw.Expr:
    column = f"fact__{name}"
    return nw.coalesce(nw.col(column), integer(fallback)) if column in given else integer(fallback)


def _reasons(rulebook: Rulebook, given: frozenset[str]) -> Stage:
    tiers = tier_reasons(rulebook.tiers, standing="standing__tier" in given) if rulebook.tiers else {}
    return tiers | triggered(rulebook)
