"""How classes and points are decided, in English and Chinese."""

from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.classifications import BranchPart, MatrixPart, RulePart
from app.rulebooks.document.scorecards import IndicatorPart
from app.rulebooks.wording.names import Wording
from app.rulebooks.wording.text import (
    ALWAYS,
    CLAUSES,
    COLON,
    LIST,
    Both,
    bounds_in_words,
    in_brackets,
    joined,
    same,
)


class RuleWording:
    """Says the rules of classifications and the points of indicators of one document."""

    def __init__(self, words: Wording, document: RulebookDocument) -> None:
        self.words = words
        self.options = {name: fact.options for name, fact in document.facts.items()}
        self.listed = {name for name, fact in document.facts.items() if fact.type in {"choice", "flag"}}

    def rule(self, name: str, part: RulePart) -> Both:
        """How the classification `name` is decided by this rule."""
        if part.is_ is not None:
            return ALWAYS + Both(" ", "") + self.words.value(name, part.is_)
        if part.choose is not None:
            return joined((self._branch(name, branch) for branch in part.choose), CLAUSES)
        if part.matrix is not None:
            return self._matrix(name, part.matrix)
        if part.best_of or part.worst_of:
            of_which = Both("the best of ", "取最高：") if part.best_of else Both("the worst of ", "取最低：")
            entries = (part.best_of or part.worst_of or {}).items()
            return of_which + joined((in_brackets(self._by(name, of, each)) for of, each in entries), LIST)
        return joined((self._by(name, of, each) for of, each in (part.bands or {}).items()), LIST) + joined(
            (self._by_option(name, of, each) for of, each in (part.options or {}).items()), LIST
        )

    def points(self, fact: str, part: IndicatorPart) -> Both:
        """The points that values of a fact get."""
        outcomes = [Both(f"{text} points", f"{text}分") for text in part.points.values()]
        if part.between == "linear":
            anchors = [same(text) + COLON + points for text, points in zip(part.points, outcomes, strict=True)]
            level = Both(", on straight lines between them and level beyond", "，其间按直线计算，两端之外不变")
            return joined(anchors, LIST) + level
        if fact in self.listed or list(part.points) == self.options.get(fact):
            pairs = zip(part.points, outcomes, strict=True)
            return joined((self.words.value(fact, option) + COLON + points for option, points in pairs), CLAUSES)
        return bounds_in_words(list(part.points), outcomes)

    def _branch(self, name: str, branch: BranchPart) -> Both:
        if branch.otherwise is not None:
            return Both("otherwise ", "其他：") + self._nested(name, branch.otherwise)
        assert branch.then is not None  # noqa: S101  a sound branch has an outcome
        return self.words.where(branch.when) + Both(", ", "，") + self._nested(name, branch.then)

    def _nested(self, name: str, part: RulePart) -> Both:
        return self.words.value(name, part.is_) if part.is_ is not None else in_brackets(self.rule(name, part))

    def _matrix(self, name: str, part: MatrixPart) -> Both:
        row, column = self.words.name(part.rows), self.words.name(part.columns)
        lines = []
        for each, cells in part.cells.items():
            said = (self.words.value(part.columns, at) + COLON + self.words.value(name, to) for at, to in cells.items())
            lines.append(row + " " + self.words.value(part.rows, each) + in_brackets(joined(said, LIST)))
        return Both(f"by {row.en} and {column.en}: ", f"按{row.zh}和{column.zh}：") + joined(lines, CLAUSES)

    def _by(self, name: str, of: str, entries: dict[str, str]) -> Both:
        """By inclusive lower bounds, class to bound; a choice or a flag has none and is said by option."""
        if of in self.listed:
            return self._by_option(name, of, entries)
        outcomes = [self.words.value(name, label) for label in entries]
        return self.words.name(of) + Both(" ", "") + bounds_in_words(list(entries.values()), outcomes)

    def _by_option(self, name: str, of: str, entries: dict[str, str]) -> Both:
        said = (self.words.value(of, option) + COLON + self.words.value(name, to) for option, to in entries.items())
        return self.words.name(of) + Both(" ", "") + joined(said, CLAUSES)
