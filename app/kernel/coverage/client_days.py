"""The days of one client's visits as they are placed: who can go on a day, and which day is best (domain.md D2, C2)."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.kernel.coverage.officer_days import Line, together
from app.kernel.coverage.spacing import badness
from app.kernel.coverage.visit_plan import DayVisit, Goer, Unplaced


@dataclass(slots=True)
class ClientDays:
    """What is left at a client, and on which days it is visited, planned visits included.

    `days` are those on which some officer who is to make a visit works, in order; `apart` is how many of them a visit
    is to be from the next.
    """

    client: str
    lines: list[Line] = field(default_factory=list)
    visited: set[date] = field(default_factory=set)
    days: Sequence[date] = ()
    apart: int = 1

    def take_planned(self, day: date, goers: frozenset[Goer]) -> None:
        """Take what is planned for a day off what is left: one for each role, and for each holder who owes alone."""
        self.visited.add(day)
        served = {(goer.role,) for goer in goers} | {(goer.role, goer.holder) for goer in goers}
        for line in sorted(self.lines, key=lambda line: (line.goer not in goers, line.to_make)):
            if line.left and line.serves in served:
                line.left -= 1
                served.remove(line.serves)

    def begin(self) -> None:
        """Settle, once plans are taken off, which days there are and how far apart visits are to be."""
        self.days = sorted({day for line in self.lines if line.left for day in line.days})
        for line in self.lines:
            line.officer.asked += line.left
        planned = sum(self.days[0] <= day <= self.days[-1] for day in self.visited) if self.days else 0
        self.apart = max(len(self.days) // max(self.visits_left + planned, 1), 1)

    @property
    def visits_left(self) -> int:
        """How many visits are at least to be placed."""
        count: Counter[tuple[str, ...]] = Counter()
        for line in self.lines:
            count.update(dict.fromkeys(line.claims, line.left))
        return max(count.values(), default=0)

    @property
    def short(self) -> bool:
        """Whether some officer has no room for all that is asked; to be asked before anything is placed."""
        return any(line.left and line.officer.asked > line.officer.free for line in self.lines)

    def place(self) -> DayVisit | None:
        """Place the next visit on the best day; None where nobody who is to make one can."""
        best = self._best()
        if best is None:
            return None
        day, going = best
        self.visited.add(day)
        for line in going:
            line.left -= 1
            line.officer.take(day)
        return DayVisit(day, self.client, tuple(sorted(line.goer for line in going)))

    def _best(self) -> tuple[date, Sequence[Line]] | None:
        """The day on which most officers can go together, and who goes.

        Of several the one that is not nearer to other visits than need be; then with room for those to come at that
        distance; then the least loaded, the earliest.
        """
        chances = list(self._chances())
        if not chances:
            return None
        most = max(len(going) for _, going in chances)
        others = (bisect_left(self.days, day) for day in self.visited)
        bad = list(badness(len(self.days), others, self.apart, self.visits_left - 1))
        *_, at, going = min(
            (bad[at], sum([line.officer.made(self.days[at]) for line in going]), at, going)
            for at, going in chances
            if len(going) == most
        )
        return self.days[at], going

    def _chances(self) -> Iterator[tuple[int, Sequence[Line]]]:
        """Each day on which somebody can go, by its place, and who goes."""
        lines = sorted((line for line in self.lines if line.left), key=lambda line: (-line.left, line.to_make))
        all_together = len(together(lines)) == len(lines)
        for at, day in enumerate(self.days):
            if day not in self.visited:
                free = [line for line in lines if line.open(day)]
                if free:
                    yield at, free if all_together else together(free)

    def unplaced(self) -> Iterable[Unplaced]:
        """What finds no day, once nothing more can be placed."""
        for line in self.lines:
            if line.left:
                client, role, officer, *_ = line.to_make
                yield Unplaced(client, role, officer, line.left, line.reason)
