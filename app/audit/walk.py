"""The walk along the chain: each hash computed again from what stands in the database. Pure."""

from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

from app.audit.broken_links import BrokenLink, explained
from app.audit.chain import COLUMNS, GENESIS, Value, link
from app.audit.findings import Fault, Finding, Findings

_AT: Final = COLUMNS.index("at")
_SEALED_AT: Final = COLUMNS.index("sealed_at")
_ID: Final = COLUMNS.index("id")
_EXPLAINED: Final = 20

Row = tuple[Any, ...]
"""A link's position, hash and entry's id, then the entry as COLUMNS has it: all None where the entry is gone."""


class Stop(NamedTuple):
    """A position where a checkpoint was taken: the hash stored there, and when it was sealed, in seconds."""

    root: bytes
    sealed_at: Value


class Walk:
    """Goes from the first link to the last; what it remembers does not grow with the chain."""

    def __init__(self, stops: Collection[int]) -> None:
        """`stops`: the positions whose hashes are to be remembered."""
        self._stops = stops
        self._previous: bytes | None = GENESIS
        self._broken: list[BrokenLink] = []
        self._more_broken = 0
        self._findings = Findings()
        self.reached: dict[int, Stop] = {}
        self.size = 0
        """The last position."""
        self.entries = 0
        self.first_at: Value = None
        self.last_at: Value = None
        """When the first and the last entry were written, in seconds since 1970."""

    def follow(self, rows: Iterable[Row]) -> None:
        """Check the next links, by position."""
        for position, stored, entry_id, *values in rows:
            if position != self.size + 1:
                self._missing(position)
            if values[_ID] is None:
                self._findings.add(Finding(Fault.ENTRY_DELETED, "is gone", position, entry_id))
            else:
                self._check(position, stored, entry_id, values)
            if position in self._stops:
                self.reached[position] = Stop(stored, values[_SEALED_AT])
            self._previous, self.size = stored, position

    def findings(self) -> Findings:
        """What was found up to here; call it once, at the end."""
        self._findings.add(*explained(self._broken))
        self._findings.count += self._more_broken
        return self._findings

    def _check(self, position: int, stored: bytes, entry_id: int, values: list[Value]) -> None:
        self.entries += 1
        self.last_at = values[_AT]
        if self.entries == 1:
            self.first_at = values[_AT]
        if self._previous is None or link(self._previous, position, values) == stored:
            return
        if len(self._broken) < _EXPLAINED:
            self._broken.append(BrokenLink(position, entry_id, self._previous, stored, values))
        else:
            self._more_broken += 1

    def _missing(self, position: int) -> None:
        """Links are gone before `position`, so that the one there cannot be checked."""
        self._previous = None
        first, last = self.size + 1, position - 1
        if last < first:
            self._findings.add(Finding(Fault.CHAIN_REORDERED, "is no place in a chain", position))
        else:
            said = "its link is gone" if first == last else f"the links to position {last} are gone"
            self._findings.add(Finding(Fault.LINK_DELETED, said, first))
