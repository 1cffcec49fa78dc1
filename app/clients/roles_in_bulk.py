"""Which roles officers hold at thousands of clients on many days: the grounds of `roles_held`, read at once."""

from bisect import bisect_right
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Date, Select, Text, Uuid, any_, bindparam, func, select

from app.clients.erased import is_person, was_erased
from app.clients.reading import is_visible
from app.clients.roles_held import Ground, Service, grouped
from app.clients.tables import Assignment, Client, ClientUnit, Contact
from app.db.fetching import fetch_rows, text_array
from app.organisation.service_spans import Above, Days, Served, StandIn, earlier, left, served, stand_ins, ways_up
from app.trail.change import Reading

_CLIENT: Final[Any] = Client.__table__.c
_UNIT: Final[Any] = ClientUnit.__table__.c
_ASSIGNED: Final[Any] = Assignment.__table__.c
_CONTACT: Final[Any] = Contact.__table__.c
_NONE: Final[frozenset[Any]] = frozenset()
_ASKED: Final = bindparam("asked", type_=ARRAY(Text))


class Wanted(NamedTuple):
    """A client's day, and who is asked about there."""

    client_id: str
    day: date
    officers: Sequence[str]


class Met(NamedTuple):
    """Who is asked about at some clients, and on which days."""

    officers: Collection[str]
    contacts: Collection[UUID]
    days: Days


class _Part(NamedTuple):
    part: str
    unit_id: str
    from_day: date
    until: date | None


class _Assigned(NamedTuple):
    officer_id: str
    role: str
    from_day: date
    until: date | None


_Span = _Part | _Assigned | Above | Served | StandIn


@dataclass(slots=True)
class Grounds:
    """What many visits are judged by: to clients that are `seen`, or only `known` to be there; some were `erased`.

    `persons` are natural ones. `_turns` are the days, in their order, on which something begins or ends.
    """

    today: date
    known: frozenset[str]
    seen: frozenset[str]
    erased: frozenset[str]
    persons: frozenset[str]
    contacts: Mapping[str, frozenset[UUID]]
    _parts: Mapping[str, list[_Part]]
    _above: Mapping[str, list[Above]]
    _assigned: Mapping[str, list[_Assigned]]
    _served: Mapping[str, list[Served]]
    _stand_ins: Mapping[str, list[StandIn]]
    _turns: Sequence[date]
    _ways: dict[tuple[str, date], tuple[str, ...]] = field(default_factory=dict)
    _services: dict[tuple[str, date], list[Service]] = field(default_factory=dict)

    def lead(self, client_id: str) -> str | None:
        """The unit that leads a client today."""
        leads = (e.unit_id for e in self._parts.get(client_id, ()) if e.part == "lead" and _holds(e, self.today))
        return next(leads, None)

    def stretch(self, day: date) -> int:
        """Which stretch of days a day lies in: in none of them anything begins or ends that a ground follows from."""
        return bisect_right(self._turns, day)

    def shape(self, client_id: str) -> Hashable:
        """What the ground of a client follows from, but for its contacts: it is the same for many of them."""
        return *self._parts.get(client_id, ()), *self._assigned.get(client_id, ())

    def ground(self, wanted: Wanted) -> Ground:
        """The ground of a client that the caller sees, for a day and those officers."""
        client_id, day, officers = wanted
        parts = self._parts.get(client_id, ())
        lead = next((each for each in parts if each.part == "lead" and _lasts(each.until, day)), None)
        aside = [each.unit_id for each in parts if each.part == "assisting" and _holds(each, day)]
        principals = {each: self._principals(each, day) for each in officers if each in self._stand_ins}
        everybody = [*officers, *(who for some in principals.values() for who in some)] if principals else officers
        return Ground(
            client_id=client_id,
            unit=self.lead(client_id),
            path=self._way(lead.unit_id, day) if lead else (),
            aside=frozenset(unit for each in aside for unit in self._way(each, day)) if aside else _NONE,
            assigned=grouped((e.officer_id, e.role) for e in self._assigned.get(client_id, ()) if _holds(e, day)),
            services={each: self._on(each, day) for each in everybody},
            principals=principals,
            contacts=self.contacts.get(client_id, _NONE),
            erased=client_id in self.erased,
        )

    def _principals(self, officer_id: str, day: date) -> list[str]:
        return [each.officer_id for each in self._stand_ins[officer_id] if _holds(each, day)]

    def _way(self, unit_id: str, day: date) -> tuple[str, ...]:
        """The unit and those above it on a day; looked for once."""
        found = self._ways.get((unit_id, day))
        if found is None:
            found = tuple(each.above for each in self._above.get(unit_id, ()) if _holds(each, day))
            self._ways[unit_id, day] = found
        return found

    def _on(self, officer_id: str, day: date) -> list[Service]:
        """Where an officer served on a day; looked for once."""
        found = self._services.get((officer_id, day))
        if found is None:
            spans = (each for each in self._served.get(officer_id, ()) if _holds(each, day))
            found = [Service(each.unit_id, each.role, each.inside) for each in spans]
            self._services[officer_id, day] = found
        return found


