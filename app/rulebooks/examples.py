"""Run a document's examples: each case decided, and compared with what its author expects."""

from collections.abc import Iterator

from app.kernel.decision import Decision, NotApplicable, Outcome, Refusal, Standing
from app.kernel.quantity import SCORE, QuantityError, parse, render
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.compile.scope import nearest_name
from app.rulebooks.document.coverage import ExamplePart, ExpectPart
from app.rulebooks.problem import Code, Findings, Path

Expected = tuple[str, object, object]
"""What is compared, what is expected, what was decided."""


def run_examples(examples: list[ExamplePart], rulebook: Rulebook, findings: Findings) -> list[Outcome]:
    """Decide every example; a case that cannot be given, or that decides otherwise, is a finding."""
    scorer = Scorer(rulebook)
    decided = []
    for at, example in enumerate(examples):
        path: Path = ("examples", at)
        case = _Case(rulebook, findings, path)
        facts = case.facts(example)
        standing = case.standing(example)
        if case.sound and case.names_known(example.expect):
            outcome = scorer.decide(facts, standing)
            case.compare(example.expect, outcome)
            decided.append(outcome)
    return decided


class _Case:
    def __init__(self, rulebook: Rulebook, findings: Findings, path: Path) -> None:
        self.rulebook = rulebook
        self.findings = findings
        self.path = path
        self.sound = True

    def facts(self, example: ExamplePart) -> dict[str, int]:
        """The given facts, encoded."""
        encoded = {}
        for name, text in example.given.items():
            fact = self.rulebook.facts.get(name)
            if fact is None:
                self._invalid(("given", name), f"no fact is named {name!r}", nearest_name(name, self.rulebook.facts))
                continue
            try:
                encoded[name] = fact.encode(text)
            except QuantityError as error:
                self._invalid(("given", name), f"{text!r} for {name} {error}", "give a value that the fact can have")
        return encoded

    def standing(self, example: ExamplePart) -> Standing | None:
        """The given standing."""
        if example.standing is None:
            return None
        labels = self.rulebook.tiers.labels if self.rulebook.tiers else ()
        if example.standing.tier not in labels:
            mend = nearest_name(example.standing.tier, labels)
            self._invalid(("standing", "tier"), f"no tier is named {example.standing.tier!r}", mend)
            return None
        return Standing(labels.index(example.standing.tier))

    def names_known(self, expect: ExpectPart) -> bool:
        """Whether everything expected is something the rulebook decides."""
        labels = {each.name: each.labels for each in self.rulebook.classifications}
        for name, label in expect.classes.items():
            if name not in labels:
                self._invalid(("expect", name), f"nothing named {name!r} is decided", nearest_name(name, labels))
            elif label not in labels[name]:
                self._invalid(("expect", name), f"{label!r} is no class of {name}", nearest_name(label, labels[name]))
        if expect.score is not None:
            try:
                parse(expect.score, SCORE)
            except QuantityError as error:
                self._invalid(("expect", "score"), f"{expect.score!r} {error}", "write a score as a plain decimal")
        return self.sound

    def compare(self, expect: ExpectPart, outcome: Outcome) -> None:
        """Every difference between the expected and the decided is a finding."""
        for what, expected, decided in self._pairs(expect, outcome):
            if expected != decided:
                message = f"{what} is {_shown(decided)}, not {_shown(expected)}"
                self.findings.add(
                    Code.EXAMPLE_FAILS, (*self.path, "expect", what), message, "mend the example or the rules"
                )

    def _pairs(self, expect: ExpectPart, outcome: Outcome) -> Iterator[Expected]:
        applies = not isinstance(outcome, NotApplicable)
        yield "applies", expect.applies is not False, applies
        if not applies:
            return
        refused = sorted(outcome.missing) if isinstance(outcome, Refusal) else []
        yield "refused", sorted(expect.refused or []), refused
        if isinstance(outcome, Decision):
            yield from self._decided(expect, outcome)

    def _decided(self, expect: ExpectPart, decision: Decision) -> Iterator[Expected]:
        labels = {each.name: each.labels for each in self.rulebook.classifications}
        for each in decision.classifications:
            if each.name in expect.classes:
                yield each.name, expect.classes[each.name], labels[each.name][each.rank]
        tier = self.rulebook.tiers.labels[decision.tier.rank] if self.rulebook.tiers and decision.tier else None
        owed: dict[str, int] = {each.role: each.at_least for each in decision.obligations}
        yield from (
            (what, expected, decided)
            for what, expected, decided in (
                ("tier", expect.tier, tier),
                (
                    "score",
                    expect.score and parse(expect.score, SCORE),
                    decision.score.total if decision.score else None,
                ),
                ("complete", expect.complete, decision.complete),
                ("missing", expect.missing and sorted(expect.missing), sorted(each.name for each in decision.missing)),
                ("obligations", expect.obligations, owed),
                ("review", expect.review, str(decision.review) if decision.review else "none"),
                ("warnings", expect.warnings, [each.reason for each in decision.warnings]),
                ("exits", expect.exits, [each.reason for each in decision.exits]),
            )
            if expected is not None
        )

    def _invalid(self, where: Path, message: str, mend: str) -> None:
        self.sound = False
        self.findings.add(Code.EXAMPLE_INVALID, (*self.path, *where), message, mend, at_key=True)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return render(value, SCORE) if isinstance(value, int) else str(value)
