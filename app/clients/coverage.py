"""The spans of clients in the database: read for many clients at once, written where they changed, each noted."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.known_assignments import Told, learn
from app.clients.reading import ClientRow
from app.clients.spans import Span, Spans
from app.clients.tables import Assignment
from app.db.each_row import for_each_row
from app.organisation.among import among
from app.trail.change import Change
from app.trail.entry import Entry

_TABLE: Final[Any] = Assignment.__table__
_COLUMNS: Final = tuple(_TABLE.c[each.name] for each in fields(Span))


@dataclass(frozen=True, slots=True)
class Turn:
    """What covers a client, before and after; `reason` as whoever asked for it says."""

    client: ClientRow
    before: Spans
    after: Spans
    reason: str | None = None


async def spans_of(session: AsyncSession, client_ids: Collection[str]) -> dict[str, Spans]:
    """Return every span of each of the clients, past ones included, the oldest first."""
    query = select(_TABLE.c.client_id, *_COLUMNS).where(among(Assignment.client_id, client_ids))
    found: dict[str, list[Span]] = {client_id: [] for client_id in client_ids}
    for client_id, *span in await session.execute(query.order_by(_TABLE.c.from_day, _TABLE.c.id)):
        found[client_id].append(Span(*span))
    return {client_id: tuple(spans) for client_id, spans in found.items()}


async def store(change: Change, turns: Sequence[Turn]) -> None:
    """Write what became different, and what is known from now on.

    Ends come before beginnings: at no moment are there two owners.
    """
    steps = [step for turn in turns for step in _steps(turn)]
    gone = [{"span": old.id} for _, old, new in steps if old and not new]
    ended = [{"span": new.id, "until": new.until_day, "kept": new.kept_since} for _, old, new in steps if old and new]
    begun = [{"client_id": turn.client.id, **asdict(new)} for turn, old, new in steps if new and not old]
    this = _TABLE.c.id == bindparam("span")
    await for_each_row(change.session, delete(_TABLE).where(this), gone)
    values: dict[str, Any] = {"until_day": bindparam("until"), "kept_since": bindparam("kept")}
    await for_each_row(change.session, update(_TABLE).where(this).values(values), ended)
    await for_each_row(change.session, insert(_TABLE), begun)
    await learn(change, (Told(turn.client.id, old, new) for turn, old, new in steps))
    await change.note(*(_entry(*step) for step in steps))


_Step = tuple[Turn, Span | None, Span | None]


def _steps(turn: Turn) -> Iterator[_Step]:
    """Each span that is different: as it was, as it is, None where there is none."""
    before, after = ({span.id: span for span in spans} for spans in (turn.before, turn.after))
    for span_id in before | after:
        old, new = before.get(span_id), after.get(span_id)
        if old != new:
            yield turn, old, new


def _entry(turn: Turn, old: Span | None, new: Span | None) -> Entry:
    span = new or old
    if span is None:
        raise AssertionError("a step is of a span")
    was, is_now = (_recorded(turn.client.id, each) if each else None for each in (old, new))
    return Entry(_action(old, new), "assignment", str(span.id), turn.client.unit, was, is_now, turn.reason)


def _action(old: Span | None, new: Span | None) -> str:
    if old is None:
        return "assignment.begun"
    if new is None:
        return "assignment.withdrawn"
    return "assignment.kept" if old == replace(new, kept_since=old.kept_since) else "assignment.ended"


def _recorded(client_id: str, span: Span) -> Mapping[str, Any]:
    days = {"from": span.from_day, "until": span.until_day, "kept_since": span.kept_since}
    written = {name: day and day.isoformat() for name, day in days.items()}
    return {"client_id": client_id, "officer_id": span.officer_id, "role": span.role, "owner": span.owner, **written}
