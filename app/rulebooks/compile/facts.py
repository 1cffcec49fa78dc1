"""Facts: from how they are declared to what the kernel holds."""

from app.kernel.cadence import Period, PeriodError, parse_period
from app.kernel.fact import Better, Fact
from app.kernel.quantity import MEASURES, Measure, QuantityError, parse
from app.rulebooks.compile.scope import Scope, readable_fact
from app.rulebooks.document.facts import FactPart
from app.rulebooks.problem import Code, Findings, Path

LISTED = ("grade", "choice")


def compile_facts(parts: dict[str, FactPart], scope: Scope) -> dict[str, Fact]:
    """Compile and declare every fact that can be."""
    facts = {}
    for name, part in parts.items():
        fact = _fact(name, part, scope.findings)
        if fact:
            facts[name] = fact
            scope.declare(readable_fact(fact))
    return facts


def compile_period(text: str, path: Path, findings: Findings) -> Period | None:
    """Read a period; what is not one is a finding."""
    try:
        return parse_period(text)
    except PeriodError as error:
        findings.add(Code.PERIOD_INVALID, path, f"{text!r} {error}", "write days, months or years: P35D, P3M, P1Y")
        return None


def _fact(name: str, part: FactPart, findings: Findings) -> Fact | None:
    path: Path = ("facts", name)
    better: Better = part.better or ("neither" if part.type == "choice" else "higher")
    ends = (
        _listed_ends(part, path, findings)
        if part.type in LISTED or part.type == "flag"
        else _ends(part, path, findings)
    )
    max_age = compile_period(part.max_age, (*path, "max_age"), findings) if part.max_age else None
    if ends is None:
        return None
    low, high = ends
    _check_missing(part, better, low <= 0 <= high, path, findings)
    options = tuple(part.options or ()) if part.type in LISTED else ()
    return Fact(name, part.type, low, high, part.missing, better, options, part.actionable, max_age)


def _listed_ends(part: FactPart, path: Path, findings: Findings) -> tuple[int, int] | None:
    options = part.options or []
    for key in ("min", "max"):
        if getattr(part, key) is not None:
            findings.add(
                Code.OPTIONS_MISPLACED, (*path, key), f"a {part.type} has no {key}", f"remove {key}", at_key=True
            )
    if part.type == "flag":
        if options:
            findings.add(
                Code.OPTIONS_MISPLACED,
                (*path, "options"),
                "a flag has no options",
                "remove them: it is yes or no",
                at_key=True,
            )
        return 0, 1
    if not options:
        findings.add(
            Code.OPTIONS_MISSING, path, f"a {part.type} needs options", "list them: options: [a, b]", at_key=True
        )
        return None
    for position, option in enumerate(options):
        if option in options[:position]:
            findings.add(
                Code.OPTION_DUPLICATE, (*path, "options", position), f"{option!r} is listed twice", "keep one of them"
            )
    return 0, len(options) - 1


def _ends(part: FactPart, path: Path, findings: Findings) -> tuple[int, int] | None:
    measure = MEASURES[part.type]
    if part.options is not None:
        mend = "remove them, or make the fact a grade or a choice"
        findings.add(Code.OPTIONS_MISPLACED, (*path, "options"), f"a {part.type} has no options", mend, at_key=True)
    low = _end(part.min, 0, -measure.limit, measure, (*path, "min"), findings)
    high = _end(part.max, measure.limit, measure.limit, measure, (*path, "max"), findings)
    if low is None or high is None:
        return None
    if low >= high:
        findings.add(
            Code.RANGE_EMPTY,
            (*path, "max" if part.max else "min"),
            "the least value is not below the greatest",
            "widen the range",
        )
        return None
    return low, high


def _end(
    text: str | None, default: int, unbounded: int, measure: Measure, path: Path, findings: Findings
) -> int | None:
    if text is None or text == "unbounded":
        return default if text is None else unbounded
    try:
        return parse(text, measure)
    except QuantityError as error:
        findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {error}", "write a plain decimal, 5000万, or unbounded")
        return None


def _check_missing(part: FactPart, better: Better, zero_inside: bool, path: Path, findings: Findings) -> None:  # noqa: FBT001
    where = (*path, "missing")
    if part.missing == "zero" and (part.type in LISTED or not zero_inside):
        findings.add(Code.MISSING_ZERO, where, f"a missing {part.type} cannot count as 0 here", "write worst or refuse")
    if part.missing == "worst" and better == "neither":
        findings.add(
            Code.MISSING_WORST, where, "no end of this fact is worst", "write refuse, or say which direction is better"
        )
