"""A document's examples as cases that can be decided: what they give and expect, read against the document."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.kernel.cadence import PeriodError, parse_period
from app.kernel.decision import Standing
from app.kernel.fact import Fact
from app.kernel.quantity import SCORE, QuantityError, parse
from app.rulebooks.compile.scope import nearest_name, reason
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.coverage import ExamplePart, ExpectPart
from app.rulebooks.left_out import LeftOut
from app.rulebooks.problem import Code, Findings, Path

NEVER = "none"
"""The review of a client that is not reviewed."""


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
        if tier is not None and self._asks("tier", (*path, "standing"), decided=self.tiered):
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
        if expect.tier is not None and expect.tier not in self.tiers and self._asks("tier", path, decided=self.tiered):
            self._check_known(expect.tier, self.tiers, (*path, "tier"), "no tier is named")
        if expect.score is not None and self._asks("score", path, decided=self.scored):
            self._check_score(expect.score, (*path, "score"))
        if expect.review not in {None, NEVER}:
            self._check_review(str(expect.review), (*path, "review"))
        self._check_consistent(expect, path)

    def _check_consistent(self, expect: ExpectPart, path: Path) -> None:
        """Of a client that is expected not to be decided, nothing else can be expected."""
        if not expect.refused and expect.applies is not False:
            return
        without = "refused" if expect.refused else "applies"
        given = {*expect.classes, *expect.model_fields_set} - {"refused", "applies"}
        for name in sorted(given):
            says = f"{name} is expected of a client that is not decided ({without})"
            self._invalid((*path, name), says, f"remove {name}, or {without}")

    def _asks(self, what: str, path: Path, *, decided: bool) -> bool:
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
