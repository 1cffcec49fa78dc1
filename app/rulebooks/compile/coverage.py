"""Obligations, reviews, triggers and selection: what follows once classes and tiers are decided."""

from app.kernel.obligation import ObligationRule
from app.kernel.quantity import RATIO, QuantityError, parse
from app.kernel.rulebook import ReviewCadence, Trigger
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.facts import compile_period
from app.rulebooks.compile.scope import Scope, nearest_name
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.coverage import CoveragePart, SelectionPart
from app.rulebooks.document.tiers import ReviewsPart, TriggerPart
from app.rulebooks.problem import Code, Path


def compile_obligations(
    part: CoveragePart | None, document: RulebookDocument, scope: Scope
) -> tuple[ObligationRule, ...]:
    """The obligation rules, in the order they are written."""
    rules = []
    for at, each in enumerate(part.obligations if part else ()):
        path: Path = ("coverage", "obligations", at)
        _check_role(each.role, (*path, "role"), document, scope)
        when = compile_condition(each.when, (*path, "when"), scope)
        counts = tuple(each.counts or (part.counts if part else ()))
        satisfied_by = each.satisfied_by or (part.satisfied_by if part else "any_holder")
        rules.append(ObligationRule(each.role, when, each.at_least, each.per, counts, satisfied_by))
    return tuple(rules)


def compile_triggers(parts: list[TriggerPart], section: str, scope: Scope) -> tuple[Trigger, ...]:
    """Warnings or exits, in the order they are written."""
    return tuple(
        Trigger(compile_condition(part.when, (section, at, "when"), scope), part.reason)
        for at, part in enumerate(parts)
    )


def compile_reviews(part: ReviewsPart | None, document: RulebookDocument, scope: Scope) -> ReviewCadence | None:
    """The cadence by rank of the tier, or of the classification that `by` names."""
    if part is None:
        return None
    path: Path = ("reviews",)
    _check_periods(part, document, scope)
    full = compile_period(part.full_every, (*path, "full_every"), scope.findings) if part.full_every else None
    if isinstance(part.every, str):
        return ReviewCadence(None, (compile_period(part.every, (*path, "every"), scope.findings),), full)
    by = part.by or "tier"
    readable = scope.read(by, (*path, "by" if part.by else "every"))
    if readable is None:
        return None
    periods = {key: compile_period(text, (*path, "every", key), scope.findings) for key, text in part.every.items()}
    for key in periods.keys() - set(readable.options):
        code = Code.TIER_UNKNOWN if by == "tier" else Code.CLASS_UNKNOWN
        scope.findings.add(
            code,
            (*path, "every", key),
            f"{key!r} is no value of {by}",
            nearest_name(key, readable.options),
            at_key=True,
        )
    lowest = document.tiers.rules.otherwise if by == "tier" and document.tiers else None
    absent = [option for option in readable.options if option not in periods and option != lowest]
    if absent:
        mend = f"give a period for {', '.join(absent)}"
        scope.findings.add(
            Code.REVIEW_INCOMPLETE, (*path, "every"), f"some values of {by} are never reviewed", mend, at_key=True
        )
    return ReviewCadence(by, tuple(periods.get(option) for option in readable.options), full)


def check_selection(parts: list[SelectionPart], scope: Scope) -> None:
    """Selection models rank by a declared number and cut at ratios between 0 and 1."""
    for at, part in enumerate(parts):
        readable = scope.read(part.rank_by, ("selection", at, "rank_by"))
        if readable and not readable.measure:
            scope.findings.add(
                Code.COMPARISON_WRONG, ("selection", at, "rank_by"), f"{part.rank_by} is no number", "rank by a number"
            )
        for key in ("clients", "carry"):
            _check_share(getattr(part, key), ("selection", at, key), scope)


def _check_share(text: str, path: Path, scope: Scope) -> None:
    try:
        share = parse(text, RATIO)
    except QuantityError as error:
        scope.findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {error}", "write a share: 20%")
        return
    if not 0 < share <= 10**RATIO.decimals:
        scope.findings.add(
            Code.AMOUNT_OUT_OF_RANGE, path, f"{text} is no share of a whole", "write more than 0 and at most 100%"
        )


def _check_periods(part: ReviewsPart, document: RulebookDocument, scope: Scope) -> None:
    for at, text in enumerate(part.remind_before):
        compile_period(text, ("reviews", "remind_before", at), scope.findings)
    for at, step in enumerate(part.overdue_after):
        for text, role in step.items():
            compile_period(text, ("reviews", "overdue_after", at, text), scope.findings)
            _check_role(role, ("reviews", "overdue_after", at, text), document, scope)


def _check_role(role: str, path: Path, document: RulebookDocument, scope: Scope) -> None:
    if document.roles and role not in document.roles:
        scope.findings.add(
            Code.ROLE_UNKNOWN, path, f"the role {role!r} is not declared", nearest_name(role, document.roles)
        )
