"""A document's examples: each case read, decided, and compared with what its author expects."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.kernel.cadence import PeriodError, parse_period
from app.kernel.decision import Decision, NotApplicable, Outcome, Refusal, Standing
from app.kernel.fact import Fact
from app.kernel.quantity import SCORE, QuantityError, parse, render
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.compile.scope import nearest_name, reason
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.coverage import ExamplePart, ExpectPart
from app.rulebooks.left_out import LeftOut
from app.rulebooks.problem import Code, Findings, Path

NEVER = "none"
"""The review of a client that is not reviewed."""
PLURAL = ("obligations", "warnings", "exits")


@dataclass(frozen=True, slots=True)
class Case:
    """An example that can be decided: its facts encoded, its standing as a rank."""

    path: Path
    facts: dict[str, int]
    standing: Standing | None
    expect: ExpectPart


def read_examples(
    document: RulebookDocument, facts: dict[str, Fact], left_out: LeftOut, findings: Findings
) -> list[Case]:
    """Read every example; one that gives or expects what there is not is a finding.

    `facts` are those that could be compiled. What is missing among them, or left out, is reported elsewhere.
    """
    if not document.examples and not left_out.touches(("examples",)):
        mend = "write at least one under examples: {given: {…}, expect: {…}}"
        findings.add(Code.EXAMPLES_MISSING, (), "no example shows what the rulebook decides", mend)
    reader = _Reader(document, facts, left_out, findings)
    cases = [reader.case(example, ("examples", at)) for at, example in enumerate(document.examples)]
    return [case for case in cases if case is not None]


def run_examples(cases: list[Case], rulebook: Rulebook, findings: Findings) -> list[Outcome]:
    """Decide every case; whatever is decided otherwise than expected is a finding.

    Returns what was decided for clients without standing: those show what can be reached from anywhere.
    """
    scorer = Scorer(rulebook)
    decided = [(case, scorer.decide(case.facts, case.standing)) for case in cases]
    for case, outcome in decided:
        for key, message in _differences(case.expect, outcome, rulebook):
            findings.add(Code.EXAMPLE_FAILS, (*case.path, "expect", key), message, "mend the example or the rules")
    return [outcome for case, outcome in decided if case.standing is None]


class _Reader:
    """Reads examples against what the document declares."""

    def __init__(
        self, document: RulebookDocument, facts: dict[str, Fact], left_out: LeftOut, findings: Findings
    ) -> None:
        self.facts = facts
        self.excused = left_out.words | (document.facts.keys() - facts.keys())
        self.findings = findings
        self.classes = {name: part.order for name, part in document.classifications.items()}
        self.tiers = document.tiers.order if document.tiers else []
        self.scored = document.scorecard is not None or left_out.touches(("scorecard",))
        self.tiered = document.tiers is not None or left_out.touches(("tiers",))

    def case(self, example: ExamplePart, path: Path) -> Case | None:
        """The case; None where it cannot be decided."""
        before = len(self.findings.found)
        facts = {name: self._fact(name, text, (*path, "given", name)) for name, text in example.given.items()}
        standing = self._standing(example, path)
        self._check_expected(example.expect, (*path, "expect"))
        if len(self.findings.found) > before:
            return None
        known = {name: value for name, value in facts.items() if value is not None}
        return Case(path, known, standing, example.expect)

    def _fact(self, name: str, text: str, path: Path) -> int | None:
        fact = self.facts.get(name)
        if fact is None:
            self._check_known(name, self.facts, path, "no fact is named")
            return None
        try:
            return fact.encode(text)
        except QuantityError as error:
            self._invalid(
                path, f"{text!r} for {name} {reason(error)}", "give a value that the fact can have", key=False
            )
            return None

    def _standing(self, example: ExamplePart, path: Path) -> Standing | None:
        tier = example.standing.tier if example.standing else None
        if tier in self.tiers:
            return Standing(self.tiers.index(tier))
        if tier is not None and self._asks(self.tiered, "tier", (*path, "standing")):
            self._check_known(tier, self.tiers, (*path, "standing", "tier"), "no tier is named")
        return None

    def _check_expected(self, expect: ExpectPart, path: Path) -> None:
        for name, label in expect.classes.items():
            if name not in self.classes:
                decided = [*self.classes, *ExpectPart.model_fields]
                self._check_known(name, decided, (*path, name), "nothing is decided that is named")
            elif label not in self.classes[name]:
                mend = nearest_name(label, self.classes[name])
                self._invalid((*path, name), f"{label!r} is no class of {name}", mend, key=False)
        if expect.tier is not None and expect.tier not in self.tiers and self._asks(self.tiered, "tier", path):
            self._check_known(expect.tier, self.tiers, (*path, "tier"), "no tier is named")
        if expect.score is not None and self._asks(self.scored, "score", path):
            self._check_score(expect.score, (*path, "score"))
        if expect.review not in {None, NEVER}:
            self._check_review(str(expect.review), (*path, "review"))

    def _asks(self, decided: bool, what: str, path: Path) -> bool:  # noqa: FBT001  the first is what it is about
        """Whether the rulebook decides what is expected at all."""
        if not decided:
            self._invalid((*path, what), f"the rulebook decides no {what}", f"remove {what}")
        return decided

    def _check_known(self, name: str, known: Iterable[str], path: Path, says: str) -> None:
        if name not in self.excused:
            self._invalid(path, f"{says} {name!r}", nearest_name(name, known))

    def _check_score(self, text: str, path: Path) -> None:
        try:
            parse(text, SCORE)
        except QuantityError as error:
            self._invalid(path, f"{text!r} {reason(error)}", "write a score as a plain decimal", key=False)

    def _check_review(self, text: str, path: Path) -> None:
        try:
            parse_period(text)
        except PeriodError:
            self._invalid(path, f"{text!r} is no period", f"write P3M or the like, or {NEVER}", key=False)

    def _invalid(self, path: Path, message: str, mend: str, *, key: bool = True) -> None:
        self.findings.add(Code.EXAMPLE_INVALID, path, message, mend, at_key=key)


def _differences(expect: ExpectPart, outcome: Outcome, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """What was decided otherwise than expected: the field that expects it, and the difference in words."""
    applies, expected = not isinstance(outcome, NotApplicable), expect.applies is not False
    if applies != expected:
        says = "applies to this client, and is expected not to" if applies else "does not apply to this client"
        yield "applies", f"the rulebook {says}"
        return
    refused = sorted(outcome.missing) if isinstance(outcome, Refusal) else []
    if sorted(expect.refused or []) != refused:
        hoped = f", expected for want of {_shown(sorted(expect.refused))}" if expect.refused else ""
        yield "refused", (f"refused for want of {_shown(refused)}" if refused else "not refused") + hoped
    elif isinstance(outcome, Decision):
        for key, wanted, decided in _compared(expect, outcome, rulebook):
            if wanted != decided:
                verb = "are" if key in PLURAL else "is"
                yield key, f"{key} {verb} {_shown(decided)}, expected {_shown(wanted)}"


def _compared(expect: ExpectPart, decision: Decision, rulebook: Rulebook) -> Iterator[tuple[str, object, object]]:
    """Every field that expects something, with what it expects and what was decided."""
    labels = {each.name: each.labels for each in rulebook.classifications}
    for each in decision.classifications:
        if each.name in expect.classes:
            yield each.name, expect.classes[each.name], labels[each.name][each.rank]
    decided: dict[str, object] = {
        "tier": rulebook.tiers.labels[decision.tier.rank] if rulebook.tiers and decision.tier else None,
        "score": decision.score.total if decision.score else None,
        "complete": decision.complete,
        "missing": sorted(each.name for each in decision.missing),
        "obligations": {each.role: each.at_least for each in decision.obligations},
        "review": str(decision.review) if decision.review else NEVER,
        "warnings": [each.reason for each in decision.warnings],
        "exits": [each.reason for each in decision.exits],
    }
    for key, value in decided.items():
        wanted = _wanted(expect, key)
        if wanted is not None:
            yield key, wanted, value


def _wanted(expect: ExpectPart, key: str) -> object:
    """What a field expects, in the terms in which decisions give it."""
    if key == "score":
        return None if expect.score is None else parse(expect.score, SCORE)
    if key == "missing":
        return None if expect.missing is None else sorted(expect.missing)
    if key == "review" and expect.review not in {None, NEVER}:
        return str(parse_period(str(expect.review)))
    return getattr(expect, key)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return render(value, SCORE)
    if isinstance(value, dict):
        value = [f"{role} {count}" for role, count in value.items()]
    return (", ".join(map(str, value)) or "nothing") if isinstance(value, list) else str(value)
