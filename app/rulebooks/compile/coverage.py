"""Coverage: who owes how many visits, and how they count."""

from itertools import pairwise

from app.kernel.cadence import Period
from app.kernel.coverage.owing import ProRata
from app.kernel.coverage.rules import Checkpoint, CoverageRules
from app.kernel.obligation import ObligationRule
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.facts import compile_period
from app.rulebooks.compile.roles import check_role
from app.rulebooks.compile.scope import Scope, nearest_name
from app.rulebooks.compile.shares import compile_share
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.coverage import CheckpointPart, CoveragePart
from app.rulebooks.problem import Code, Path

COVERAGE: Path = ("coverage",)


def compile_obligations(
    part: CoveragePart | None, document: RulebookDocument, scope: Scope
) -> tuple[ObligationRule, ...]:
    """The obligation rules, in the order they are written."""
    if part is None:
        return ()
    rules = []
    for at, each in enumerate(part.obligations):
        path: Path = ("coverage", "obligations", at)
        check_role(each.role, (*path, "role"), document, scope)
        when = compile_condition(each.when, (*path, "when"), scope)
        counts, satisfied_by = tuple(each.counts or part.counts), each.satisfied_by or part.satisfied_by
        rules.append(ObligationRule(each.role, when, each.at_least, each.per, counts, satisfied_by))
    return tuple(rules)


def compile_coverage(part: CoveragePart | None, scope: Scope) -> CoverageRules | None:
    """How visits count, and when a period falls behind or closes."""
    if part is None:
        return None
    counted = list(dict.fromkeys([*part.counts, *(kind for each in part.obligations for kind in each.counts or ())]))
    _check_kinds(part, scope)
    terms = part.part_period
    return CoverageRules(
        kinds=tuple(part.kinds or counted),
        lead_only=part.credit == "lead_only",
        pro_rata=ProRata(terms.by == "working_days", terms.round, terms.min_days),
        grace=_grace(part, scope),
        checkpoints=_checkpoints(part.checkpoints, scope),
    )


def _check_kinds(part: CoveragePart, scope: Scope) -> None:
    """What counts is among the kinds, where those are written."""
    counted: list[tuple[Path, list[str]]] = [((*COVERAGE, "counts"), part.counts)]
    for at, each in enumerate(part.obligations):
        counted.append(((*COVERAGE, "obligations", at, "counts"), each.counts or []))
    for path, counts in counted if part.kinds else ():
        for at, kind in enumerate(counts):
            if kind not in part.kinds:
                message, mend = f"the kind {kind!r} is not declared", nearest_name(kind, part.kinds)
                scope.findings.add(Code.KIND_UNKNOWN, (*path, at), message, mend)


def _grace(part: CoveragePart, scope: Scope) -> Period | None:
    if part.grace is None:
        return None
    found = compile_period(part.grace, (*COVERAGE, "grace"), scope.findings)
    if found is not None and found.months:
        message, mend = f"{part.grace} is longer than a grace is", "write days: P5D"
        scope.findings.add(Code.PERIOD_INVALID, (*COVERAGE, "grace"), message, mend)
    return found


def _checkpoints(parts: list[CheckpointPart], scope: Scope) -> tuple[Checkpoint, ...]:
    """The checkpoints in their order; later ones ask for more."""
    found = []
    for at, part in enumerate(parts):
        path: Path = (*COVERAGE, "checkpoints", at)
        elapsed = compile_share(part.elapsed, (*path, "elapsed"), scope.findings)
        done = compile_share(part.done, (*path, "done"), scope.findings)
        if elapsed is not None and done is not None:
            found.append(Checkpoint(elapsed, done))
    for at, (one, two) in enumerate(pairwise(found), 1):
        if two.elapsed <= one.elapsed or two.done < one.done:
            message = "a checkpoint comes after the one before and asks for no less"
            mend = "write them in the order of the period"
            scope.findings.add(Code.CHECKPOINT_OUT_OF_ORDER, (*COVERAGE, "checkpoints", at), message, mend)
    return tuple(found)
