"""Which role an officer holds at a client on a day (domain.md B9, D2), and who may be said to have called on it.

By assignment at the client; else by a post on the lead unit's way up, as far as the post puts its holder into every
team there. A delegate holds on the days of the leave what the officer on leave holds.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Date, Select, Text, Uuid, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.clients.erased import was_erased
from app.clients.reading import is_visible, lead_of
from app.clients.tables import Assignment, Client, ClientUnit, Contact
from app.clients.team import EX_OFFICIO
from app.db.fetching import text_array
from app.db.half_open import stands_on
from app.organisation.faults import refused
from app.organisation.serving import serves, services, stand_ins, way_up
from app.trail.change import Asking
from app.trail.entry import Entry

_CLIENT: Final[Any] = Client.__table__.c
_ASKED: Final = bindparam("client", type_=Text)
_DAY: Final = bindparam("day", type_=Date)
_TODAY: Final = bindparam("today", type_=Date)


class Service(NamedTuple):
    """Where an officer serves on a day and as what; whether that lies within the caller's unit."""

    unit_id: str
    role: str
    inside: bool


class Held(NamedTuple):
    """A role that an officer holds at a client, as a delegate of `acting_for` where one is named.

    `usual` is what they come in where nothing is said: a post counts only where they have no assignment.
    """

    role: str
    acting_for: str | None
    usual: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What decides who holds which role at a client on a day.

    `unit` leads the client today; `path` runs up from the unit that led it that day, or was the first to lead it;
    `aside` holds the units that assisted it and those above them. `assigned` has roles by officer, `principals` those
    for whom a delegate stands in. Of a person who was `erased` nothing is written any more.
    """

    client_id: str
    unit: str | None
    path: tuple[str, ...]
    aside: frozenset[str]
    assigned: Mapping[str, Collection[str]]
    services: Mapping[str, Collection[Service]]
    principals: Mapping[str, Collection[str]]
    contacts: frozenset[UUID] = frozenset()
    erased: bool = False

    def held(self, officer_id: str) -> list[Held]:
        """The roles of an officer, the own ones first, and assignments before posts."""
        own = self._held(officer_id, None)
        principals = self.principals.get(officer_id)
        return [*own, *(held for who in principals for held in self._held(who, who))] if principals else own

    def is_near(self, officer_id: str) -> bool:
        """Whether the officer serves within the caller's unit, or above one that leads or assists the client."""
        posts = self.services.get(officer_id, ())
        return any(each.inside or each.unit_id in self.path or each.unit_id in self.aside for each in posts)

    def _held(self, who: str, acting_for: str | None) -> list[Held]:
        assigned = self.assigned.get(who, ())
        found = [Held(role, acting_for, usual=True) for role in assigned]
        for unit_id, role, _ in self.services.get(who, ()):
            if role in EX_OFFICIO and unit_id in self.path and all(each.role != role for each in found):
                found.append(Held(role, acting_for, usual=not assigned))
        return found

    def denial(self, officer_id: str) -> Entry | None:
        """What the trail says of an officer who serves that day, but may not attend."""
        unit = next((each.unit_id for each in self.services.get(officer_id, ())), None)
        return None if unit is None else refused("officer", officer_id, unit)


@cache
def statement(*, fenced: bool) -> Select[Any]:
    """The one row that holds the ground, and whether the client is `seen`: put together once, for it is a hot path."""
    fence = bindparam("fence", type_=Text) if fenced else None
    assigned = select(Assignment.officer_id, Assignment.role).where(
        Assignment.client_id == _ASKED, stands_on(Assignment, _DAY), serves(Assignment.officer_id)
    )
    contacts = select(Contact.id).where(
        Contact.client_id == _ASKED, Contact.id == any_(bindparam("contacts", type_=ARRAY(Uuid)))
    )
    return select(
        _CLIENT.id,
        lead_of(_CLIENT.id, _TODAY).label("unit"),
        is_visible(_CLIENT.id, fence, _TODAY).label("seen"),
        json_rows(way_up(_lead())).label("path"),
        json_rows(way_up(_assisting())).label("aside"),
        json_rows(assigned).label("assigned"),
        json_rows(services(fenced=fenced)).label("services"),
        json_rows(stand_ins()).label("principals"),
        json_rows(contacts).label("contacts"),
        was_erased().label("erased"),
    ).where(_CLIENT.id == _ASKED)


def asked(
    asking: Asking, client_id: str, day: date, officers: Collection[str], contacts: Collection[UUID] = ()
) -> dict[str, Any]:
    """The parameters of the statement: for a client on a day, these officers, these contacts of its."""
    caller = {"fence": asking.actor.unit, "today": asking.today}
    named = {"officers": text_array(officers), "contacts": text_array([each.hex for each in contacts])}
    return {"client": client_id, "day": day, **named, **caller}


def as_ground(row: Any) -> Ground:
    """The ground that a row of the statement holds."""
    return Ground(
        client_id=row.id,
        unit=row.unit,
        path=tuple(unit for unit, _ in sorted(row.path, key=lambda each: each[1])),
        aside=frozenset(unit for unit, _ in row.aside),
        assigned=grouped((officer, role) for officer, role in sorted(row.assigned)),
        services=grouped((officer, Service(*rest)) for officer, *rest in sorted(row.services)),
        principals=grouped((delegate, officer) for delegate, officer in sorted(row.principals)),
        contacts=frozenset(UUID(contact) for (contact,) in row.contacts),
        erased=row.erased,
    )


def grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """The second of each pair, by the first, in their order."""
    found: dict[str, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _lead() -> Select[str]:
    """The unit that led on the day; before any did, the first that led: a visit may be older than the record."""
    lasts = or_(ClientUnit.until_day.is_(None), ClientUnit.until_day > _DAY)
    own = ClientUnit.client_id == _ASKED, ClientUnit.part == "lead", lasts
    return select(ClientUnit.unit_id).where(*own).order_by(ClientUnit.from_day).limit(1)


def _assisting() -> Select[str]:
    own = ClientUnit.client_id == _ASKED, ClientUnit.part == "assisting"
    return select(ClientUnit.unit_id).where(*own, stands_on(ClientUnit, _DAY))


def json_rows(query: Select[*tuple[Any, ...]]) -> Any:
    """The rows of a query as JSON, an array each; none is the empty array."""
    each = query.subquery()
    rows = select(func.jsonb_agg(func.jsonb_build_array(*each.c))).scalar_subquery()
    return func.coalesce(rows, func.jsonb_build_array(), type_=JSONB)
