"""Classifications: every construct of the document as a kernel rule, total by construction."""

from collections.abc import Collection
from typing import Final

from app.kernel.classification import Bands, Best, Choose, Classification, Fixed, Matrix, Options, Rule, Worst
from app.kernel.fact import Better
from app.rulebooks.compile.bounds import compile_bounds, first_against
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.repeated import report_repeated
from app.rulebooks.compile.scope import Readable, Scope, nearest_name, readable_labels
from app.rulebooks.document.classifications import BranchPart, ClassificationPart, MatrixPart, RulePart
from app.rulebooks.problem import Code, Found, Path

_OTHER: Final[dict[Better, Better]] = {"higher": "lower", "lower": "higher", "neither": "neither"}
CONSTRUCTS = {"bands", "best_of", "worst_of", "options", "choose", "matrix", "is_"}


def compile_classification(
    name: str, part: ClassificationPart, scope: Scope, *, after_score: bool
) -> Classification | None:
    """Compile one classification and declare it; None where its rule could not be compiled."""
    path: Path = ("classifications", name)
    report_repeated(part.order, (*path, "order"), scope.findings)
    for label in part.labels.keys() - set(part.order):
        message, mend = f"{label!r} is no class of {name}", nearest_name(label, part.order)
        scope.findings.add(Code.CLASS_UNKNOWN, (*path, "labels", label), message, mend, at_key=True)
    compiler = _Compiler(tuple(part.order), scope)
    rule = compiler.rule(part, path)
    compiler.check_directions((*path, "order"))
    scope.declare(readable_labels(name, tuple(part.order)))
    return Classification(name, tuple(part.order), rule, after_score, part.illustrative) if rule else None


