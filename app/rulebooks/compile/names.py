"""One name space: facts, classifications, dimensions, `score` and `tier` are all read by name."""

from collections.abc import Iterator

from app.rulebooks.compile.scope import Scope
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.classifications import RulePart
from app.rulebooks.document.conditions import ConditionPart
from app.rulebooks.document.coverage import ExpectPart
from app.rulebooks.document.scorecards import ProfilePart
from app.rulebooks.problem import Code, Path

RESERVED = ("score", "tier", "any", "all", "not", "at_least_of", "weights")
ADDRESSES = ("schema", "check")
"""What no rulebook may be called: /v1/rulebooks/schema and /v1/rulebooks/check mean something else."""


def check_names(document: RulebookDocument, scope: Scope) -> None:
    """A name stands for one thing only, and for none of the words of the language itself."""
    if document.rulebook in ADDRESSES:
        message = f"{document.rulebook!r} is an address of the service"
        scope.findings.add(Code.NAME_TAKEN, ("rulebook",), message, "give the rulebook another name")
    taken = dict.fromkeys(RESERVED, "a word of the rulebook language")
    for name, path, meaning, words in _declared(document):
        if name in taken or name in words:
            message = f"{name!r} is already {taken.get(name, 'a word of the rulebook language')}"
            scope.findings.add(Code.NAME_TAKEN, path, message, "give it another name", at_key=True)
            scope.faulty.add(name)
        taken.setdefault(name, meaning)


def late_classifications(document: RulebookDocument) -> set[str]:
    """Classifications that read the score or a dimension, or another that does."""
    late: set[str] = set()
    scores = {"score", *(document.scorecard.dimensions if document.scorecard else ())}
    for name, part in document.classifications.items():
        if set(_rule_names(part)) & (scores | late):
            late.add(name)
    return late


def _declared(document: RulebookDocument) -> Iterator[tuple[str, Path, str, frozenset[str]]]:
    """Each name with its place, its meaning, and the words that would stand beside it in the document."""
    expected, profile = frozenset(ExpectPart.model_fields), frozenset(ProfilePart.model_fields)
    for name in document.facts:
        yield name, ("facts", name), "a fact", frozenset()
    for name in document.classifications:
        yield name, ("classifications", name), "a classification", expected
    for name in document.scorecard.dimensions if document.scorecard else ():
        yield name, ("scorecard", "dimensions", name), "a dimension", profile


def _rule_names(part: RulePart) -> Iterator[str]:
    for entries in (part.bands, part.best_of, part.worst_of, part.options):
        yield from entries or ()
    if part.matrix:
        yield from (part.matrix.rows, part.matrix.columns)
    for branch in part.choose or ():
        yield from _condition_names(branch.when)
        for outcome in (branch.then, branch.otherwise):
            yield from _rule_names(outcome) if outcome else ()


def _condition_names(part: ConditionPart | None) -> Iterator[str]:
    if part is None:
        return
    yield from part.tests
    inner = [*(part.any_ or ()), *(part.all_ or ()), *(part.at_least_of.of if part.at_least_of else ())]
    for each in (*inner, part.not_):
        yield from _condition_names(each)
