"""Orders for units, whatever they are: what is left standing is a tree, and what was stays."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.organisation.tree import Move, below, children, closure
from app.organisation.unit_plan import Caller, Plan, is_within, plan
from app.organisation.unit_state import KINDS, UNSAID, Organisation, UnitOrder, UnitState

TODAY = date(2026, 11, 22)
START = TODAY - timedelta(days=5)
BANK = {
    unit: UnitState(unit, (Move(START, parent),), None, kind, unit, 1)
    for unit, kind, parent in [
        ("HO", "head_office", None),
        ("B1", "branch", "HO"),
        ("B2", "branch", "HO"),
        ("S1", "sub_branch", "B1"),
        ("S2", "sub_branch", "B2"),
        ("O1", "outlet", "S1"),
    ]
}
WHOLE = Caller(None, TODAY)
KIND_OF = {unit: state.kind for unit, state in BANK.items()} | {"N1": "outlet", "N2": "sub_branch"}

days = st.integers(-6, 6).map(lambda number: TODAY + timedelta(days=number))


@st.composite
def orders(draw: st.DrawFn) -> UnitOrder:
    unit = draw(st.sampled_from(sorted(KIND_OF)))
    kind = draw(st.sampled_from([KIND_OF[unit]] * 4 + [*KINDS]))
    parent = draw(st.sampled_from([None, *sorted(KIND_OF)]))
    closed_on = draw(st.sampled_from([UNSAID] * 3) | st.none() | days)
    return UnitOrder(unit, kind, draw(st.sampled_from(["a", unit])), parent, draw(st.none() | days), closed_on)


histories = st.lists(orders(), max_size=8)


def standing(organisation: Organisation, ordered: list[UnitOrder]) -> list[tuple[Plan, UnitOrder]]:
    """The plans that had no fault, each on what the one before left."""
    done = []
    for order in ordered:
        planned = plan(organisation, [order], WHOLE)
        if not planned.faults:
            done.append((planned, order))
            organisation = planned.after
    return done


@given(histories)
def test_every_unit_always_stands_under_one_of_a_higher_kind_that_is_open(ordered: list[UnitOrder]) -> None:
    for planned, _ in standing(BANK, ordered):
        roots = [unit for unit, state in planned.after.items() if None in {move.parent for move in state.moves}]
        assert roots == ["HO"]
        for state in planned.after.values():
            for place in state.places:
                assert place.until_day is None or place.from_day < place.until_day
                if place.parent_id is not None:
                    above = planned.after[place.parent_id]
                    assert KINDS.index(above.kind) < KINDS.index(state.kind)
                    assert above.covers(place)


@given(histories)
def test_where_units_stood_before_today_is_never_changed(ordered: list[UnitOrder]) -> None:
    for planned, _ in standing(BANK, ordered):
        for unit, old in planned.before.items():
            past = [move for move in old.moves if move.from_day < TODAY]
            assert [move for move in planned.after[unit].moves if move.from_day < TODAY] == past
            closed = planned.after[unit].closed_on
            assert closed == old.closed_on or closed is None or closed >= TODAY


@given(histories)
def test_the_same_order_again_changes_nothing(ordered: list[UnitOrder]) -> None:
    for planned, order in standing(BANK, ordered):
        again = plan(planned.after, [order], WHOLE)
        assert again.faults == {}
        assert again.changed() == []


@given(histories)
def test_only_what_stands_below_a_changed_unit_stands_elsewhere(ordered: list[UnitOrder]) -> None:
    for planned, order in standing(BANK, ordered):
        assert set(planned.changed()) <= {order.unit_id}
        affected = below(children(planned.before), [order.unit_id]) | below(planned.under, [order.unit_id])
        rest = set(planned.before) - affected
        assert closure(planned.before, sorted(rest)) == closure(planned.after, sorted(rest))


@given(histories, st.sampled_from(["B1", "B2", "S1"]))
def test_a_key_of_a_unit_changes_nothing_outside_and_moves_nothing_out(ordered: list[UnitOrder], fence: str) -> None:
    caller = Caller(fence, TODAY)
    organisation: Organisation = BANK
    for order in ordered:
        planned = plan(organisation, [order], caller)
        if planned.faults:
            continue
        for unit in planned.changed():
            assert is_within(planned.after, unit, caller)
            assert unit not in planned.before or is_within(planned.before, unit, caller)
        assert planned.after[fence].places == BANK[fence].places
        organisation = planned.after


@given(st.lists(orders(), max_size=5, unique_by=lambda order: order.unit_id))
def test_orders_at_once_are_in_no_order(ordered: list[UnitOrder]) -> None:
    forth, back = plan(BANK, ordered, WHOLE), plan(BANK, ordered[::-1], WHOLE)
    last = len(ordered) - 1
    assert forth.faults == {last - at: faults for at, faults in back.faults.items()}
    assert forth.faults or forth.after == back.after


def test_a_unit_may_be_ordered_before_the_one_that_it_stands_under() -> None:
    first = UnitOrder("N1", "outlet", "n", "N2", START)
    second = UnitOrder("N2", "sub_branch", "n", "B1", START)
    assert plan(BANK, [first, second], WHOLE).faults == {}


def test_a_parent_that_could_not_be_read_is_not_told_to_be_missing() -> None:
    order = UnitOrder("N1", "outlet", "n", "BROKEN", START)
    assert [fault.says for fault in plan(BANK, [order], WHOLE).faults[0]] == ["no such unit"]
    assert plan(BANK, [order], WHOLE, unread={"BROKEN"}).faults == {}


def test_a_branch_closes_with_what_is_below_it_on_one_day() -> None:
    closing = [
        UnitOrder(unit, BANK[unit].kind, unit, BANK[unit].moves[0].parent, None, TODAY) for unit in ("B1", "S1", "O1")
    ]
    planned = plan(BANK, closing, WHOLE)
    assert planned.faults == {}
    assert {row.until_day for row in closure(planned.after, ["O1"])} == {TODAY}
    alone = plan(BANK, closing[:1], WHOLE)
    assert [fault.says for fault in alone.faults[0]] == ["units stand under it: S1"]
