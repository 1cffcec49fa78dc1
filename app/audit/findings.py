"""What verification can find wrong, each by a stable name."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

_LISTED: Final = 100


class Fault(StrEnum):
    """A way in which trail and chain, or chain and checkpoint, fail to agree."""

    ENTRY_EDITED = "entry_edited"
    ENTRY_DELETED = "entry_deleted"
    ENTRY_UNCHAINED = "entry_unchained"
    LINK_EDITED = "link_edited"
    LINK_DELETED = "link_deleted"
    CHAIN_REORDERED = "chain_reordered"
    CHAIN_TRUNCATED = "chain_truncated"
    CHAIN_REWRITTEN = "chain_rewritten"
    CHECKPOINT_FORGED = "checkpoint_forged"
    CHECKPOINT_FOREIGN = "checkpoint_foreign"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"
    SEALING_STOPPED = "sealing_stopped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: where in the chain (from 1), which entry, and what, as the end of a sentence."""

    fault: Fault
    detail: str
    position: int | None = None
    entry_id: int | None = None


@dataclass(slots=True)
class Findings:
    """Findings as they come: the first hundred are kept, all are counted; `first` is the lowest position of all."""

    listed: list[Finding] = field(default_factory=list)
    count: int = 0
    first: int | None = None

    def add(self, *found: Finding) -> None:
        """Take more in."""
        self.listed += found[: _LISTED - len(self.listed)]
        self.count += len(found)
        positions = (each.position for each in found if each.position is not None)
        self.first = min(positions if self.first is None else (self.first, *positions), default=None)
