"""What is proved of a rulebook that compiles: everything in it can be reached, and which scores there are."""

from collections import Counter
from collections.abc import Sequence

from app.kernel.condition import AllOf, Within
from app.kernel.decision import Decision, Outcome
from app.kernel.quantity import SCORE, render
from app.kernel.scorecard import Scorecard
from app.rulebooks.compile.scorecards import attainable
from app.rulebooks.problem import Code, Findings
from app.rulebooks.proof.reach import Goal, Outcomes, applicable, goals
from app.rulebooks.proof.search import Nobody, Search, Witness

ANYBODY = AllOf(())


def prove_reach(search: Search, shown: Sequence[Outcome], findings: Findings) -> Counter[str]:
    """Find a client for every goal, among those that examples have `shown` or by search; counts goals by their kind.

    A goal that nobody meets is a finding, unless another finding is the reason for it.
    """
    prover = _Prover(search, [each for each in shown if isinstance(each, Decision)], findings)
    asked: Counter[str] = Counter()
    if not prover.meets(applicable(search.rulebook)):
        return asked
    for goal in goals(search.rulebook):
        asked[goal.kind] += 1
        prover.meets(goal)
        if search.exhausted:
            break
    return asked


def score_range(card: Scorecard, search: Search) -> str:
    """The scores that clients have, in words: attainable ends, or ends that are certainly not passed."""
    low, high = attainable(card)["score"]
    least, least_exact = _end(search, low, up=False)
    most, most_exact = _end(search, high, up=True)
    words = "attainable" if least_exact and most_exact else "at the widest"
    return f"score: from {render(least, SCORE)} to {render(most, SCORE)} {words}"


class _Prover:
    def __init__(self, search: Search, shown: list[Decision], findings: Findings) -> None:
        self.search = search
        self.shown = shown
        self.findings = findings
        self.unreached: set[str] = set()
        self.explained: Outcomes = frozenset()

    def meets(self, goal: Goal) -> bool:
        """Whether some client meets the goal; if not, that is a finding where nothing found before explains it."""
        if goal.reads & self.unreached:
            return False
        found = self._find(goal)
        if not isinstance(found, Nobody):
            return True
        self.unreached |= {name for name, _ in goal.about}
        if not goal.about or not goal.about <= self.explained:
            self._report(goal, found)
            self.explained |= goal.leads_to
        return False

    def _find(self, goal: Goal) -> Decision | Witness | Nobody:
        example = next((each for each in self.shown if goal.condition.holds(each.env)), None)
        return example or self.search.find(goal.condition)

    def _report(self, goal: Goal, found: Nobody) -> None:
        if found.proved:
            self.findings.add(goal.code, goal.path, goal.message, goal.mend, at_key=goal.at_key)
        else:
            whole = ", nor anything after it" if self.search.exhausted else ""
            message = f"it could not be settled whether {goal.message}{whole}"
            self.findings.add(Code.UNPROVED, goal.path, message, "add an example that shows one", at_key=goal.at_key)


def _end(search: Search, hull: int, *, up: bool) -> tuple[int, bool]:
    """The highest (or lowest) score that a client has, and whether it is proved that none goes further.

    Halves what lies between a score that a client has and one that none passes; `hull` is such a one to begin with.
    """
    found = search.find(_beyond(hull, up=up))
    reached = _score(search, found if isinstance(found, Witness) else search.find(ANYBODY))
    if reached is None:
        return hull, False
    while reached != hull:
        middle = (reached + hull + up) // 2
        found = search.find(_beyond(middle, up=up))
        further = _score(search, found)
        if further is None and not (isinstance(found, Nobody) and found.proved):
            return hull, False
        hull = hull if further is not None else middle + (-1 if up else 1)
        reached = reached if further is None else further
    return reached, True


def _beyond(score: int, *, up: bool) -> Within:
    return Within("score", score, None, ()) if up else Within("score", None, score, ())


def _score(search: Search, found: Witness | Nobody) -> int | None:
    decision = search.scorer.decide(found.client) if isinstance(found, Witness) else None
    return decision.score.total if isinstance(decision, Decision) and decision.score else None
