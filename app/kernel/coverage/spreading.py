"""A suggested spread of the visits that are to be made over the working days that are left (domain.md D2, G3).

Those who owe the same client go together where a day allows it; a client's visits keep their distance; the days of an
officer are evenly loaded. The same input makes the same plan, whatever its order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from app.kernel.coverage.client_days import ClientDays
from app.kernel.coverage.officer_days import Line, OfficerDays
from app.kernel.coverage.visit_plan import DayVisit, Diary, Goer, ToMake, VisitPlan

_NO_DIARY = Diary((), 0)


def spread(to_make: Iterable[ToMake], diaries: Mapping[str, Diary], planned: Iterable[DayVisit] = ()) -> VisitPlan:
    """Propose a day for each visit that is to be made and not planned yet; an officer without a diary has no days.

    No officer goes over a day's figure, no client is visited twice on a day, planned visits counted. What is planned
    stays as it is. Of an officer for whom not all fits each client gets a visit before any gets the next.

    Takes O(visits × days × officers of a client).
    """
    officers = {officer: OfficerDays(diary) for officer, diary in diaries.items()}
    clients = _clients(to_make, officers)
    _take_planned(clients, officers, planned)
    for client in clients.values():
        client.begin()
    inorder = sorted(clients.values(), key=lambda each: (-each.visits_left, -len(each.lines), each.client))
    proposed = sorted(_placed(inorder))
    unplaced = sorted(each for client in inorder for each in client.unplaced())
    return VisitPlan(tuple(proposed), tuple(unplaced))


def _clients(to_make: Iterable[ToMake], officers: Mapping[str, OfficerDays]) -> dict[str, ClientDays]:
    """What is to be made, by client; what is told twice adds up."""
    visits: Counter[ToMake] = Counter()
    for each in to_make:
        visits[each._replace(visits=0)] += each.visits
    clients: dict[str, ClientDays] = {}
    for key, number in sorted((+visits).items()):
        client = clients.setdefault(key.client, ClientDays(key.client))
        client.lines.append(Line(key, officers.get(key.officer) or OfficerDays(_NO_DIARY), number))
    return clients


def _take_planned(
    clients: Mapping[str, ClientDays], officers: Mapping[str, OfficerDays], planned: Iterable[DayVisit]
) -> None:
    """Take plans off what is left at clients and off the days of officers."""
    going: defaultdict[tuple[date, str], set[Goer]] = defaultdict(set)
    for visit in planned:
        going[visit.day, visit.client].update(visit.goers)
        for officer in {goer.officer for goer in visit.goers} & officers.keys():
            officers[officer].take(visit.day)
    for day, name in sorted(going):
        if name in clients:
            clients[name].take_planned(day, frozenset(going[day, name]))


def _placed(clients: Sequence[ClientDays]) -> Iterator[DayVisit]:
    """Clients of officers without room for all take turns; then each of the others whole, so that its days are even."""
    waiting = [each for each in clients if each.short]
    others = [each for each in clients if not each.short]
    while waiting:
        placed = [(each, each.place()) for each in waiting]
        yield from (visit for _, visit in placed if visit)
        waiting = [each for each, visit in placed if visit]
    for each in others:
        yield from iter(each.place, None)
