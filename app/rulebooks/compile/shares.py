"""Shares of a whole: more than none of it, at most all."""

from app.kernel.quantity import RATIO, QuantityError, parse
from app.rulebooks.compile.scope import reason
from app.rulebooks.problem import Code, Findings, Path


def compile_share(text: str, path: Path, findings: Findings) -> int | None:
    """A share as a ratio; what is none is a finding."""
    try:
        share = parse(text, RATIO)
    except QuantityError as error:
        findings.add(Code.AMOUNT_INVALID, path, f"{text!r} {reason(error)}", "write a share: 20%")
        return None
    if not 0 < share <= 10**RATIO.decimals:
        mend = "write more than 0 and at most 100%"
        findings.add(Code.AMOUNT_OUT_OF_RANGE, path, f"{text} is no share of a whole", mend)
        return None
    return share
