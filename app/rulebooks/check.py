"""The checker: every fault of a document at once, and what was proved of a sound one."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import orjson

from app.kernel.rulebook import Rulebook
from app.rulebooks.compile import compile_rulebook
from app.rulebooks.document import RulebookDocument
from app.rulebooks.drafts import check_draft
from app.rulebooks.example_cases import Case, read_examples
from app.rulebooks.examples import run_examples
from app.rulebooks.form import read_form
from app.rulebooks.mistyped import Typed
from app.rulebooks.problem import Code, Findings, Found, Problem
from app.rulebooks.proof.prove import prove_reach, score_range
from app.rulebooks.proof.search import Search
from app.rulebooks.proof.surprises import surprises
from app.rulebooks.source_text import MOST_CHARACTERS, Data, SourceText, read_source


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
    """Check a document: its text, its form, its names, bounds and examples, and then what can be reached.

    What was mistyped in a refused text is told as such, and the rest is checked as it was meant.
    """
    text = text.removeprefix("\ufeff")
    report = _check(text)
    typed = Typed(text) if report.problems and len(text) <= MOST_CHARACTERS else None
    if typed is None or not typed.slips:
        return report
    meant = _check(typed.meant)
    return replace(report, problems=tuple(sorted({*typed.problems, *typed.as_typed(meant.problems)})))


def _check(text: str) -> Report:
    source = read_source(text)
    if any(problem.code is not Code.DUPLICATE_KEY for problem in source.problems):
        return Report(tuple(source.problems))
    document, form = read_form(source.data)
    if document is None:
        return Report(_located(source, form.found))
    digest = digest_of(source.data)
    findings = Findings()
    rulebook = compile_rulebook(document, findings, form.left_out)
    check_draft(document, form.left_out, findings)
    cases = read_examples(document, dict(rulebook.facts), form.left_out, findings)
    if source.problems or form.found or findings.found:
        return Report(_located(source, (*form.found, *form.as_written(findings.found))), document, digest)
    report = _prove(source, SoundRulebook(document, rulebook, digest), cases)
    return replace(report, notes=(*findings.notes, *report.notes) if report.sound else ())


def load_sound(text: str, digest: str | None = None) -> SoundRulebook:
    """Compile a document that was checked before, for example a published one; raises ValueError otherwise.

    Skips the proofs: where `digest` is given, it proves that this is the content which passed them.
    """
    source = read_source(text)
    document, form = read_form(source.data)
    if source.problems or document is None:
        raise ValueError("the stored rulebook cannot be read")
    found = digest_of(source.data)
    if digest is not None and digest != found:
        raise ValueError(f"the stored rulebook is not the one that was published: {digest}")
    findings = Findings(list(form.found))
    rulebook = compile_rulebook(document, findings, form.left_out)
    if findings.found:
        raise ValueError(f"the stored rulebook no longer compiles: {source.located(findings.found[0])}")
    return SoundRulebook(document, rulebook, found)


def digest_of(data: Data) -> str:
    """`sha256:` over a document's content as it is written: comments and layout do not count, order does."""
    return "sha256:" + hashlib.sha256(orjson.dumps(data)).hexdigest()


def _prove(source: SourceText, candidate: SoundRulebook, cases: list[Case]) -> Report:
    findings = Findings()
    search = Search(candidate.rulebook)
    shown = run_examples(cases, candidate.rulebook, findings)
    reached = prove_reach(search, shown, findings)
    if findings.found:
        return Report(_located(source, findings.found), candidate.document, candidate.digest)
    examples = f"{len(cases)} examples agree" if len(cases) > 1 else "1 example agrees"
    proved = (*_proved(candidate.rulebook, search), f"{_counted(reached)} reachable", examples)
    notes = tuple(surprises(candidate.rulebook, search))
    return Report((), candidate.document, candidate.digest, candidate, proved, notes)


def _counted(reached: Counter[str]) -> str:
    """How many of each kind: 3 classes, 1 tier."""
    plural = {"class": "classes", "branch": "branches"}
    counts = ((kind, reached[kind]) for kind in ("class", "tier", "branch", "condition") if reached[kind])
    return ", ".join(f"{count} {kind if count == 1 else plural.get(kind, kind + 's')}" for kind, count in counts)


def _proved(rulebook: Rulebook, search: Search) -> tuple[str, ...]:
    classes = [f"{each.name}: {', '.join(each.labels)} reachable" for each in rulebook.classifications]
    tiers = [f"tier: {', '.join(rulebook.tiers.labels)} reachable"] if rulebook.tiers else []
    scores = [score_range(rulebook.scorecard, search)] if rulebook.scorecard else []
    return (*classes, *scores, *tiers)


def _located(source: SourceText, found: Iterable[Found]) -> tuple[Problem, ...]:
    return tuple(sorted({*source.problems, *map(source.located, found)}))
