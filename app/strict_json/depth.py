"""How deep a value nests."""

from typing import Any, Final

from app.strict_json.flaws import Flaw, Place, UnsoundJsonError

MAX_DEPTH: Final = 32
"""Levels of arrays and objects that are still read; Tierbook's own shapes have at most 8."""

_CONTAINERS: Final = (dict, list)


def check_depth(value: Any) -> None:
    """Raise UnsoundJsonError where a value nests deeper than is read, at the first part that does."""
    if not _reaches(value, MAX_DEPTH + 1):
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    raise too_deep(next((key,) for key, part in items if _reaches(part, MAX_DEPTH)))


def too_deep(place: Place) -> UnsoundJsonError:
    """The nesting at a place is more than is read."""
    return UnsoundJsonError(Flaw(place, "too_deep", f"is nested over {MAX_DEPTH} levels"))


def _reaches(value: Any, levels: int) -> bool:
    """Whether containers nest so deep. Level by level: a deep tree must not be walked by recursion."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(levels - 1):
        level = [
            part
            for container in level
            for part in (container.values() if isinstance(container, dict) else container)
            if isinstance(part, _CONTAINERS)
        ]
    return bool(level)
