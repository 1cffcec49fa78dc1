"""What may be stored of a profile: for any client, any wish and any reach of the caller."""

from dataclasses import replace
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.clients.documents import Document, Known, Put, Refused
from app.clients.judging import judge, judge_all
from app.clients.parts import parts_of
from app.clients.profile import Profile, Relation
from app.clients.refusals import ClientNotFound
from app.clients.stored import Stored
from app.organisation.faults import refused
from tests.service import NOON

MONDAY = date(2026, 11, 23)
UNITS, CLIENTS = ["U1", "U2", "U3"], ["C1", "C2", "C3"]
_PLAIN = {"segment": None, "category": None, "industry": None, "region": None, "ownership": None}
units, clients = st.sampled_from(UNITS), st.sampled_from(CLIENTS)
relations = st.builds(Relation, st.sampled_from(["group", "upstream"]), clients)
profiles = st.builds(
    Profile,
    **{name: st.just(value) for name, value in _PLAIN.items()},
    kind=st.sampled_from(["company", "institution", "person"]),
    name=st.none() | st.sampled_from(["one", "two"]),
    level=st.sampled_from([None, "regional"]),
    co_managed=st.booleans(),
    life_cycle_stage=st.none(),
    unit=units,
    assisting_units=st.lists(units, max_size=3).map(tuple),
    relations=st.lists(relations, max_size=3).map(tuple),
)
documents = st.builds(Document, clients, profiles)


@st.composite
def reaches(draw: st.DrawFn) -> Known:
    """What a caller may name; all of it, where it is of the whole bank."""
    fenced = draw(st.booleans())
    within = draw(st.frozensets(units)) if fenced else frozenset(UNITS)
    seen = draw(st.frozensets(clients)) if fenced else frozenset(CLIENTS)
    outside = {("unit", each): refused("unit", each, each) for each in UNITS if each not in within}
    outside |= {("client", each): refused("client", each, "U1") for each in CLIENTS if each not in seen}
    closing = draw(st.frozensets(units)) & within
    return Known(within, seen, fenced, outside, dict.fromkeys(closing, MONDAY))


def stored_as(profile: Profile, known: Known, *, revision: int = 1, erased_at: datetime | None = None) -> Stored:
    """A client as it stands after it was put so."""
    held = dict.fromkeys(parts_of(profile.unit, profile.assisting_units), MONDAY)
    seen = not known.fenced or any(part.unit_id in known.units for part in held)
    hidden = {each for each in profile.relations if each.client_id not in known.clients}
    return Stored(profile.attributes, revision, NOON, NOON, erased_at, seen, held, set(profile.relations), hidden)


@st.composite
def clients_there(draw: st.DrawFn, known: Known) -> Stored | None:
    before = draw(st.none() | profiles)
    if before is None:
        return None
    before = replace(before, assisting_units=tuple(set(before.assisting_units) - {before.unit}))
    return stored_as(before.in_order(), known, erased_at=draw(st.none() | st.just(NOON)))


@given(st.data(), documents, reaches())
def test_what_was_put_may_be_put_again_and_changes_nothing(
    data: st.DataObject, document: Document, known: Known
) -> None:
    before = data.draw(clients_there(known))
    first = judge(document, before, known, ())
    if isinstance(first, Put):
        after = stored_as(first.after, known, revision=first.revision, erased_at=before.erased_at if before else None)
        again = judge(document, after, known, ())
        if not after.seen:  # the last of the caller's units that led or assisted does so no longer
            assert isinstance(again, Refused)
            return
        assert isinstance(again, Put)
        assert again.changes_nothing
        assert again.revision == first.revision


@given(st.data(), documents, reaches())
def test_nothing_outside_the_caller_s_unit_ever_changes(data: st.DataObject, document: Document, known: Known) -> None:
    before = data.draw(clients_there(known))
    put = judge(document, before, known, ())
    if not known.fenced or not isinstance(put, Put):
        return
    was = frozenset(before.held) if before else frozenset()
    changed = was ^ parts_of(put.after.unit, put.after.assisting_units)
    assert {part.unit_id for part in changed} <= known.units
    related = before.relations if before else set()
    assert {each.client_id for each in related ^ set(put.after.relations)} <= known.clients


@given(st.data(), documents, reaches())
def test_a_unit_that_is_to_close_takes_no_more_clients_and_keeps_those_it_has(
    data: st.DataObject, document: Document, known: Known
) -> None:
    before = data.draw(clients_there(known))
    put = judge(document, before, known, ())
    if isinstance(put, Put):
        was = frozenset(before.held) if before else frozenset()
        come = parts_of(put.after.unit, put.after.assisting_units) - was
        assert not {part.unit_id for part in come} & known.closing.keys()


@given(st.data(), documents, reaches())
def test_a_client_outside_is_refused_whatever_is_sent(data: st.DataObject, document: Document, known: Known) -> None:
    before = data.draw(clients_there(known))
    verdict = judge(document, before, known, ())
    if before is not None and not before.seen:
        assert isinstance(verdict, Refused)
        assert isinstance(verdict.problem, ClientNotFound)
        assert len(verdict.denials) == 1


@given(st.lists(documents, max_size=5), reaches())
def test_among_many_no_relation_is_left_without_its_client(sent: list[Document], known: Known) -> None:
    verdicts = judge_all(sent, {}, known)
    put = {verdict.document.client_id for verdict in verdicts if isinstance(verdict, Put)}
    for verdict in verdicts:
        if isinstance(verdict, Put):
            assert {each.client_id for each in verdict.after.relations} <= put | known.clients
    ids = [verdict.document.client_id for verdict in verdicts if isinstance(verdict, Put)]
    assert len(ids) == len(set(ids))


@given(documents, reaches())
def test_denials_are_of_what_is_there_and_outside(document: Document, known: Known) -> None:
    verdict = judge(document, None, known, ())
    denied = {(each.object_type, each.object_id) for each in verdict.denials} if isinstance(verdict, Refused) else set()
    assert denied <= known.outside.keys()
    assert ("unit", document.profile.unit) in denied or document.profile.unit in known.units
