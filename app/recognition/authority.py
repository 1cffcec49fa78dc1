"""Who nominates, who decides, who files: by level, and by where the client is led (domain.md B2, B4, B6).

A key of a unit acts for that unit. A key of the whole bank, as a front-end has, acts for the units that the person
serves today. An assisting unit does not nominate: the unit that leads does, or one above it; others join by name.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.clients.appointing import eligible
from app.clients.categories import Level
from app.clients.reading import ClientRow
from app.clients.refusals import no_such_officer
from app.errors import FieldError
from app.kernel.workflow import Person
from app.organisation.lookup import posts_of, unit_kinds
from app.organisation.queries import committee, unit_path
from app.recognition.refusals import InvalidNomination, NobodyDecides, NotTheirsToNominate
from app.trail.change import Change, Reading
from app.trail.entry import Entry

_DECIDES: Final[Mapping[Level, str]] = {"bank_wide": "head_office", "regional": "branch"}
_NOMINATES: Final[Mapping[Level, frozenset[str]]] = {
    "bank_wide": frozenset({"head_office", "branch"}),
    "regional": frozenset({"branch", "sub_branch", "outlet"}),
}


@dataclass(frozen=True, slots=True)
class Seats:
    """The unit that nominates, the unit whose committee decides, and the client's units on the way up."""

    nominates: str
    decides: str
    path: Sequence[str]


async def seats_of(reads: Reading, client: ClientRow, level: Level) -> Seats:
    """Who nominates and decides on a client of a level; raises NobodyDecides or NotTheirsToNominate.

    Of several units that a person serves, the highest that may nominates.
    """
    path = await unit_path(reads.session, client.unit, reads.today)
    kinds = await unit_kinds(reads.session, path)
    decides = next((unit for unit in path if kinds[unit] == _DECIDES[level]), None)
    if decides is None:
        raise NobodyDecides(f"{client.unit or 'No unit'} leads the client, and no {_DECIDES[level]} stands above it.")
    ours = await acting_units(reads)
    nominates = next((unit for unit in reversed(path) if unit in ours and kinds[unit] in _NOMINATES[level]), None)
    if nominates is None:
        reads.deny(_denied(client, "the unit does not nominate clients of this level"))
        raise NotTheirsToNominate("The unit that leads the client nominates it, or one above, as the level has it.")
    return Seats(nominates, decides, path)


async def acting_units(reads: Reading) -> Collection[str]:
    """The units for which the caller acts."""
    if reads.actor.unit is not None:
        return (reads.actor.unit,)
    person = reads.actor.person
    return {post.unit_id for post in await posts_of(reads.session, [person] if person else [], reads.today)}


async def check_joint(change: Change, client: ClientRow, person: Person, joint: Sequence[str], decides: str) -> None:
    """Raise InvalidNomination for those who cannot nominate jointly with `person`; `decides` is whose committee votes.

    They serve within the caller's unit or above the client's, and each is named once. Whoever is named neither assesses
    nor votes, unasked: so that nobody takes votes from the committee by it, its members are not named.
    """
    may, members = await eligible(change, [client], joint), await committee(change.session, decides, change.today)
    errors: list[FieldError] = []
    for index, officer in enumerate(joint):
        pointer = f"/joint_with/{index}"
        if not may.may_have(officer, client.unit):
            change.denials.extend(may.denials(officer, client.unit))
            errors.append(no_such_officer(pointer))
        elif officer in {person, *joint[:index]}:
            errors.append(FieldError(pointer=pointer, code="named_twice", detail="nominates already"))
        elif officer in members:
            errors.append(FieldError(pointer=pointer, code="decides", detail="is of the committee that decides"))
    if errors:
        raise InvalidNomination("Who is named cannot nominate jointly.", errors=errors)


def _denied(client: ClientRow, why: str) -> Entry:
    """What the trail says of somebody for whom it is not to nominate or assess."""
    return Entry("nomination.denied", "client", client.id, client.unit, reason=why, outcome="denied")
