"""The exit of a client: each rule by example, and what holds of every sequence of actions, hostile ones included."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, get_args

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.kernel.cadence import Period
from app.kernel.exit_process import (
    Action,
    Cancel,
    Confirm,
    Done,
    ExitCase,
    ExitStep,
    Reassign,
    Ruling,
    State,
    StepDone,
    Steps,
)
from app.kernel.exit_steps import propose, transition
from app.kernel.workflow import Refusal

DAY = date(2026, 11, 23)
STEPS = (
    ExitStep("notify", "relationship_manager", Period(0, 5)),
    ExitStep("hand_over", "outlet_head", Period(1, 0)),
    ExitStep("close_obligations", "corporate_director", Period(0, 10)),
)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def proposed(by: str | None = None) -> ExitCase:
    case = propose(("overdue_90",), by, DAY)
    assert isinstance(case, ExitCase)
    return case


def after(case: ExitCase, *actions: Action, steps: Steps = STEPS, day: date = DAY) -> ExitCase:
    """The exit after actions that are all taken."""
    for action in actions:
        taken = transition(steps, case, action, day)
        assert isinstance(taken, ExitCase), taken
        case = taken
    return case


def code(case: ExitCase, action: Action, steps: Steps = STEPS, day: date = DAY) -> str:
    """The code of the refusal."""
    refused = transition(steps, case, action, day)
    assert isinstance(refused, Refusal)
    return refused.code


CONFIRM = Confirm("cao", "agreed by the committee")


def running() -> ExitCase:
    """Confirmed, and every step is rui's."""
    return after(proposed(), CONFIRM, *(Reassign(step.name, "rui") for step in STEPS))


# --- proposal and confirmation


def test_a_trigger_proposes_with_its_reasons_and_no_deadline_runs_yet() -> None:
    assert proposed() == ExitCase(("overdue_90",), None, DAY, "proposed", DAY)


@pytest.mark.parametrize("reasons", [(), ("",), (" ", "\u202e\u200b")])
def test_nobody_proposes_without_a_reason(reasons: tuple[str, ...]) -> None:
    refused = propose(reasons, "pan", DAY)
    assert isinstance(refused, Refusal)
    assert refused.code == "reason_missing"


def test_whoever_proposed_does_not_confirm_and_another_person_does() -> None:
    case = proposed(by="pan")
    assert code(case, Confirm("pan", "I am sure")) == "is_proposer"
    assert after(case, CONFIRM).confirmed == Ruling("cao", "agreed by the committee", DAY)


@pytest.mark.parametrize("person", ["pan", "cao"])
def test_what_a_trigger_proposed_anybody_confirms(person: str) -> None:
    assert after(proposed(), Confirm(person, "agreed")).state == "running"


def test_a_confirmation_needs_a_reason() -> None:
    assert code(proposed(), Confirm("cao", " ")) == "reason_missing"


def test_the_confirmation_starts_the_first_step_and_its_deadline() -> None:
    case = after(proposed(), CONFIRM, day=days(3))
    assert (case.state, case.since, case.due, case.left(STEPS)) == ("running", days(3), days(8), STEPS)


def test_without_steps_the_confirmation_is_the_exit() -> None:
    case = after(proposed(), CONFIRM, steps=(), day=days(3))
    assert (case.state, case.since, case.due) == ("exited", days(3), None)


def test_an_exit_is_confirmed_once() -> None:
    assert code(running(), CONFIRM) == "wrong_state"


# --- the steps


def test_a_step_that_is_done_is_kept_and_starts_the_next_from_that_day() -> None:
    case = after(running(), Done("rui", "notify", "letter sent"), day=days(8))
    assert case.done == (StepDone("notify", "rui", "letter sent", days(8)),)
    assert (case.state, case.since, case.due, case.left(STEPS)) == ("running", days(8), date(2027, 1, 1), STEPS[1:])


def test_the_last_step_is_the_exit() -> None:
    case = after(running(), *(Done("rui", step.name) for step in STEPS), day=days(9))
    assert (case.state, case.since, case.due, len(case.done)) == ("exited", days(9), None, 3)


def test_steps_are_done_in_their_order_and_once() -> None:
    assert code(running(), Done("rui", "hand_over")) == "not_its_turn"
    assert code(after(running(), Done("rui", "notify")), Done("rui", "notify")) == "done_already"
    assert code(running(), Done("rui", "say_goodbye")) == "no_such_step"


