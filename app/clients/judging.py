"""Whether a profile may be stored as it was sent: against itself, against what is stored, within the caller's unit."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.clients.categories import LEVEL_OF
from app.clients.documents import Document, Known, Put, Refused, Verdict
from app.clients.profile import PERSON, Profile
from app.clients.refusals import (
    ClientErased,
    ClientNotFound,
    ClientRepeated,
    InvalidClient,
    PersonFixed,
    no_such_client,
    no_such_unit,
)
from app.clients.stored import Stored
from app.errors import FieldError, Problem
from app.organisation.faults import refused


def judge_all(
    documents: Sequence[Document], stored: Mapping[str, Stored], known: Known, later: Collection[str] = ()
) -> list[Verdict]:
    """Judge each document; a relation may also name a client that another document brings, where that is sound.

    `later` are clients that the caller brings after these, in the same transaction.
    """
    firsts = _first_by_id(documents)
    naming = _documents_naming(documents)
    coming = {*firsts, *later}

    def judged(index: int) -> Verdict:
        document = documents[index]
        if firsts[document.client_id] != index:
            return Refused(ClientRepeated())
        return judge(document, stored.get(document.client_id), known, coming)

    verdicts = [judged(index) for index in range(len(documents))]
    failed = [each for each, index in firsts.items() if isinstance(verdicts[index], Refused)]
    while failed:
        lost = failed.pop()
        if lost in later:
            continue
        coming.discard(lost)
        for index in naming.get(lost, ()):
            if isinstance(verdicts[index], Put) and isinstance(again := judged(index), Refused):
                verdicts[index] = again
                failed.append(documents[index].client_id)
    return verdicts


def judge(document: Document, before: Stored | None, known: Known, coming: Collection[str]) -> Verdict:
    """Return what is to be stored, or what stands against it; `coming` are clients that other documents bring."""
    if before is not None and not before.seen:
        return _unseen(document, before)
    try:
        document.expect(before.revision if before else None)
        _check_person(document.profile, before)
    except Problem as problem:
        return Refused(problem)
    profile = _with_level_and_category(document.profile, before)
    faults = [*_contradictions(profile, before), *_unknown(document, before, known, coming)]
    if faults:
        denials = (known.outside.get(fault.names) for fault in faults if fault.names)
        return Refused(InvalidClient([fault.error for fault in faults]), tuple(filter(None, denials)))
    return Put(document, before, _with_what_stays(profile, before, known))


def _unseen(document: Document, before: Stored) -> Refused:
    """Refuse what would reach outside; where a revision is expected, as of an id that no client has."""
    denial = refused("client", document.client_id, before.lead)
    try:
        document.expect(None)
    except Problem as problem:
        return Refused(problem, (denial,))
    return Refused(ClientNotFound(), (denial,))


class _Fault(NamedTuple):
    error: FieldError
    names: tuple[str, str] | None = None


def _fault(pointer: str, code: str, detail: str) -> _Fault:
    return _Fault(FieldError(pointer=pointer, code=code, detail=detail))


def _check_person(profile: Profile, before: Stored | None) -> None:
    if before is None:
        return
    if (before.attributes["kind"] == PERSON) != (profile.kind == PERSON):
        raise PersonFixed
    if before.erased_at and profile.secret_name is not None:
        raise ClientErased


def _with_level_and_category(profile: Profile, before: Stored | None) -> Profile:
    """Keep the level, and a category that fits it, where the CRM names none: recognition may have given them."""
    if before is None or None not in {profile.level, profile.category}:
        return profile
    level, category = profile.level or before.attributes["level"], before.attributes["category"]
    fitting = category if category is not None and LEVEL_OF.get(category) == level else None
    return replace(profile, level=level, category=profile.category or fitting)


def _contradictions(profile: Profile, before: Stored | None) -> Iterator[_Fault]:
    if profile.name is None and not (before and before.erased_at and profile.kind == PERSON):
        yield _fault("/name", "name_needed", "is needed")
    if profile.category is not None:
        level = LEVEL_OF.get(profile.category)
        if level is None:
            yield _fault("/category", "no_such_category", "no such category: see GET /v1/clients/categories")
        elif level != profile.level:
            yield _fault("/category", "category_of_other_level", f"belongs to the level {level}")
    if profile.unit in profile.assisting_units:
        pointer = f"/assisting_units/{profile.assisting_units.index(profile.unit)}"
        yield _fault(pointer, "unit_leads", "leads already")


def _unknown(document: Document, before: Stored | None, known: Known, coming: Collection[str]) -> Iterator[_Fault]:
    profile = document.profile
    yield from _unknown_lead(profile.unit, before, known)
    held = before.assisting if before else ()
    for index, unit in enumerate(profile.assisting_units):
        if unit not in held:
            yield from _unfit_unit(f"/assisting_units/{index}", unit, known)
    for index, relation in enumerate(profile.relations):
        pointer = f"/relations/{index}/client_id"
        if relation.client_id == document.client_id:
            yield _fault(pointer, "relation_to_itself", "is the client itself")
        elif relation.client_id not in known.clients and relation.client_id not in coming:
            yield _Fault(no_such_client(pointer), ("client", relation.client_id))


def _unknown_lead(unit: str, before: Stored | None, known: Known) -> Iterator[_Fault]:
    """A unit that is not there for the caller; or one that would take the lead from a unit outside the caller's."""
    if before is not None and unit == before.lead:
        return
    yield from _unfit_unit("/unit", unit, known)
    if unit in known.units and before is not None and known.fenced and before.lead not in known.units:
        yield _fault(
            "/unit", "led_from_outside", f"stays {before.lead}, which leads it and lies outside the key's unit"
        )


def _unfit_unit(pointer: str, unit: str, known: Known) -> Iterator[_Fault]:
    """What is wrong with a unit that comes to lead or to assist."""
    if unit not in known.units:
        yield _Fault(no_such_unit(pointer), ("unit", unit))
    elif unit in known.closing:
        yield _fault(pointer, "unit_closes", f"closes on {known.closing[unit]} and takes no more clients")


def _with_what_stays(profile: Profile, before: Stored | None, known: Known) -> Profile:
    """Keep assisting units outside the caller's, and relations to clients that it does not see: not its to end."""
    if before is None or not known.fenced:
        return profile.in_order()
    return profile.in_order(before.assisting - known.units, before.hidden)


def _first_by_id(documents: Sequence[Document]) -> dict[str, int]:
    firsts: dict[str, int] = {}
    for index, document in enumerate(documents):
        firsts.setdefault(document.client_id, index)
    return firsts


def _documents_naming(documents: Sequence[Document]) -> dict[str, list[int]]:
    """The documents whose relations name a client, by that client."""
    naming: dict[str, list[int]] = {}
    for index, document in enumerate(documents):
        for relation in document.profile.relations:
            naming.setdefault(relation.client_id, []).append(index)
    return naming
