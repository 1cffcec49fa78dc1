"""Classifications over columns."""

from collections.abc import Iterator

import narwhals as nw

from app.kernel.classification import Bands, Best, Choose, Fixed, Matrix, Options, Rule, Worst
from app.kernel.columns.expressions import Stage, holds, integer, largest, picked, read, smallest, stepped
from app.kernel.rulebook import Rulebook


def classified(rulebook: Rulebook, *, after_score: bool) -> Iterator[Stage]:
    """The ranks and labels of the classifications that are decided before the scorecard, or of those after it."""
    for each in rulebook.classifications:
        if each.after_score == after_score:
            yield {f"env__{each.name}": _rank(each.rule)}
            yield {f"class__{each.name}": label(each.name, each.labels)}


def label(name: str, labels: tuple[str, ...]) -> nw.Expr:
    """The label of the rank that rules know by this name."""
    return picked(read(name), map(nw.lit, labels))


def _rank(rule: Rule) -> nw.Expr:  # noqa: PLR0911  one construct, one return
    match rule:
        case Bands(subject, bounds, ranks):
            return stepped(read(subject), bounds, ranks)
        case Options(subject, ranks):
            return picked(read(subject), map(integer, ranks))
        case Matrix(row, column, ranks):
            return picked(read(row), [picked(read(column), map(integer, cells)) for cells in ranks])
        case Best(parts):
            return largest(map(_rank, parts))
        case Worst(parts):
            return smallest(map(_rank, parts))
        case Fixed(outcome):
            return integer(outcome)
        case Choose(branches, otherwise):
            chosen = _rank(otherwise)
            for guard, branch in reversed(branches):
                chosen = nw.when(holds(guard)).then(_rank(branch)).otherwise(chosen)
            return chosen
