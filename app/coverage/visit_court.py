"""Judging thousands of visits: all that decides is looked up at once, then each is judged as a single one is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.clients.roles_held import Ground
from app.clients.roles_in_bulk import Grounds, Wanted, grounds_of
from app.coverage.closed import ClientDay, closed_days
from app.coverage.planned_in_bulk import Plans, plans_of
from app.coverage.refusals import NoSuchPlan, ReasonNeeded
from app.coverage.visit_judging import judge, no_such_client
from app.coverage.visit_lookup import kinds_of
from app.coverage.visit_recording import first_revision
from app.coverage.visit_told import Told, Visit
from app.organisation.faults import Fault, refused
from app.rulebooks.registry import Registry
from app.trail.change import Change
from app.trail.entry import Entry


class OnDay(NamedTuple):
    """A visit that is told, with its business day."""

    told: Told
    day: date


@dataclass(slots=True)
class Court:
    """What decides about many visits. `denials` holds what the trail says of whom the caller reached for in vain."""

    change: Change
    registry: Registry
    grounds: Grounds
    plans: Plans
    closed: set[ClientDay]
    denials: dict[tuple[str, str], Entry] = field(default_factory=dict)
    _kinds: dict[tuple[tuple[str, ...], date], set[str]] = field(default_factory=dict)

    def judge(self, one: OnDay) -> Visit | Sequence[Fault]:
        """A visit as it is to be kept, or what is wrong with it."""
        told, day = one
        if told.client_id not in self.grounds.seen:
            self._deny_client(told.client_id)
            return [no_such_client()]
        ground = self.grounds.ground(Wanted(told.client_id, day, told.officers))
        judged = judge(told, ground, self._kinds_of(ground, day), self.change.now)
        faults = [*judged.faults, *self._unfitting(one)]
        for each in faults:
            self._deny(each.denied)
        return faults or first_revision(self.change, told, day, judged.participants)

    def _kinds_of(self, ground: Ground, day: date) -> set[str]:
        key = (ground.path, day)
        if key not in self._kinds:
            self._kinds[key] = kinds_of(self.registry, ground, day)
        return self._kinds[key]

    def _unfitting(self, one: OnDay) -> Iterator[Fault]:
        told, day = one
        if not self.plans.knows(told):
            yield Fault(("planned_id",), NoSuchPlan, "no such plan of this client")
        if told.reason is None and (told.client_id, day) in self.closed:
            yield Fault(("reason",), ReasonNeeded, "is needed: the period is closed")

    def _deny_client(self, client_id: str) -> None:
        if client_id in self.grounds.leads:
            self._deny(refused("client", client_id, self.grounds.leads[client_id]))

    def _deny(self, entry: Entry | None) -> None:
        if entry is not None:
            self.denials[entry.object_type, entry.object_id] = entry


async def court_of(change: Change, registry: Registry, visits: Sequence[OnDay]) -> Court:
    """Look up all that decides about these visits."""
    wanted = [Wanted(told.client_id, day, told.officers) for told, day in visits]
    contacts = [contact for told, _ in visits for contact in told.contacts]
    plans = await plans_of(change, [told for told, _ in visits], [day for _, day in visits])
    closed = await closed_days(change, {(told.client_id, day) for told, day in visits if told.reason is None})
    return Court(change, registry, await grounds_of(change, wanted, contacts), plans, closed)