async def grounds_of(reads: Reading, clients: Collection[str], met: Met) -> Grounds:
    """Look up what `Grounds` holds, for all of them at once: some statements for thousands of visits."""
    session, fence = reads.session, reads.actor.unit
    officers, contacts, days = met
    asked_clients = text_array(clients)
    asked = {"asked": asked_clients, "fence": fence, "today": reads.today}
    found = await fetch_rows(session, _clients(fenced=fence is not None), asked)
    parts = await fetch_rows(session, _parts(), {"asked": asked_clients})
    above = await ways_up(session, {unit_id for _, _, unit_id, *_ in parts})
    standing_in = await stand_ins(session, officers, days)
    everybody = {*officers} | {each.officer_id for each in standing_in}
    service = await served(session, everybody, days, fence, reads.today)
    whose = {"asked": asked_clients, "officers": text_array(everybody)}
    assigned = await fetch_rows(session, _assignments(), whose)
    gone = await left(session, {officer_id for _, officer_id, *_ in assigned})
    theirs = await _contacts_of(reads, clients, contacts)
    led = grouped((client, _Part(*rest)) for client, *rest in parts)
    known = grouped((client, _until_leaving(_Assigned(*rest), gone)) for client, *rest in assigned)
    return Grounds(
        today=reads.today,
        known=frozenset([client for client, *_ in found]),
        seen=frozenset([client for client, seen, *_ in found if seen]),
        erased=frozenset([client for client, _, erased, _ in found if erased]),
        persons=frozenset([client for client, *_, person in found if person]),
        contacts={client: frozenset(some) for client, some in grouped(theirs).items()},
        _parts=led,
        _above=_by(above, 0),
        _assigned=known,
        _served=_by(service, 0),
        _stand_ins=_by(standing_in, 0),
        _turns=_turns([*chain(*led.values(), *known.values()), *above, *service, *standing_in], days),
    )


async def _contacts_of(reads: Reading, clients: Collection[str], contacts: Collection[UUID]) -> Iterable[Any]:
    if not contacts:
        return ()
    return await fetch_rows(reads.session, _contacts(), {"asked": text_array(clients), "contacts": [*contacts]})


def _turns(spans: Iterable[_Span], days: Days) -> list[date]:
    """The days on which one of the spans begins or ends, as far as they part these days."""
    ends = {(each.from_day, each.until) for each in spans}
    return sorted({day for some in ends for day in some if day is not None and days.since < day <= days.to})


def _by(rows: Iterable[Any], at: int) -> dict[str, list[Any]]:
    return grouped((row[at], row) for row in rows)


def _until_leaving(assigned: _Assigned, gone: Mapping[str, date]) -> _Assigned:
    """The assignment, its end being the day of leaving where that comes before."""
    left_on = gone.get(assigned.officer_id)
    return assigned if left_on is None else assigned._replace(until=earlier(assigned.until, left_on))


def _lasts(until: date | None, day: date) -> bool:
    return until is None or until > day


def _holds(span: _Span, day: date) -> bool:
    return span.from_day <= day and _lasts(span.until, day)


@cache
def _clients(*, fenced: bool) -> Select[Any]:
    today = bindparam("today", type_=Date)
    seen = is_visible(_CLIENT.id, bindparam("fence", type_=Text) if fenced else None, today)
    columns = _CLIENT.id, seen.label("seen"), was_erased().label("erased"), is_person().label("person")
    return select(*columns).where(_CLIENT.id == any_(_ASKED))


@cache
def _parts() -> Select[Any]:
    """Not by `ANY`: for an array of thousands PostgreSQL then skips through the index by unit, ten times as long."""
    columns = (_UNIT.client_id, _UNIT.part, _UNIT.unit_id, _UNIT.from_day, _UNIT.until_day)
    return select(*columns).where(_UNIT.client_id.in_(select(func.unnest(_ASKED)))).order_by(_UNIT.from_day)


@cache
def _assignments() -> Select[Any]:
    columns = (_ASSIGNED.client_id, _ASSIGNED.officer_id, _ASSIGNED.role, _ASSIGNED.from_day, _ASSIGNED.until_day)
    theirs = (
        _ASSIGNED.client_id == any_(_ASKED),
        _ASSIGNED.officer_id.in_(select(func.unnest(bindparam("officers", type_=ARRAY(Text))))),
    )
    query = select(*columns).where(*theirs)
    return query.order_by(_ASSIGNED.officer_id, _ASSIGNED.role)


@cache
def _contacts() -> Select[Any]:
    theirs = _CONTACT.client_id == any_(_ASKED), _CONTACT.id == any_(bindparam("contacts", type_=ARRAY(Uuid)))
    return select(_CONTACT.client_id, _CONTACT.id).where(*theirs)
