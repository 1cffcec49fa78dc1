"""Judging thousands of visits: all that decides is looked up at once, then each is judged as a single one is."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.clients.roles_in_bulk import Grounds, Met, Wanted, grounds_of
from app.coverage.attainment.closed import ClientDay, closed_days
from app.coverage.bulk_visits.planned import Plans, plans_of
from app.coverage.visits.judging import About, Judged, attend, judge_rest, no_such_client
from app.coverage.visits.lookup import kinds_of
from app.coverage.visits.refusals import NoSuchPlan, ReasonNeeded
from app.coverage.visits.told import OnDay, Visit, first_revision, new_ids
from app.organisation.faults import Fault, refused
from app.organisation.service_spans import Days
from app.rulebooks.registry import Registry
from app.trail.change import Change
from app.trail.entry import Entry


class _Judged(NamedTuple):
    people: Judged
    path: tuple[str, ...]


@dataclass(slots=True)
class Court:
    """What decides about many visits. `denials` holds what the trail says of whom the caller reached for in vain."""

    change: Change
    registry: Registry
    grounds: Grounds
    plans: Plans
    closed: set[ClientDay]
    _ids: Iterator[UUID]
    denials: dict[tuple[str, str], Entry] = field(default_factory=dict)
    _judged: dict[Hashable, _Judged] = field(default_factory=dict)
    _kinds: dict[tuple[tuple[str, ...], date], set[str]] = field(default_factory=dict)
    _stretches: dict[date, int] = field(default_factory=dict)

    def judge(self, one: OnDay) -> Visit | Sequence[Fault]:
        """A visit as it is to be kept, or what is wrong with it."""
        told, _ = one
        if told.client_id not in self.grounds.seen:
            self._deny_client(told.client_id)
            return [no_such_client()]
        people, path = self._people(one)
        about = About(self.grounds.contacts.get(told.client_id, ()), told.client_id in self.grounds.erased)
        judged = judge_rest(told, people, about, self._kinds_of(path, one.day), self.change.now)
        faults = [*judged.faults, *self._unfitting(one)]
        for each in faults:
            self._deny(each.denied)
        return faults or first_revision(next(self._ids), one, judged.participants, self._by_whom)

    @property
    def _by_whom(self) -> tuple[datetime, str]:
        return self.change.now, self.change.actor.identity

    def _people(self, one: OnDay) -> _Judged:
        """Who took part, judged once for clients of one shape on the days of a stretch; what leads to the client."""
        told, day = one
        key = self.grounds.shape(told.client_id), self._stretch_of(day), *told.participants
        found = self._judged.get(key)
        if found is None:
            ground = self.grounds.ground(Wanted(told.client_id, day, told.officers))
            found = self._judged[key] = _Judged(attend(told.participants, ground), tuple(ground.path))
        return found

    def _stretch_of(self, day: date) -> int:
        found = self._stretches.get(day)
        if found is None:
            found = self._stretches[day] = self.grounds.stretch(day)
        return found

    def _kinds_of(self, path: tuple[str, ...], day: date) -> set[str]:
        """The kinds that may be recorded on a day of clients to whom that leads."""
        found = self._kinds.get((path, day))
        if found is None:
            found = self._kinds[path, day] = kinds_of(self.registry, path, day)
        return found

    def _unfitting(self, one: OnDay) -> Iterator[Fault]:
        told, day = one
        if not self.plans.knows(told):
            yield Fault(("planned_id",), NoSuchPlan, "no such plan of this client")
        if told.reason is None and (told.client_id, day) in self.closed:
            yield Fault(("reason",), ReasonNeeded, "is needed: the period is closed")

    def _deny_client(self, client_id: str) -> None:
        if client_id in self.grounds.known:
            self._deny(refused("client", client_id, self.grounds.lead(client_id)))

    def _deny(self, entry: Entry | None) -> None:
        if entry is not None:
            self.denials[entry.object_type, entry.object_id] = entry


async def court_of(change: Change, registry: Registry, visits: Sequence[OnDay]) -> Court:
    """Look up all that decides about these visits."""
    clients = {told.client_id for told, _ in visits}
    days = {day for _, day in visits}
    officers = {each.officer_id for told, _ in visits for each in told.participants}
    contacts = [contact for told, _ in visits if told.outside for contact in told.contacts]
    plans = await plans_of(change, [told for told, _ in visits], days)
    closed = await closed_days(change, {(told.client_id, day) for told, day in visits if told.reason is None})
    grounds = await grounds_of(change, clients, Met(officers, contacts, Days(min(days), max(days))))
    return Court(change, registry, grounds, plans, closed, new_ids(change.now, len(visits)))
