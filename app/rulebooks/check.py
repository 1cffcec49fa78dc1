"""The checker: every fault of a document at once, and what was proved of a sound one."""

import hashlib
from dataclasses import dataclass

import orjson

from app.kernel.condition import Within
from app.kernel.decision import Decision, Outcome
from app.kernel.quantity import SCORE, render
from app.kernel.rulebook import Rulebook
from app.rulebooks.compile import compile_rulebook
from app.rulebooks.compile.scorecards import attainable
from app.rulebooks.document import RulebookDocument
from app.rulebooks.examples import run_examples
from app.rulebooks.form import read_form
from app.rulebooks.problem import Code, Findings, Problem
from app.rulebooks.proof.reach import Goal, goals
from app.rulebooks.proof.search import Search, Witness
from app.rulebooks.proof.surprises import surprises
from app.rulebooks.source_text import Data, SourceText, read_source

RANGE_STEPS = 60
"""How often a score range is narrowed before it is given as a bound and not as attained."""


@dataclass(frozen=True, slots=True)
class SoundRulebook:
    """A document that passed, what it compiles to, and the digest of its content."""

    document: RulebookDocument
    rulebook: Rulebook
    digest: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check: problems, or else a sound rulebook with what was proved and noted.

    `document` is what could be read, None where nothing could; `digest` is of its content.
    """

    problems: tuple[Problem, ...]
    document: RulebookDocument | None = None
    digest: str = ""
    sound: SoundRulebook | None = None
    proved: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check(text: str) -> Report:
    """Check a document: its text, its form, its names and bounds, then its proofs and examples."""
    source = read_source(text)
    digest = digest_of(source.data)
    fatal = any(problem.code is not Code.DUPLICATE_KEY for problem in source.problems)
    document, formal = (None, []) if fatal else read_form(source.data)
    findings = Findings(list(formal))
    if document is None:
        return Report(_located(source, findings))
    rulebook = compile_rulebook(document, findings)
    if source.problems or findings.found:
        return Report(_located(source, findings), document, digest)
    return _prove(source, SoundRulebook(document, rulebook, digest), findings)


def load_sound(text: str) -> SoundRulebook:
    """Compile a document that was checked before, for example a published one; raises ValueError otherwise.

    Skips the proofs: the digest says that this is the content which passed them.
    """
    source = read_source(text)
    digest = digest_of(source.data)
    document, formal = read_form(source.data)
    findings = Findings(list(formal))
    if source.problems or document is None:
        raise ValueError("the stored rulebook cannot be read")
    rulebook = compile_rulebook(document, findings)
    if findings.found:
        raise ValueError(f"the stored rulebook no longer compiles: {source.located(findings.found[0])}")
    return SoundRulebook(document, rulebook, digest)


def digest_of(data: Data) -> str:
    """`sha256:` over a document's content as it is written: comments and layout do not count, order does."""
    return "sha256:" + hashlib.sha256(orjson.dumps(data)).hexdigest()


def _prove(source: SourceText, candidate: SoundRulebook, findings: Findings) -> Report:
    document, rulebook = candidate.document, candidate.rulebook
    search = Search(rulebook)
    outcomes = run_examples(document.examples, rulebook, findings)
    if not document.examples:
        mend = "write at least one: {given: {…}, expect: {…}}"
        findings.add(Code.EXAMPLES_MISSING, (), "no example shows what the rulebook decides", mend)
    wanted = list(goals(rulebook))
    for goal in wanted:
        _reach(goal, search, outcomes, findings)
    if findings.found:
        return Report(_located(source, findings), document, candidate.digest)
    proved = _proved(document, rulebook, search, len(wanted))
    return Report((), document, candidate.digest, candidate, proved, tuple(surprises(rulebook, search)))


def _reach(goal: Goal, search: Search, outcomes: list[Outcome], findings: Findings) -> None:
    if any(isinstance(each, Decision) and goal.condition.holds(each.env) for each in outcomes):
        return
    found = search.find(goal.condition)
    if isinstance(found, Witness):
        return
    if found.proved:
        findings.add(goal.code, goal.path, goal.message, goal.mend, at_key=goal.at_key)
    else:
        message = f"neither a client nor a proof was found: {goal.message}?"
        findings.add(Code.UNPROVED, goal.path, message, "add an example that reaches it", at_key=goal.at_key)


def _located(source: SourceText, findings: Findings) -> tuple[Problem, ...]:
    return tuple(sorted({*source.problems, *(source.located(each) for each in findings.found)}))


def _proved(document: RulebookDocument, rulebook: Rulebook, search: Search, reached: int) -> tuple[str, ...]:
    classes = [f"{each.name}: {', '.join(each.labels)} reachable" for each in rulebook.classifications]
    tiers = [f"tier: {', '.join(rulebook.tiers.labels)} reachable"] if rulebook.tiers else []
    scores = [_score_range(rulebook, search)] if rulebook.scorecard else []
    counts = [f"{reached} outcomes, branches and conditions reachable", f"{len(document.examples)} examples agree"]
    return (*classes, *scores, *tiers, *counts)


def _score_range(rulebook: Rulebook, search: Search) -> str:
    assert rulebook.scorecard is not None  # noqa: S101  the caller asked
    low, high = attainable(rulebook.scorecard)["score"]
    most, most_exact = _end(search, high, up=True)
    least, least_exact = _end(search, low, up=False)
    words = "attainable" if most_exact and least_exact else "at the widest"
    return f"score: from {render(least, SCORE)} to {render(most, SCORE)} {words}"


def _end(search: Search, hull: int, *, up: bool) -> tuple[int, bool]:
    """The highest (or lowest) score that a client has, and whether it is proved that none goes further."""
    found = search.find(Within("score", None, None, ()))
    best: int | None = None
    for _ in range(RANGE_STEPS):
        if not isinstance(found, Witness):
            return (hull, False) if best is None or not found.proved else (best, True)
        decision = search.scorer.decide(found.client)
        assert isinstance(decision, Decision) and decision.score  # noqa: S101, PT018  what a witness is
        best = decision.score.total
        if best == hull:
            return best, True
        found = search.find(Within("score", best + 1, None, ()) if up else Within("score", None, best - 1, ()))
    return hull, False
