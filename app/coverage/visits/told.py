"""A visit as it is told, before anything is looked up, and as it is kept. Pure.

Tuples, because ten thousand a second are made of each: a frozen dataclass takes five times as long to make.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

FIRST: Final = 1
"""The revision that a visit begins with."""

_MINUTE_S: Final = 60
_MINUTE_BYTES, _HASH_BYTES, _DIGEST_BYTES = 5, 11, 16
_YEAR_1970: Final = 1 << 39
"""Added to minutes, so that those before 1970 are no negative numbers."""

_DRAWN_BYTES: Final = 10
_DRAWN: Final = ~(0xF << 76 | 0x3 << 62)
"""Of the bits that are drawn, those that an id takes: the others say its version."""


Outside = Mapping[str, Any]
"""Somebody of the client's who took part: a contact by id, a name, a position, as far as they are told."""


class Part(NamedTuple):
    """An officer who is said to have taken part; the role is theirs on that day where none is named."""

    officer_id: str
    role: str | None = None
    leads: bool = False


class Attendance(NamedTuple):
    """An officer who took part: in which role, None where they held none at the client, and for whom on leave."""

    officer_id: str
    role: str | None
    leads: bool
    acting_for: str | None


class Texts(NamedTuple):
    """What is written of a visit; it may name natural persons, and goes when what is personal is erased."""

    purpose: str | None = None
    summary: str | None = None
    next_step: str | None = None
    place: str | None = None


class Told(NamedTuple):
    """A visit as somebody tells it."""

    client_id: str
    at: datetime
    kind: str
    participants: Sequence[Part]
    texts: Texts = Texts()
    outside: Sequence[Outside] = ()
    evidence: Sequence[str] = ()
    external_id: str | None = None
    reason: str | None = None
    planned_id: UUID | None = None

    @property
    def officers(self) -> list[str]:
        """Who is said to have taken part."""
        return [each.officer_id for each in self.participants]

    @property
    def contacts(self) -> list[UUID]:
        """The client's contacts who are said to have taken part."""
        return [UUID(each["contact_id"]) for each in self.outside if each.get("contact_id")]


class OnDay(NamedTuple):
    """A visit that is told, with its business day."""

    told: Told
    day: date


class Visit(NamedTuple):
    """One revision of a visit. `ended_why` is why it was corrected or voided; the last one that ended is voided."""

    id: UUID
    revision: int
    client_id: str
    at: datetime
    day: date
    kind: str
    texts: Texts
    outside: Sequence[Outside]
    evidence: Sequence[str]
    external_id: str | None
    planned_id: UUID | None
    reason: str | None
    recorded_at: datetime
    recorded_by: str
    participants: Sequence[Attendance]
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_why: str | None = None

    @property
    def is_written_of(self) -> bool:
        """Whether it says something that may name natural persons."""
        return any(self.texts) or bool(self.outside)

    @property
    def state(self) -> Literal["live", "voided"]:
        """Whether a visit stands whose last revision this is."""
        return "live" if self.ended_at is None else "voided"

    @property
    def officers(self) -> list[str]:
        """Who took part."""
        return [each.officer_id for each in self.participants]


def first_revision(
    visit_id: UUID, one: OnDay, participants: Sequence[Attendance], recorded: tuple[datetime, str]
) -> Visit:
    """A new visit as it is kept; `recorded` says when and by whom. By position: names take twice as long."""
    told, day = one
    now, by_whom = recorded
    return Visit(
        visit_id,
        FIRST,
        told.client_id,
        told.at,
        day,
        told.kind,
        told.texts,
        list(told.outside),
        list(told.evidence),
        told.external_id,
        told.planned_id,
        told.reason,
        now,
        by_whom,
        participants,
    )


def new_id(now: datetime) -> UUID:
    """Draw an id that sorts by the moment (RFC 9562, version 7): new rows lie together in the indexes."""
    return next(new_ids(now, 1))


def new_ids(now: datetime, number: int) -> Iterator[UUID]:
    """Draw so many of them, in their order: drawing each alone takes twice as long."""
    moment = int(now.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62
    drawn = secrets.token_bytes(_DRAWN_BYTES * number)
    bits = (int.from_bytes(drawn[at : at + _DRAWN_BYTES]) for at in range(0, len(drawn), _DRAWN_BYTES))
    return (UUID(int=moment | each) for each in sorted(each & _DRAWN for each in bits))


def fingerprint(client_id: str, at: datetime, officers: Collection[str]) -> bytes:
    """What makes two visits one: the client, the minute, the officers.

    The minute comes first, so that those of one time lie together in the index, where they are written and looked up.
    """
    minute = int(at.timestamp() // _MINUTE_S)
    said = "\n".join((client_id, str(minute), *sorted(officers)))
    digest = hashlib.blake2b(said.encode(), digest_size=_DIGEST_BYTES).digest()
    return (_YEAR_1970 + minute).to_bytes(_MINUTE_BYTES, "big") + digest[:_HASH_BYTES]


def in_order(participants: Iterable[Attendance]) -> tuple[Attendance, ...]:
    """Those who took part, the one who leads first, the others by number."""
    return tuple(sorted(participants, key=lambda each: (not each.leads, each.officer_id)))
