"""The order of compilation, which is the order of a decision: facts, classes, score, tier, what follows."""

from collections.abc import Iterator

from app.kernel.classification import Classification
from app.kernel.condition import AllOf
from app.kernel.rulebook import Rulebook
from app.kernel.scorecard import Scorecard
from app.rulebooks.compile.classifications import compile_classification
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.consequences import check_selection, compile_reviews, compile_triggers
from app.rulebooks.compile.coverage import compile_coverage, compile_obligations
from app.rulebooks.compile.facts import compile_facts
from app.rulebooks.compile.names import check_names, late_classifications
from app.rulebooks.compile.recognition import compile_exit_steps, compile_recognition
from app.rulebooks.compile.scope import Scope, readable_score
from app.rulebooks.compile.scorecards import attainable, compile_scorecard
from app.rulebooks.compile.tiers import compile_tiers
from app.rulebooks.document import RulebookDocument
from app.rulebooks.left_out import LeftOut, words_in
from app.rulebooks.problem import Code, Findings

_ANY_SCORE = (-(10**18), 10**18)


def compile_rulebook(
    document: RulebookDocument,
    findings: Findings,
    left_out: LeftOut = LeftOut(),  # noqa: B008  frozen and empty
) -> Rulebook:
    """Compile the document; the result is fit to decide by only where `findings` stays empty, nothing left out."""
    scope = Scope(findings, left_out)
    check_names(document, scope)
    facts = compile_facts(document.facts, scope)
    measures = {"score", *document.scorecard.dimensions} if document.scorecard else set[str]()
    scope.later |= document.classifications.keys() | measures | ({"tier"} if document.tiers else set())
    _excuse_sections(document, scope)
    applies = compile_condition(document.applies_to, ("applies_to",), scope, may_be_empty=True)
    late = late_classifications(document)
    early = tuple(_classifications(document, document.classifications.keys() - late, scope, after_score=False))
    card = compile_scorecard(document.scorecard, scope) if document.scorecard else None
    _declare_scores(card, measures, scope)
    later = tuple(_classifications(document, late, scope, after_score=True))
    tiers = compile_tiers(document.tiers, measures, scope) if document.tiers else None
    book = Rulebook(
        name=document.rulebook,
        facts=facts,
        applies_to=applies if document.applies_to else AllOf(()),
        classifications=early + later,
        scorecard=card,
        tiers=tiers,
        obligations=compile_obligations(document.coverage, document, scope),
        coverage=compile_coverage(document.coverage, scope),
        reviews=compile_reviews(document.reviews, document, scope),
        warnings=compile_triggers(document.warnings, "warnings", scope),
        exits=compile_triggers(document.exits, "exits", scope),
        recognition=compile_recognition(document, tiers, scope),
        exit_steps=compile_exit_steps(document, scope),
    )
    check_selection(document.selection, scope)
    _check_used(document, scope)
    return book


def _excuse_sections(document: RulebookDocument, scope: Scope) -> None:
    """A score or tier whose section is left out is no unknown name."""
    if document.scorecard is None and scope.left_out.touches(("scorecard",)):
        scope.faulty.add("score")
    if document.tiers is None and scope.left_out.touches(("tiers",)):
        scope.faulty.add("tier")


def _declare_scores(card: Scorecard | None, measures: set[str], scope: Scope) -> None:
    """Where the scorecard is faulty its scores are readable all the same, within any ends."""
    ends = attainable(card) if card else dict.fromkeys(sorted(measures), _ANY_SCORE)
    for name, (low, high) in ends.items():
        scope.declare(readable_score(name, low, high))


def _classifications(
    document: RulebookDocument, chosen: set[str], scope: Scope, *, after_score: bool
) -> Iterator[Classification]:
    for name, part in document.classifications.items():
        if name in chosen and (each := compile_classification(name, part, scope, after_score=after_score)):
            yield each


def _check_used(document: RulebookDocument, scope: Scope) -> None:
    """A fact that no rule reads; in a faulty document, one that no rule so much as mentions."""
    unused = document.facts.keys() - scope.used - scope.meant - scope.left_out.words
    if unused and scope.findings.found:
        unused -= set(words_in(document.model_dump(mode="json", by_alias=True, exclude={"facts", "examples"})))
    for name in unused:
        mend = "use it in a rule, or remove it"
        scope.findings.add(Code.FACT_UNUSED, ("facts", name), f"no rule reads {name}", mend, at_key=True)
