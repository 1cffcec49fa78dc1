"""Lists in which each name may stand once."""

from collections.abc import Iterable

from app.rulebooks.problem import Code, Findings, Path


def report_repeated(listed: Iterable[str], path: Path, findings: Findings) -> None:
    """Report every name that stood before in the list at `path`."""
    seen: set[str] = set()
    for at, name in enumerate(listed):
        if name in seen:
            findings.add(Code.OPTION_DUPLICATE, (*path, at), f"{name!r} is listed twice", "keep one of them")
        seen.add(name)