class _Compiler:
    """Compiles the rules of one classification; `labels` are its classes from worst to best."""

    def __init__(self, labels: tuple[str, ...], scope: Scope) -> None:
        self.labels = labels
        self.scope = scope
        self.against: list[Found] = []
        self.falling: list[bool] = []

    def rule(self, part: RulePart, path: Path) -> Rule | None:
        """The one construct that `part` holds."""
        given = sorted(part.model_fields_set & CONSTRUCTS)
        if len(given) != 1:
            self._not_one(given, path)
            return None
        if part.choose is not None:
            return self._choose(part.choose, (*path, "choose"))
        if part.matrix is not None:
            return self._matrix(part.matrix, (*path, "matrix"))
        if part.is_ is not None:
            rank = self._class(part.is_, (*path, "is"))
            return None if rank is None else Fixed(rank)
        return self._of_values(part, path)

    def check_directions(self, order: Path) -> None:
        """Bands against their direction; where every one of several is, `order` itself runs the wrong way."""
        if len(self.falling) > 1 and all(self.falling):
            message = "order runs from best to worst, as every band here shows"
            mend = f"write it from worst to best: [{', '.join(reversed(self.labels))}]"
            self.scope.findings.add(Code.CLASSES_AGAINST_DIRECTION, order, message, mend, at_key=True)
        else:
            self.scope.findings.found.extend(self.against)

    def _not_one(self, given: list[str], path: Path) -> None:
        if given:
            words = " and ".join(each.removesuffix("_") for each in given)
            mend = "keep one of them, or join them with choose"
            self._report(Code.RULE_TWICE, path, f"{words} stand together", mend)
        else:
            mend = "write bands, best_of, worst_of, options, choose, matrix or is"
            self._report(Code.RULE_MISSING, path, "nothing says how to decide", mend)

    # --- by the values of names

    def _of_values(self, part: RulePart, path: Path) -> Rule | None:
        key = next(key for key in ("bands", "options", "best_of", "worst_of") if getattr(part, key) is not None)
        parts = [self._of_value(name, entries, (*path, key, name), key) for name, entries in getattr(part, key).items()]
        known = tuple(each for each in parts if each is not None)
        if len(known) < len(parts):
            return None
        if key == "best_of":
            return Best(known)
        return Worst(known) if key == "worst_of" else known[0]

    def _of_value(self, name: str, entries: dict[str, str], path: Path, key: str) -> Bands | Options | None:
        readable = self.scope.read(name, path)
        if readable is None:
            return None
        by_option = key == "options" or (key != "bands" and readable.by_option)
        if by_option and readable.measure:
            mend = "write bands: a class for each lower bound"
            self._report(Code.COMPARISON_WRONG, path, f"{name} is a number and has no options", mend)
            return None
        if not by_option and readable.by_option:
            mend = "write options: a class for each option"
            self._report(Code.COMPARISON_WRONG, path, f"the options of {name} have no order, and so no bounds", mend)
            return None
        return self._options(readable, entries, path) if by_option else self._bands(readable, entries, path)

    def _bands(self, readable: Readable, entries: dict[str, str], path: Path) -> Bands | None:
        ranks = [self._class(label, (*path, label), at_key=True) for label in entries]
        bounds = compile_bounds(readable, [(text, (*path, label)) for label, text in entries.items()], self.scope)
        known = tuple(rank for rank in ranks if rank is not None)
        if bounds is None or len(known) < len(ranks):
            return None
        against = first_against(known, readable.better)
        if against is not None:
            which = "lower" if readable.better == "lower" else "higher"
            mend = "give better classes to better values; order runs from worst to best"
            message = f"a {which} {readable.name} is better, and leads to a worse class here"
            where = (*path, list(entries)[against])
            self.against.append(Found(Code.CLASSES_AGAINST_DIRECTION, where, message, mend, at_key=True))
        if len(known) > 1:
            self.falling.append(against is not None and first_against(known, _OTHER[readable.better]) is None)
        return Bands(readable.name, bounds, known)

    def _options(self, readable: Readable, entries: dict[str, str], path: Path) -> Options | None:
        self._check_complete(readable, entries, path)
        ranks = {option: self._class(label, (*path, option)) for option, label in entries.items()}
        known = tuple(rank for option in readable.options if (rank := ranks.get(option)) is not None)
        return Options(readable.name, known) if len(known) == len(readable.options) else None

    def _matrix(self, part: MatrixPart, path: Path) -> Matrix | None:
        rows = self._listed(part.rows, (*path, "rows"))
        columns = self._listed(part.columns, (*path, "columns"))
        if rows is None or columns is None:
            return None
        self._check_complete(rows, part.cells, (*path, "cells"))
        lines = [
            self._options(columns, part.cells[row], (*path, "cells", row)) for row in rows.options if row in part.cells
        ]
        cells = tuple(line.ranks for line in lines if line is not None)
        return Matrix(rows.name, columns.name, cells) if len(cells) == len(rows.options) else None

    def _listed(self, name: str, path: Path) -> Readable | None:
        readable = self.scope.read(name, path, at_key=False)
        if readable and readable.measure:
            message = f"{name} is a number and has no options"
            mend = "classify it into bands first, and read that classification here"
            self.scope.findings.add(Code.COMPARISON_WRONG, path, message, mend)
            return None
        return readable

    def _check_complete(self, readable: Readable, entries: Collection[str], path: Path) -> None:
        """Every option has an entry; where one is misspelt, that alone is the fault."""
        unknown = set(entries) - set(readable.options)
        for option in unknown:
            message, mend = f"{option!r} is no option of {readable.name}", nearest_name(option, readable.options)
            self._report(Code.OPTION_UNKNOWN, (*path, option), message, mend)
        absent = [option for option in readable.options if option not in entries]
        if absent[len(unknown) :]:
            message = f"options of {readable.name} are left out"
            self._report(Code.OPTIONS_INCOMPLETE, path, message, f"give a class for {', '.join(absent)}")

    # --- by guards

    def _choose(self, parts: list[BranchPart], path: Path) -> Choose | None:
        branches = []
        otherwise: Rule | None = None
        for at, part in enumerate(parts):
            where = (*path, at)
            if part.otherwise is not None and part.when is None and part.then is None:
                otherwise = self.rule(part.otherwise, (*where, "otherwise"))
                if at < len(parts) - 1:
                    self._report(
                        Code.OTHERWISE_NOT_LAST, where, "what follows otherwise is never tried", "move it last"
                    )
            elif part.when is not None and part.then is not None and part.otherwise is None:
                guard = compile_condition(part.when, (*where, "when"), self.scope)
                branches.append((guard, self.rule(part.then, (*where, "then"))))
            else:
                mend = "write {when: …, then: …} or {otherwise: …}"
                self._report(Code.RULE_MISSING, where, "a branch is when with then, or otherwise alone", mend)
        if not any(part.otherwise is not None for part in parts):
            mend = "end with {otherwise: …}, so that every client gets a class"
            self._report(Code.OTHERWISE_MISSING, path, "a client that meets none of the conditions gets no class", mend)
        known = tuple((guard, rule) for guard, rule in branches if rule is not None)
        return Choose(known, otherwise) if otherwise and len(known) == len(branches) else None

    def _class(self, label: str, path: Path, *, at_key: bool = False) -> int | None:
        if label in self.labels:
            return self.labels.index(label)
        mend = nearest_name(label, self.labels)
        self.scope.findings.add(Code.CLASS_UNKNOWN, path, f"{label!r} is not in order", mend, at_key=at_key)
        return None

    def _report(self, code: Code, path: Path, message: str, mend: str) -> None:
        self.scope.findings.add(code, path, message, mend, at_key=True)
