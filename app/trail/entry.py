"""One line of the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Outcome = Literal["done", "denied"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done to which object, or denied: before, after, and why.

    `action` is `<object>.<past tense>`, as `client.updated`. `unit` is the unit whose matter it is, which decides who
    may read the entry; None where it is the whole bank's. `before` and `after` hold what JSON holds, and of natural
    persons nothing but sealed values. `digest` is of the rulebook version that decided, or that is the object.
    """

    action: str
    object_type: str
    object_id: str
    unit: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    reason: str | None = None
    digest: str | None = None
    outcome: Outcome = "done"
