"""Warnings about visits that are owed: raised and cleared by whoever works them out, and cleared by hand (A15, D2).

What was cleared by hand is not raised again for the same period; what cleared by itself may be.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select, update

from app.clients.reading import lead_unit, rows_of
from app.events.catalogue import CoverageAtRisk, CoverageMissed, Data
from app.events.emitting import emit
from app.events.envelope import Happened
from app.organisation.among import among
from app.standing.announcing import Raised, cleared
from app.standing.queries import of_visible_client
from app.standing.refusals import WarningClearsItself, WarningNotFound
from app.standing.tables import ClientWarning
from app.trail.change import Change
from app.trail.entry import Entry

_TABLE: Final[Any] = ClientWarning.__table__
_TYPES: Final[Mapping[str, type[Data]]] = {"at_risk": CoverageAtRisk, "missed": CoverageMissed}


class VisitWarning(NamedTuple):
    """That a role is behind, or has missed, what it owes a client in a period; an officer, where each owes himself."""

    client_id: str
    rulebook: str
    period: str
    role: str
    officer_id: str | None
    reason: str


async def keep_warnings(
    change: Change, client_ids: Collection[str], period: str, wanted: Collection[VisitWarning]
) -> tuple[int, int]:
    """Have exactly these warnings stand against the clients for a period; how many were raised, and cleared."""
    query = select(_TABLE).where(among(ClientWarning.client_id, client_ids), _TABLE.c.period == period)
    rows = (await change.session.execute(query)).all()
    kept = {_told(row) for row in rows if row.cleared_on is None or row.cleared_by is not None}
    gone = [row for row in rows if row.cleared_on is None and _told(row) not in wanted]
    fresh = sorted((each for each in wanted if each not in kept), key=lambda each: (*each[:4], each.officer_id or ""))
    raised = [{"id": uuid.uuid4(), "raised_on": change.today, **each._asdict()} for each in fresh]
    if fresh:
        await change.session.execute(insert(_TABLE), raised)
    if gone:
        ended = update(_TABLE).where(_TABLE.c.id.in_(row.id for row in gone)).values(cleared_on=change.today)
        await change.session.execute(ended)
    if fresh or gone:
        await change.note(_entry(period, fresh, [_told(row) for row in gone]))
        await _tell(change, raised, [Raised(r.id, r.client_id, r.rulebook, r.reason, change.today) for r in gone])
    return len(fresh), len(gone)


async def _tell(change: Change, raised: Sequence[dict[str, Any]], gone: Sequence[Raised]) -> None:
    """Tell of what falls behind or was missed, and of what does no longer."""
    clients = {each["client_id"] for each in raised} | {each.client_id for each in gone}
    rows = await rows_of(change.session, clients, change.today)
    units = {client_id: row.unit for client_id, row in rows.items()}
    behind = [_behind(change, each, units) for each in raised]
    await emit(change, [*behind, *cleared(change, gone, units)])


def _behind(change: Change, raised: Mapping[str, Any], units: Mapping[str, str | None]) -> Happened:
    said = {name: raised[name] for name in ("client_id", "rulebook", "period", "role", "officer_id")}
    client_id = raised["client_id"]
    data = _TYPES[raised["reason"]](**said)
    return Happened(data, (str(raised["id"]),), change.now, client_id, units.get(client_id))


async def warned_clients(change: Change) -> Sequence[tuple[str, str]]:
    """The clients against whom a warning about visits stands, with the period that it is about."""
    query = select(_TABLE.c.client_id, _TABLE.c.period).distinct()
    query = query.where(_TABLE.c.period.is_not(None), _TABLE.c.cleared_on.is_(None))
    return [(row.client_id, row.period) for row in await change.session.execute(query)]


async def clear(change: Change, warning_id: uuid.UUID, reason: str) -> ClientWarning:
    """Clear a warning about visits by hand; a second time changes nothing.

    Raises WarningNotFound, and WarningClearsItself for one that an assessment raised.
    """
    warning: ClientWarning = await of_visible_client(change, ClientWarning, warning_id, WarningNotFound)
    await change.session.refresh(warning, with_for_update=True)
    if warning.period is None:
        raise WarningClearsItself
    if warning.cleared_on is not None:
        return warning
    warning.cleared_on, warning.cleared_by, warning.cleared_why = change.today, change.actor.identity, reason
    await change.session.flush()
    unit = await lead_unit(change.session, warning.client_id, change.today)
    after = {"client": warning.client_id, "rulebook": warning.rulebook, "warning": warning.reason}
    about = {"period": warning.period, "role": warning.role}
    await change.note(Entry("warning.cleared", "warning", str(warning.id), unit, after=after | about, reason=reason))
    gone = Raised(warning.id, warning.client_id, warning.rulebook, warning.reason, change.today)
    await emit(change, list(cleared(change, [gone], {warning.client_id: unit})))
    return warning


def _entry(period: str, raised: Sequence[VisitWarning], cleared: Sequence[VisitWarning]) -> Entry:
    """What the trail says of the warnings of a page of clients."""
    after = {"raised": [list(each) for each in raised], "cleared": [list(each) for each in cleared]}
    return Entry("warnings.kept", "period", period, after=after)


def _told(row: Any) -> VisitWarning:
    return VisitWarning(row.client_id, row.rulebook, row.period, row.role, row.officer_id, row.reason)