def test_nothing_is_done_before_the_confirmation() -> None:
    assert code(proposed(), Done("rui", "notify")) == "wrong_state"


def test_a_late_step_is_overdue_from_the_day_after_its_last_and_can_still_be_done() -> None:
    case = running()
    assert (case.overdue(days(5)), case.overdue(days(6))) == (False, True)
    assert after(case, Done("rui", "notify"), day=days(60)).due == date(2027, 2, 22)


def test_where_no_step_is_open_nothing_is_overdue() -> None:
    assert not proposed().overdue(date.max)
    assert not after(running(), Cancel("pan", "paid")).overdue(date.max)


def test_a_step_without_an_owner_is_done_by_nobody_until_it_is_assigned() -> None:
    case = after(proposed(), CONFIRM)
    assert code(case, Done("rui", "notify")) == "step_unowned"
    assert len(after(case, Reassign("notify", "rui"), Done("rui", "notify")).done) == 1


def test_a_step_with_an_owner_is_done_by_that_person() -> None:
    case = after(running(), Reassign("notify", "ou"))
    assert code(case, Done("rui", "notify")) == "not_the_owner"
    assert len(after(case, Done("ou", "notify")).done) == 1


def test_a_step_goes_from_owner_to_owner_and_keeps_its_deadline() -> None:
    case = after(running(), Reassign("notify", "ou"), Reassign("notify", "rui"), day=days(4))
    assert (case.owners, case.due) == ({step.name: "rui" for step in STEPS}, days(5))
    assert len(after(case, Done("rui", "notify"), day=days(4)).done) == 1


def test_a_step_that_is_still_to_come_gets_its_owner_ahead() -> None:
    case = after(running(), Reassign("hand_over", "ou"), Done("rui", "notify"))
    assert code(case, Done("rui", "hand_over")) == "not_the_owner"


def test_what_is_done_or_unknown_is_not_reassigned() -> None:
    case = after(running(), Done("rui", "notify"))
    assert code(case, Reassign("notify", "ou")) == "done_already"
    assert code(case, Reassign("say_goodbye", "ou")) == "no_such_step"
    assert code(proposed(), Reassign("notify", "ou")) == "wrong_state"


# --- cancelling


@pytest.mark.parametrize("start", [proposed, running])
@pytest.mark.parametrize("person", ["pan", "cao", "rui"])
def test_anybody_cancels_with_a_reason_until_the_exit_is_done(start: Callable[[], ExitCase], person: str) -> None:
    case = start()
    assert code(case, Cancel(person, "")) == "reason_missing"
    cancelled = after(case, Cancel(person, "the client has paid"), day=days(2))
    assert (cancelled.state, cancelled.since, cancelled.due) == ("cancelled", days(2), None)
    assert cancelled.cancelled == Ruling(person, "the client has paid", days(2))


def test_an_exit_that_is_done_is_not_cancelled() -> None:
    assert code(after(proposed(), CONFIRM, steps=()), Cancel("pan", "paid"), steps=()) == "wrong_state"


def test_nothing_happens_to_an_exit_before_its_step_began() -> None:
    assert (
        code(after(running(), Done("rui", "notify"), day=days(3)), Cancel("pan", "paid"), day=days(2)) == "dated_back"
    )


# --- whatever is done, in whatever order

Draw = Callable[[st.SearchStrategy[Any]], Any]
FINAL = {"exited", "cancelled"}
PEOPLE = ["a", "b", "c"]
NAMES = ["notify", "hand_over", "close", "archive"]
CODES = {
    "wrong_state",
    "dated_back",
    "reason_missing",
    "is_proposer",
    "no_such_step",
    "done_already",
    "not_its_turn",
    "not_the_owner",
    "step_unowned",
}
persons = st.sampled_from(PEOPLE)
names = st.sampled_from(NAMES)
reasons = st.sampled_from(["for cause", "for cause", "for cause", ""])
exit_steps = st.lists(names, unique=True).map(
    lambda chosen: tuple(ExitStep(name, "outlet_head", Period(0, 5 + len(name))) for name in chosen)
)
any_action: st.SearchStrategy[Action] = st.one_of(
    st.builds(Confirm, persons, reasons),
    st.builds(Done, persons, names, reasons),
    st.builds(Reassign, names, persons),
    st.builds(Cancel, persons, reasons),
)
later = st.sampled_from([0, 0, 0, 0, 1, 3, -1, 60])


