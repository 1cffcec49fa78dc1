"""Exits come back from the database as they went in; whatever is done to one, it can reach its end."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.exits.stored import case_json, case_of
from app.kernel.cadence import Period
from app.kernel.exit_process import Cancel, Confirm, Done, ExitCase, ExitStep, Reassign
from app.kernel.exit_steps import propose, transition
from tests.recognition.at_work import TODAY

STEPS = (
    ExitStep("notify", "relationship_manager", Period(0, 5)),
    ExitStep("close", "corporate_director", Period(1, 0)),
)
PEOPLE = st.sampled_from(["a", "b", "c"])
NAMES = st.sampled_from(["notify", "close", "feast"])
ACTIONS = st.one_of(
    st.builds(Confirm, PEOPLE, st.just("因为")),
    st.builds(Done, PEOPLE, NAMES, st.just("told")),
    st.builds(Reassign, NAMES, PEOPLE),
    st.builds(Cancel, PEOPLE, st.just("paid")),
)


@given(st.none() | PEOPLE, st.lists(ACTIONS, max_size=8))
def test_an_exit_is_read_as_it_was_written(by: str | None, actions: list) -> None:
    case = propose(("overdue_90",), by, TODAY)
    assert isinstance(case, ExitCase)
    for action in [*actions]:
        taken = transition(STEPS, case, action, TODAY)
        case = taken if isinstance(taken, ExitCase) else case
        assert case_of(json.loads(json.dumps(case_json(case)))) == case
