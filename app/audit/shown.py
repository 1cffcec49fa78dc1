"""Entries as a key of a unit reads them: what they name of units above and clients outside is left out.

So it is in a unit's history and a client's revisions, whence `places` and `relations` come. Who acted is left out where
it was a key of a unit above, or of a neighbour that shares the client. A key of the whole bank is no unit's: it is
named, and the person for whom it acted where they serve within the caller's unit. Where a person is left out, so are
those whom the step itself names. The entry itself stays as it is, and its hash is over the whole.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from app.audit.schemas import AuditEntrySummary
from app.clients.stored import seen_clients
from app.organisation.lookup import last_within
from app.organisation.unit_reading import seen_units
from app.trail.change import Reading
from app.trail.tables import AuditEntry

Columns = dict[str, Any]
_WHO: Final = ("key_id", "key_name", "key_unit", "person")
_SIDES: Final = ("before", "after")
_NAMED: Final = {
    "nomination": frozenset({"member", "expert", "by", "nominators"}),
    "exit": frozenset({"owner", "owners"}),
}
"""What names persons in a step, by what it was done to."""


async def shown(reads: Reading, rows: Sequence[AuditEntry]) -> list[Columns]:
    """What the caller may read of each entry."""
    entries = [{name: getattr(row, name) for name in AuditEntrySummary.model_fields} for row in rows]
    if reads.actor.unit is None:
        return entries
    keys = await seen_units(reads, {entry["key_unit"] for entry in entries} - {None})
    people = await persons_told(reads, {entry["person"] for entry in entries if entry["key_unit"] is None} - {None})
    entries = [_signed(entry, keys, people | {None}) for entry in entries]
    told = [entry[name] for entry in entries for name in _SIDES if entry[name]]
    units = await seen_units(reads, {each["parent_id"] for side in told for each in side.get("places", ())} - {None})
    clients = await seen_clients(reads, {each["client_id"] for side in told for each in side.get("relations", ())})
    return [entry | {name: _cut(entry[name], units, clients) for name in _SIDES} for entry in entries]


async def persons_told(reads: Reading, persons: Collection[str]) -> frozenset[str]:
    """Those of the persons who act with a key of the whole bank of whom the caller is told: its own, and itself."""
    within = await last_within(reads.session, persons, reads.actor.unit, reads.today)
    return within | {each for each in persons if each == reads.actor.person}


def _signed(entry: Columns, units: frozenset[str], people: frozenset[str | None]) -> Columns:
    """An entry with who acted left out, as far as that was none of the caller's unit."""
    if entry["key_unit"] in units or (entry["key_unit"] is None and entry["person"] in people):
        return entry
    hidden = _WHO if entry["key_unit"] else ("person",)
    return entry | dict.fromkeys(hidden) | {name: _unnamed(entry, entry[name]) for name in _SIDES}


def _unnamed(entry: Columns, side: Columns | None) -> Columns | None:
    named = _NAMED.get(entry["object_type"], frozenset())
    return side and {name: value for name, value in side.items() if name not in named}


def _cut(side: Columns | None, units: frozenset[str], clients: frozenset[str]) -> Columns | None:
    if side is None:
        return None
    cut: Columns = {}
    if "places" in side:
        cut["places"] = [each if each["parent_id"] in units else each | {"parent_id": None} for each in side["places"]]
    if "relations" in side:
        cut["relations"] = [each for each in side["relations"] if each["client_id"] in clients]
    return side | cut
