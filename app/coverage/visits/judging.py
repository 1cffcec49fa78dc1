"""Whether a visit that is told can be kept, and in which role each officer took part. Pure.

One judgement for a single visit, a correction, a plan and a line of thousands.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clients.roles_held import Ground
from app.coverage.refusals import NoSuchClient
from app.coverage.visits import refusals
from app.coverage.visits.told import Attendance, Outside, Part, Texts, Told, in_order
from app.organisation.faults import Fault


class Judged(NamedTuple):
    """Who took part, in which roles; and what is wrong, empty where all is well."""

    participants: Sequence[Attendance]
    faults: Sequence[Fault]


def judge(told: Told, ground: Ground, kinds: Collection[str], now: datetime) -> Judged:
    """Judge a visit to a client that the caller sees; `kinds` are those that may be recorded of it on that day."""
    return judge_rest(told, attend(told.participants, ground), About(ground.contacts, ground.erased), kinds, now)


class About(NamedTuple):
    """The client's contacts of whom is told, and whether the client is a person who was erased."""

    contacts: Collection[UUID]
    erased: bool


def judge_rest(told: Told, people: Judged, about: About, kinds: Collection[str], now: datetime) -> Judged:
    """Judge a visit whose `people` are judged: its moment, its kind, and what is told of the client's side."""
    if told.at <= now and told.kind in kinds and not people.faults and not told.outside and not about.erased:
        return people
    own = [*_moment(told, now), *unknown_kind(told.kind, kinds), *people.faults]
    written = written_of_erased(told.texts, told.outside) if about.erased else ()
    return Judged(people.participants, [*own, *_unknown_contacts(told, about.contacts), *written])


def attend(parts: Sequence[Part], ground: Ground) -> Judged:
    """Find the role of each participant. Where nobody is said to lead, the first does."""
    faults = [*_repeated(parts), *_leads(parts)] if len(parts) > 1 else []
    led = any(each.leads for each in parts)
    found = []
    for at, part in enumerate(parts):
        leads = part.leads if led else at == 0
        one = _attendance(at, part, ground, leads=leads)
        if isinstance(one, Fault):
            faults.append(one)
        else:
            found.append(one)
    return Judged(in_order(found), faults)


def kept(participants: Sequence[Attendance], ground: Ground) -> Sequence[Attendance]:
    """Those who took part, on another day than was said: in the role they came in, where they held it then too.

    Else in the one that they held; in none where that is not one.
    """
    found = []
    for one in participants:
        held = ground.held(one.officer_id)
        same = [each for each in held if each.role == one.role]
        usual = [each for each in held if each.usual]
        fitting = same or (usual if len({each.role for each in usual}) == 1 else [])
        role, acting_for = (fitting[0].role, fitting[0].acting_for) if fitting else (None, None)
        found.append(one._replace(role=role, acting_for=acting_for))
    return in_order(found)


def unknown_kind(kind: str, kinds: Collection[str]) -> Iterator[Fault]:
    """What is wrong with a kind that no rulebook knows."""
    if kind not in kinds:
        known = f"known are: {', '.join(sorted(kinds))}" if kinds else "no rulebook in force has kinds of visits"
        yield Fault(("kind",), refusals.UnknownKind, f"is no kind that is recorded of this client on that day; {known}")


def no_such_client() -> Fault:
    """What is wrong with a client who is not there for the caller."""
    return Fault(("client_id",), NoSuchClient, "no such client")


def written_of_erased(texts: Texts, outside: Sequence[Outside]) -> Iterator[Fault]:
    """What is written of a visit to a person who was erased: it may bring back what was personal."""
    written = [*(name for name, each in texts._asdict().items() if each), *(["outside"] if outside else ())]
    for name in written:
        yield Fault((name,), refusals.WrittenOfErased, "is not kept of a person who was erased; leave it out")


def _moment(told: Told, now: datetime) -> Iterator[Fault]:
    if told.at > now:
        yield Fault(("at",), refusals.MomentToCome, "is a moment to come; plan the visit instead")


def _repeated(parts: Sequence[Part]) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, part in enumerate(parts):
        if part.officer_id in seen:
            place = ("participants", at, "officer_id")
            yield Fault(place, refusals.ParticipantRepeated, "is named already; name each officer once")
        seen.add(part.officer_id)


def _leads(parts: Sequence[Part]) -> Iterator[Fault]:
    for at in [at for at, part in enumerate(parts) if part.leads][1:]:
        yield Fault(("participants", at, "leads"), refusals.SeveralLeads, "another leads already; let one lead")


def _attendance(at: int, part: Part, ground: Ground, *, leads: bool) -> Attendance | Fault:
    held = ground.held(part.officer_id)
    if not held and not ground.is_near(part.officer_id):
        place = ("participants", at, "officer_id")
        return Fault(place, refusals.NoSuchParticipant, "no such officer", ground.denial(part.officer_id))
    fitting = [each for each in held if each.role == part.role] if part.role else [each for each in held if each.usual]
    roles = {each.role for each in fitting}
    place = ("participants", at, "role")
    if part.role and not fitting:
        has = f"has {', '.join(sorted({each.role for each in held}))}" if held else "has none; leave the role out"
        return Fault(place, refusals.RoleNotHeld, f"is no role of the officer at the client on that day, who {has}")
    if len(roles) > 1:
        return Fault(place, refusals.RoleUnclear, f"is one of several: name {' or '.join(sorted(roles))}")
    if not fitting:
        return Attendance(part.officer_id, None, leads, None)
    return Attendance(part.officer_id, fitting[0].role, leads, fitting[0].acting_for)


def _unknown_contacts(told: Told, contacts: Collection[UUID]) -> Iterator[Fault]:
    known = {str(each) for each in contacts}
    for at, one in enumerate(told.outside):
        if one.get("contact_id") and one["contact_id"] not in known:
            yield Fault(("outside", at, "contact_id"), refusals.NoSuchContact, "no such contact of this client")
