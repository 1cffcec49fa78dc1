"""The order of compilation, which is the order of a decision: facts, classes, score, tier, what follows."""

from collections.abc import Iterator

from app.kernel.classification import Classification
from app.kernel.condition import AllOf
from app.kernel.rulebook import Rulebook
from app.rulebooks.compile.classifications import compile_classification
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.coverage import check_selection, compile_obligations, compile_reviews, compile_triggers
from app.rulebooks.compile.facts import compile_facts
from app.rulebooks.compile.names import check_names, late_classifications
from app.rulebooks.compile.scope import Scope, readable_score
from app.rulebooks.compile.scorecards import attainable, compile_scorecard
from app.rulebooks.compile.tiers import compile_tiers
from app.rulebooks.document import RulebookDocument
from app.rulebooks.problem import Code, Findings


def compile_rulebook(document: RulebookDocument, findings: Findings) -> Rulebook:
    """Compile the document; the result is fit to decide by only where `findings` stays empty."""
    scope = Scope(findings)
    check_names(document, findings)
    facts = compile_facts(document.facts, scope)
    measures = {"score", *document.scorecard.dimensions} if document.scorecard else set[str]()
    scope.later |= document.classifications.keys() | measures | ({"tier"} if document.tiers else set())
    applies = compile_condition(document.applies_to, ("applies_to",), scope, may_be_empty=True)
    late = late_classifications(document)
    early = tuple(_classifications(document, document.classifications.keys() - late, scope, after_score=False))
    card = compile_scorecard(document.scorecard, scope) if document.scorecard else None
    for name, (low, high) in (attainable(card) if card else {}).items():
        scope.declare(readable_score(name, low, high))
    if document.scorecard and not card:
        scope.known.update({name: readable_score(name, -(10**18), 10**18) for name in measures})
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
        reviews=compile_reviews(document.reviews, document, scope),
        warnings=compile_triggers(document.warnings, "warnings", scope),
        exits=compile_triggers(document.exits, "exits", scope),
    )
    check_selection(document.selection, scope)
    _check_used(document, scope)
    return book


def _classifications(
    document: RulebookDocument, chosen: set[str], scope: Scope, *, after_score: bool
) -> Iterator[Classification]:
    for name, part in document.classifications.items():
        if name in chosen and (classification := compile_classification(name, part, scope, after_score=after_score)):
            yield classification


def _check_used(document: RulebookDocument, scope: Scope) -> None:
    for name in document.facts.keys() - scope.used:
        mend = "use it in a rule, or remove it"
        scope.findings.add(Code.FACT_UNUSED, ("facts", name), f"no rule reads {name}", mend, at_key=True)
