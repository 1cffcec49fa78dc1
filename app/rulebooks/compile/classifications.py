"""Classifications: every construct of the document as a kernel rule, total by construction."""

from app.kernel.classification import Bands, Best, Choose, Classification, Fixed, Matrix, Options, Rule, Worst
from app.rulebooks.compile.bounds import compile_bounds
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.scope import Readable, Scope, nearest_name, readable_labels
from app.rulebooks.document.classifications import BranchPart, ClassificationPart, MatrixPart, RulePart
from app.rulebooks.problem import Code, Path

CONSTRUCTS = {"bands", "best_of", "worst_of", "options", "choose", "matrix", "is_"}


def compile_classification(
    name: str, part: ClassificationPart, scope: Scope, *, after_score: bool
) -> Classification | None:
    """Compile one classification and declare it; None where its rule could not be compiled."""
    path: Path = ("classifications", name)
    for position, label in enumerate(part.order):
        if label in part.order[:position]:
            scope.findings.add(
                Code.OPTION_DUPLICATE, (*path, "order", position), f"{label!r} is listed twice", "keep one of them"
            )
    for label in part.labels.keys() - set(part.order):
        mend = nearest_name(label, part.order)
        scope.findings.add(
            Code.CLASS_UNKNOWN, (*path, "labels", label), f"{label!r} is no class of {name}", mend, at_key=True
        )
    rule = _Compiler(tuple(part.order), scope).rule(part, path)
    scope.declare(readable_labels(name, tuple(part.order)))
    return Classification(name, tuple(part.order), rule, after_score, part.illustrative) if rule else None


class _Compiler:
    """Compiles the rules of one classification; `labels` are its classes from worst to best."""

    def __init__(self, labels: tuple[str, ...], scope: Scope) -> None:
        self.labels = labels
        self.scope = scope

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
            self.scope.findings.add(
                Code.COMPARISON_WRONG, path, f"{name} is a number and has no options", mend, at_key=True
            )
            return None
        if not by_option and readable.by_option:
            mend = "write options: a class for each option"
            self.scope.findings.add(
                Code.COMPARISON_WRONG, path, f"{name} has no order and so no bounds", mend, at_key=True
            )
            return None
        return self._options(readable, entries, path) if by_option else self._bands(readable, entries, path)

    def _bands(self, readable: Readable, entries: dict[str, str], path: Path) -> Bands | None:
        ranks = [self._class(label, (*path, label), at_key=True) for label in entries]
        bounds = compile_bounds(readable, [(text, (*path, label)) for label, text in entries.items()], self.scope)
        known = tuple(rank for rank in ranks if rank is not None)
        if bounds is None or len(known) < len(ranks):
            return None
        self._check_direction(readable, known, path)
        return Bands(readable.name, bounds, known)

    def _options(self, readable: Readable, entries: dict[str, str], path: Path) -> Options | None:
        self._check_complete(readable, entries, path)
        ranks = {option: self._class(label, (*path, option)) for option, label in entries.items()}
        found = [ranks.get(option) for option in readable.options]
        known = tuple(rank for rank in found if rank is not None)
        return Options(readable.name, known) if len(known) == len(found) else None

    def _matrix(self, part: MatrixPart, path: Path) -> Matrix | None:
        rows = self.scope.read(part.rows, (*path, "rows"))
        columns = self.scope.read(part.columns, (*path, "columns"))
        if rows is None or columns is None:
            return None
        for readable, key in ((rows, "rows"), (columns, "columns")):
            if readable.measure:
                mend = "classify it into bands first, and read that classification here"
                self.scope.findings.add(
                    Code.COMPARISON_WRONG, (*path, key), f"{readable.name} is a number and has no options", mend
                )
                return None
        self._check_complete(rows, part.cells, (*path, "cells"))
        lines = [
            self._options(columns, part.cells[row], (*path, "cells", row)) for row in rows.options if row in part.cells
        ]
        cells = tuple(line.ranks for line in lines if line is not None)
        return Matrix(rows.name, columns.name, cells) if len(cells) == len(rows.options) else None

    def _choose(self, parts: list[BranchPart], path: Path) -> Choose | None:
        branches = []
        otherwise: Rule | None = None
        for position, part in enumerate(parts):
            where = (*path, position)
            if part.otherwise is not None and part.when is None and part.then is None:
                otherwise = self.rule(part.otherwise, (*where, "otherwise"))
                if position < len(parts) - 1:
                    self.scope.findings.add(
                        Code.OTHERWISE_NOT_LAST, where, "branches after otherwise are never tried", "move it last"
                    )
            elif part.when is not None and part.then is not None and part.otherwise is None:
                branches.append(
                    (compile_condition(part.when, (*where, "when"), self.scope), self.rule(part.then, (*where, "then")))
                )
            else:
                mend = "write {when: …, then: …} or {otherwise: …}"
                self.scope.findings.add(
                    Code.RULE_MISSING, where, "a branch is a guard with its outcome, or otherwise", mend
                )
        if not any(part.otherwise is not None for part in parts):
            mend = "end with {otherwise: …}, so that every client gets a class"
            self.scope.findings.add(Code.OTHERWISE_MISSING, path, "the guards have no otherwise", mend, at_key=True)
        known = tuple((guard, rule) for guard, rule in branches if rule is not None)
        return Choose(known, otherwise) if otherwise and len(known) == len(branches) else None

    def _class(self, label: str, path: Path, *, at_key: bool = False) -> int | None:
        if label in self.labels:
            return self.labels.index(label)
        mend = nearest_name(label, self.labels)
        self.scope.findings.add(Code.CLASS_UNKNOWN, path, f"{label!r} is not in order", mend, at_key=at_key)
        return None

    def _check_complete(
        self, readable: Readable, entries: "dict[str, str] | dict[str, dict[str, str]]", path: Path
    ) -> None:
        for option in entries.keys() - set(readable.options):
            mend = nearest_name(option, readable.options)
            self.scope.findings.add(
                Code.OPTION_UNKNOWN, (*path, option), f"{option!r} is no option of {readable.name}", mend, at_key=True
            )
        absent = [option for option in readable.options if option not in entries]
        if absent:
            mend = f"give a class for {', '.join(absent)}"
            self.scope.findings.add(
                Code.OPTIONS_INCOMPLETE, path, f"options of {readable.name} are left out", mend, at_key=True
            )

    def _check_direction(self, readable: Readable, ranks: tuple[int, ...], path: Path) -> None:
        if readable.better == "neither":
            return
        wanted = sorted(ranks, reverse=readable.better == "lower")
        if list(ranks) != wanted:
            message = f"classes do not follow {readable.name}, where {readable.better} is better"
            self.scope.findings.add(
                Code.CLASSES_AGAINST_DIRECTION, path, message, "order the classes by their bounds", at_key=True
            )

    def _not_one(self, given: list[str], path: Path) -> None:
        if given:
            message = f"{' and '.join(given)} stand together"
            self.scope.findings.add(
                Code.RULE_TWICE, path, message, "keep one construct; join them with choose", at_key=True
            )
        else:
            mend = "write bands, best_of, worst_of, options, choose, matrix or is"
            self.scope.findings.add(Code.RULE_MISSING, path, "nothing says how to decide", mend, at_key=True)