class Taken(NamedTuple):
    before: ExitCase
    action: Action
    day: date
    after: ExitCase | Refusal


class History(NamedTuple):
    steps: Steps
    taken: list[Taken]
    last: ExitCase


@st.composite
def histories(draw: Draw) -> History:
    steps, day = draw(exit_steps), DAY
    case = proposed(draw(st.none() | persons))
    taken = []
    for willing in draw(st.lists(st.booleans(), max_size=16)):
        action = work(steps, case, draw(persons)) if willing else draw(any_action)
        day += timedelta(days=draw(later))
        result = transition(steps, case, action, day)
        taken.append(Taken(case, action, day, result))
        case = result if isinstance(result, ExitCase) else case
    return History(steps, taken, case)


def work(steps: Steps, case: ExitCase, person: str) -> Action:
    """The next thing that the exit waits for."""
    if case.state == "running":
        step = case.left(steps)[0].name
        return Done(case.owners[step], step) if step in case.owners else Reassign(step, person)
    return Confirm(person, "agreed")


def test_the_histories_below_reach_every_state() -> None:
    seen: set[State] = set()

    @settings(max_examples=200, database=None, derandomize=True, phases=[Phase.generate])
    @given(histories())
    def look(history: History) -> None:
        seen.add(history.last.state)

    look()
    assert seen == set(get_args(State))


@given(histories())
def test_steps_are_done_all_in_order_and_each_as_it_was_reported(history: History) -> None:
    case = history.last
    reported = tuple(
        StepDone(each.action.step, each.action.person, each.action.remark, each.day)
        for each in history.taken
        if isinstance(each.action, Done) and isinstance(each.after, ExitCase)
    )
    assert case.done == reported
    asked = [step.name for step in history.steps]
    assert [each.name for each in case.done] == asked[: len(case.done)]
    if case.state == "exited":
        assert len(case.done) == len(asked)


@given(histories())
def test_no_exit_begins_without_somebody_else_than_the_proposer(history: History) -> None:
    for each in history.taken:
        begun = each.before.state == "running" or bool(each.before.done) or each.before.state == "exited"
        assert not begun or each.before.confirmed
        assert each.before.confirmed is None or each.before.confirmed.person != each.before.proposed_by


@given(histories())
def test_each_deadline_runs_from_the_day_the_step_before_was_done(history: History) -> None:
    case = history.last
    if case.state != "running":
        assert case.due is None
        return
    assert case.confirmed
    began = case.done[-1].day if case.done else case.confirmed.day
    assert (case.since, case.due) == (began, history.steps[len(case.done)].within.after(began))


@given(histories())
def test_a_step_with_an_owner_is_done_by_nobody_else(history: History) -> None:
    owners: dict[str, str] = {}
    for each in history.taken:
        if isinstance(each.after, Refusal):
            continue
        if isinstance(each.action, Reassign):
            owners[each.action.step] = each.action.owner
        if isinstance(each.action, Done):
            assert owners.get(each.action.step, each.action.person) == each.action.person
    assert history.last.owners == owners


@given(histories())
def test_a_final_state_takes_no_action_and_days_never_run_back(history: History) -> None:
    for each in history.taken:
        if each.before.state in FINAL:
            assert isinstance(each.after, Refusal)
            assert each.after.code == "wrong_state"
    cases = [*(each.before for each in history.taken), history.last]
    assert all(before.since <= then.since for before, then in pairwise(cases))


@given(histories(), any_action, st.dates())
def test_on_any_day_any_action_is_taken_or_refused_the_same_way_each_time(
    history: History, action: Action, day: date
) -> None:
    before = deepcopy((history.steps, history.last, action))
    first = transition(history.steps, history.last, action, day)
    assert (history.steps, history.last, action) == before
    assert transition(*before, day) == first
    assert isinstance(first, ExitCase) or first.code in CODES


@given(histories())
def test_from_wherever_an_exit_is_work_alone_brings_it_to_its_end(history: History) -> None:
    """By somebody who did not propose it, then by owners, assigned where missing; anybody may cancel meanwhile."""
    steps, case = history.steps, history.last
    for _ in range(1 + 2 * len(steps)):
        if case.state in FINAL:
            break
        cancelled = after(case, Cancel("anybody", "the client stays"), steps=steps, day=case.since)
        assert cancelled.state == "cancelled"
        case = after(case, work(steps, case, "outsider"), steps=steps, day=case.since)
    assert case.state in FINAL
