"""Clients as they are to be, and what is decided about each: to be put, or refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from app.clients.profile import Profile
from app.clients.stored import Stored
from app.errors import Problem
from app.trail.entry import Entry


def _anything(_: int | None) -> None:
    """Expect nothing of the revision."""


@dataclass(frozen=True, slots=True)
class Document:
    """A client as it is to be, as it was sent.

    `expect` is handed the stored revision, None where there is none, and raises a Problem where that is not wanted.
    """

    client_id: str
    profile: Profile
    expect: Callable[[int | None], None] = _anything


@dataclass(frozen=True, slots=True)
class Known:
    """What documents may name: units within the caller's, clients that it sees; `fenced` where it has a unit.

    `outside` is what else there is, by type and id: the denial that the trail then holds. `closing` are those of the
    units that are to close, and when: they take no more clients.
    """

    units: frozenset[str]
    clients: frozenset[str]
    fenced: bool
    outside: Mapping[tuple[str, str], Entry]
    closing: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Put:
    """A document that may be stored: what was before, and the whole profile that is to be."""

    document: Document
    before: Stored | None
    after: Profile

    @property
    def changes_nothing(self) -> bool:
        """Whether all is so already."""
        return self.before is not None and self.before.profile == self.after

    @property
    def revision(self) -> int:
        """The revision that the client has then."""
        return 1 if self.before is None else self.before.revision + (0 if self.changes_nothing else 1)


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that may not be stored; `denials` are for the trail, where it reached beyond the caller's unit."""

    problem: Problem
    denials: tuple[Entry, ...] = ()


Verdict = Put | Refused
