"""A document's examples, decided and compared with what their author expects."""

from collections import Counter
from collections.abc import Iterator

from app.kernel.cadence import parse_period
from app.kernel.decision import Decision, NotApplicable, Outcome, Refusal
from app.kernel.obligation import ObligationRule
from app.kernel.quantity import SCORE, parse, render
from app.kernel.rulebook import Rulebook
from app.kernel.score import Scorer
from app.rulebooks.because import Reasons
from app.rulebooks.document.coverage import ExpectPart
from app.rulebooks.example_cases import NEVER, Case
from app.rulebooks.problem import Code, Findings

PLURAL = ("obligations", "warnings", "exits")


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
        reasons = Reasons(rulebook, outcome)
        for key, wanted, decided in _compared(expect, outcome, rulebook):
            if wanted != decided:
                verb = "are" if key in PLURAL else "is"
                because = reasons.of(key, str(wanted))
                yield key, f"{key} {verb} {_shown(decided)}, expected {_shown(wanted)}{because}"


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
        "obligations": _owed(decision.obligations),
        "review": str(decision.review) if decision.review else NEVER,
        "warnings": [each.reason for each in decision.warnings],
        "exits": [each.reason for each in decision.exits],
    }
    for key, value in decided.items():
        wanted = _wanted(expect, key)
        if wanted is not None:
            yield key, wanted, value


def _owed(obligations: tuple[ObligationRule, ...]) -> dict[str, int]:
    """Required numbers by role; by role and period where a role owes in several."""
    periods = Counter(each.role for each in obligations)
    return {
        each.role if periods[each.role] == 1 else f"{each.role} per {each.per}": each.at_least for each in obligations
    }


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
