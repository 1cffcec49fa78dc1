"""Reviews, triggers and selection: what follows once classes and tiers are decided."""

from app.kernel.review_cycle import Notices
from app.kernel.rulebook import ReviewCadence, Trigger
from app.rulebooks.compile.conditions import compile_condition
from app.rulebooks.compile.facts import compile_period
from app.rulebooks.compile.roles import check_role
from app.rulebooks.compile.scope import Readable, Scope, nearest_name
from app.rulebooks.compile.shares import compile_share
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.coverage import SelectionPart
from app.rulebooks.document.tiers import ReviewsPart, TriggerPart
from app.rulebooks.problem import Code, Path

REVIEWS: Path = ("reviews",)


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
    notices = _notices(part, document, scope)
    full = compile_period(part.full_every, (*REVIEWS, "full_every"), scope.findings) if part.full_every else None
    if isinstance(part.every, str):
        _check_by_idle(part, scope)
        every = compile_period(part.every, (*REVIEWS, "every"), scope.findings)
        return ReviewCadence(None, (every,), full, notices)
    readable = _reviewed_by(part, scope)
    periods = {key: compile_period(text, (*REVIEWS, "every", key), scope.findings) for key, text in part.every.items()}
    if readable is None:
        return None
    _check_every(readable, part.every, document, scope)
    return ReviewCadence(readable.name, tuple(map(periods.get, readable.options)), full, notices)


def check_selection(parts: list[SelectionPart], scope: Scope) -> None:
    """Selection models rank by a declared number and cut at ratios between 0 and 1."""
    for at, part in enumerate(parts):
        path: Path = ("selection", at)
        readable = scope.read(part.rank_by, (*path, "rank_by"), at_key=False)
        if readable and not readable.measure:
            message = f"{part.rank_by} is no number"
            scope.findings.add(Code.COMPARISON_WRONG, (*path, "rank_by"), message, "rank by a number")
        compile_share(part.clients, (*path, "clients"), scope.findings)
        compile_share(part.carry, (*path, "carry"), scope.findings)


def _check_by_idle(part: ReviewsPart, scope: Scope) -> None:
    if part.by is not None:
        message = "by has nothing to choose: every is one period for all"
        mend = f"write every: a period for each value of {part.by}; or remove by"
        scope.findings.add(Code.SECTION_MISPLACED, (*REVIEWS, "by"), message, mend, at_key=True)


def _reviewed_by(part: ReviewsPart, scope: Scope) -> Readable | None:
    if part.by is None and not scope.excuses("tier") and "tier" not in scope.known:
        mend = "name a classification by which clients are reviewed: by: …; or write one period"
        message = "there are no tiers to review by"
        scope.findings.add(Code.SECTION_MISPLACED, (*REVIEWS, "every"), message, mend, at_key=True)
        return None
    readable = scope.read(part.by or "tier", (*REVIEWS, "by" if part.by else "every"), at_key=part.by is None)
    if readable and readable.measure:
        mend = "classify it into bands first, and name that classification"
        scope.findings.add(Code.COMPARISON_WRONG, (*REVIEWS, "by"), f"{part.by} is a number and has no options", mend)
        return None
    return readable


def _check_every(readable: Readable, every: dict[str, str], document: RulebookDocument, scope: Scope) -> None:
    """Each value has a period, but for tiers without a rule; where one is misspelt, that alone is the fault."""
    path: Path = (*REVIEWS, "every")
    unknown = every.keys() - set(readable.options)
    for key in unknown:
        code = Code.TIER_UNKNOWN if readable.name == "tier" else Code.CLASS_UNKNOWN
        message, mend = f"{key!r} is no value of {readable.name}", nearest_name(key, readable.options)
        scope.findings.add(code, (*path, key), message, mend, at_key=True)
    due = set(document.tiers.rules.by_tier if readable.name == "tier" and document.tiers else readable.options)
    absent = [option for option in readable.options if option not in every and option in due]
    if absent[len(unknown) :]:
        message = f"some values of {readable.name} are never reviewed"
        scope.findings.add(Code.REVIEW_INCOMPLETE, path, message, f"give a period for {', '.join(absent)}", at_key=True)


def _notices(part: ReviewsPart, document: RulebookDocument, scope: Scope) -> Notices:
    """Reminders and escalations: periods, and roles that are declared."""
    before = [
        compile_period(text, (*REVIEWS, "remind_before", at), scope.findings)
        for at, text in enumerate(part.remind_before)
    ]
    after = []
    for at, step in enumerate(part.overdue_after):
        for text, role in step.items():
            where = (*REVIEWS, "overdue_after", at, text)
            after.append((compile_period(text, where, scope.findings, at_key=True), role))
            check_role(role, where, document, scope)
    return Notices(
        tuple(period for period in before if period is not None),
        tuple((period, role) for period, role in after if period is not None),
    )
