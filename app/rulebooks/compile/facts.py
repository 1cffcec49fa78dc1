"""Facts: from how they are declared to what the kernel holds."""

from app.kernel.cadence import Period, PeriodError, parse_period
from app.kernel.fact import Better, Fact
from app.kernel.quantity import MEASURES, Measure, QuantityError, parse
from app.rulebooks.compile.amounts import how_to_write, in_staff_words
from app.rulebooks.compile.repeated import report_repeated
from app.rulebooks.compile.scope import Scope, readable_fact, reason
from app.rulebooks.document.facts import FactPart
from app.rulebooks.problem import Code, Findings, Path

LISTED = ("grade", "choice")
UNBOUNDED = "unbounded"
"""Stands for the widest end that the measure has."""


def compile_facts(parts: dict[str, FactPart], scope: Scope) -> dict[str, Fact]:
    """Compile and declare every fact that can be."""
    facts = {}
    for name, part in parts.items():
        fact = _fact(name, part, scope.findings)
        if fact:
            facts[name] = fact
            scope.declare(readable_fact(fact))
        else:
            scope.faulty.add(name)
    return facts


def compile_period(text: str, path: Path, findings: Findings, *, at_key: bool = False) -> Period | None:
    """Read a period; what is not one is a finding."""
    try:
        return parse_period(text)
    except PeriodError:
        mend = "write days, months or years: P35D, P3M, P1Y"
        findings.add(Code.PERIOD_INVALID, path, f"{text!r} is no period", mend, at_key=at_key)
        return None


def _fact(name: str, part: FactPart, findings: Findings) -> Fact | None:
    path: Path = ("facts", name)
    better: Better = part.better or ("neither" if part.type == "choice" else "higher")
    listed = part.type in LISTED or part.type == "flag"
    ends = _listed_ends(part, path, findings) if listed else _ends(part, path, findings)
    max_age = compile_period(part.max_age, (*path, "max_age"), findings) if part.max_age is not None else None
    if ends is None:
        return None
    low, high = ends
    _check_missing(part, better, (low, high), path, findings)
    options = tuple(part.options or ()) if part.type in LISTED else ()
    return Fact(name, part.type, low, high, part.missing, better, options, part.actionable, max_age)


def _listed_ends(part: FactPart, path: Path, findings: Findings) -> tuple[int, int] | None:
    options = part.options or []
    for key in ("min", "max"):
        if getattr(part, key) is not None:
            message, mend = f"a {part.type} has no {key}", f"remove {key}"
            findings.add(Code.OPTIONS_MISPLACED, (*path, key), message, mend, at_key=True)
    if part.type == "flag":
        _check_no_options(part, "remove them: it is yes or no", path, findings)
        return 0, 1
    if not options:
        mend = "list them: options: [a, b]"
        findings.add(Code.OPTIONS_MISSING, path, f"a {part.type} needs options", mend, at_key=True)
        return None
    report_repeated(options, (*path, "options"), findings)
    return 0, len(options) - 1


def _ends(part: FactPart, path: Path, findings: Findings) -> tuple[int, int] | None:
    measure = MEASURES[part.type]
    _check_no_options(part, "remove them, or make the fact a grade or a choice", path, findings)
    low = _end(part.min, 0, -measure.limit, measure, (*path, "min"), findings)
    high = _end(part.max, measure.limit, measure.limit, measure, (*path, "max"), findings)
    if low is None or high is None:
        return None
    if low >= high:
        where = (*path, "max" if part.max is not None else "min")
        message = (
            f"the least value, {in_staff_words(low, measure)}, "
            f"is not below the greatest, {in_staff_words(high, measure)}"
        )
        findings.add(Code.RANGE_EMPTY, where, message, "widen the range")
        return None
    return low, high


def _check_no_options(part: FactPart, mend: str, path: Path, findings: Findings) -> None:
    if part.options is not None:
        message = f"a {part.type} has no options"
        findings.add(Code.OPTIONS_MISPLACED, (*path, "options"), message, mend, at_key=True)


def _end(
    text: str | None, default: int, unbounded: int, measure: Measure, path: Path, findings: Findings
) -> int | None:
    if text is None or text == UNBOUNDED:
        return default if text is None else unbounded
    try:
        return parse(text, measure)
    except QuantityError as error:
        message, mend = f"{text!r} {reason(error)}", f"{how_to_write(measure, text)}, or unbounded"
        findings.add(Code.AMOUNT_INVALID, path, message, mend)
        return None


def _check_missing(part: FactPart, better: Better, ends: tuple[int, int], path: Path, findings: Findings) -> None:
    where = (*path, "missing")
    if part.missing == "zero" and part.type in LISTED:
        findings.add(Code.MISSING_ZERO, where, f"a {part.type} has no 0 to count as", "write worst or refuse")
    elif part.missing == "zero" and not ends[0] <= 0 <= ends[1]:
        message = "a missing value cannot count as 0, which lies outside min and max"
        findings.add(Code.MISSING_ZERO, where, message, "write worst or refuse")
    if part.missing == "worst" and better == "neither":
        mend = "write refuse, or say which direction is better"
        findings.add(Code.MISSING_WORST, where, "neither end of this fact is the worst", mend)
