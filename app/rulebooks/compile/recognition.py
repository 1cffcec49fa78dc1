"""Recognition and exit: facts that experts give a value of, steps in their order, roles and time limits."""

from collections.abc import Mapping
from typing import get_args

from app.kernel.cadence import Period
from app.kernel.exit_process import ExitStep
from app.kernel.recognition import RecognitionRules, Step
from app.kernel.rulebook import UNWRITTEN_RECOGNITION
from app.kernel.tier import Tiers
from app.rulebooks.compile.facts import compile_period
from app.rulebooks.compile.repeated import report_repeated
from app.rulebooks.compile.roles import check_role
from app.rulebooks.compile.scope import Scope, nearest_name
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.recognition import ExitStepPart, LimitsPart, RecognitionPart
from app.rulebooks.problem import Code, Path

RECOGNITION: Path = ("recognition",)
STEPS: Path = ("exit_process", "steps")


def compile_recognition(document: RulebookDocument, tiers: Tiers | None, scope: Scope) -> RecognitionRules | None:
    """What is asked before a client is recognised; where a promotion needs that and nothing is written, the least."""
    part = document.recognition
    if part is None:
        needed = tiers and tiers.movement and tiers.movement.needs_recognition
        return UNWRITTEN_RECOGNITION if needed else None
    _check_section(document, scope)
    _check_scores(part, document, scope)
    _check_experts(part, scope)
    limits = _limits(part.limits, scope)
    committee = part.committee
    return RecognitionRules(part.experts, tuple(part.scores), committee.quorum, committee.majority, limits)


def compile_exit_steps(document: RulebookDocument, scope: Scope) -> tuple[ExitStep, ...]:
    """The steps of an exit, in the order they are written."""
    parts = document.exit_process.steps if document.exit_process else []
    _check_distinct(parts, scope)
    steps = []
    for at, part in enumerate(parts):
        path: Path = (*STEPS, at)
        check_role(part.role, (*path, "role"), document, scope)
        within = compile_period(part.within, (*path, "within"), scope.findings)
        steps += [ExitStep(part.step, part.role, within)] if within else []
    return tuple(steps)


def _check_section(document: RulebookDocument, scope: Scope) -> None:
    if document.tiers is None and not scope.left_out.touches(("tiers",)):
        message = "recognition leads to a tier, and there are no tiers"
        scope.findings.add(
            Code.SECTION_MISPLACED, RECOGNITION, message, "write tiers, or remove recognition", at_key=True
        )


def _check_scores(part: RecognitionPart, document: RulebookDocument, scope: Scope) -> None:
    path: Path = (*RECOGNITION, "scores")
    report_repeated(part.scores, path, scope.findings)
    for at, name in enumerate(part.scores):
        if name not in document.facts and not scope.excuses(name):
            mend = nearest_name(name, document.facts)
            scope.findings.add(Code.NAME_UNKNOWN, (*path, at), f"no fact is named {name!r}", mend)


def _check_experts(part: RecognitionPart, scope: Scope) -> None:
    """Experts give values, and values are given by experts."""
    if part.experts and not part.scores:
        message, mend = (
            "the experts are asked for nothing",
            "list under scores the facts they judge, or write experts: 0",
        )
    elif part.scores and not part.experts:
        message, mend = "nobody gives the scores", "write how many experts do, or remove scores"
    else:
        return
    where = (*RECOGNITION, "experts" if part.experts else "scores")
    scope.findings.add(Code.RECOGNITION_INCOMPLETE, where, message, mend, at_key=True)


def _limits(part: LimitsPart, scope: Scope) -> Mapping[Step, Period]:
    steps: tuple[Step, ...] = get_args(Step)
    limits = {
        step: compile_period(getattr(part, step), (*RECOGNITION, "limits", step), scope.findings) for step in steps
    }
    return {step: limit for step, limit in limits.items() if limit is not None}


def _check_distinct(parts: list[ExitStepPart], scope: Scope) -> None:
    for at, part in enumerate(parts):
        if any(part.step == other.step for other in parts[:at]):
            message = f"another step is already named {part.step!r}"
            scope.findings.add(Code.NAME_TAKEN, (*STEPS, at, "step"), message, "give it another name")
