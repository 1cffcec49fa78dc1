"""Clients as they are to be, and what is decided about each: to be put, or refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.clients.profile import Profile, Relation
from app.clients.queries import Company
from app.clients.reading import ClientRow
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
    def result(self) -> Literal["created", "changed", "unchanged"]:
        """What becomes of the client."""
        if self.before is None:
            return "created"
        return "unchanged" if self.changes_nothing else "changed"

    @property
    def revision(self) -> int:
        """The revision that the client has then."""
        return 1 if self.before is None else self.before.revision + (0 if self.changes_nothing else 1)

    def row(self, now: datetime) -> ClientRow:
        """The client as it stands once this is written at `now`."""
        before, stamp = self.before, self.before.updated_at if self.before and self.changes_nothing else now
        return ClientRow(
            id=self.document.client_id,
            **self.after.attributes,
            erased_at=before.erased_at if before else None,
            revision=self.revision,
            created_at=before.created_at if before else now,
            updated_at=stamp,
            unit=self.after.unit,
        )

    @property
    def shown(self) -> Company:
        """The units that assist it then, and those of its relations that the caller sees."""
        hidden = self.before.hidden if self.before else frozenset[Relation]()
        relations = [each for each in self.after.relations if each not in hidden]
        return Company(list(self.after.assisting_units), relations)


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that may not be stored; `denials` are for the trail, where it reached beyond the caller's unit."""

    problem: Problem
    denials: tuple[Entry, ...] = ()

    @property
    def result(self) -> Literal["refused"]:
        """What becomes of the client."""
        return "refused"


Verdict = Put | Refused
