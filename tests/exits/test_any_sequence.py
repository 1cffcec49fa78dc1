"""Whatever anybody tries with an exit, its proposer does not confirm it, owners alone do their steps, and it ends."""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.recognition.at_work import Bank, done

PEOPLE: Final = ("b1-s1-rm", "b1-s1-rm-2", "b1-director", "b1-president", "ho-corporate", "b2-director")
STEPS: Final = ("notify", "hand_over", "close_obligations")
Move = tuple[str, str, Any]
_numbers = count(1)

people = st.sampled_from(PEOPLE)
steps = st.sampled_from([*STEPS, "feast"])
moves: st.SearchStrategy[Move] = st.one_of(
    st.tuples(st.just("confirm"), people, st.just({"reason": "agreed"})),
    st.tuples(steps.map("steps/{}/done".format), people, st.just({})),
    st.tuples(steps.map("steps/{}/assign".format), people, st.fixed_dictionaries({"officer_id": people})),
    st.tuples(st.just("days"), people, st.integers(1, 40)),
)
cancels: st.SearchStrategy[Move] = st.tuples(st.just("cancel"), people, st.just({"reason": "paid"}))


@pytest.fixture(scope="module")
def seen() -> Iterator[set[str]]:
    """The states that the histories below came through: all of them, or they prove little."""
    found: set[str] = set()
    yield found
    assert found == {"proposed", "running", "exited", "cancelled"}


async def finish(bank: Bank, exit_id: str) -> str:
    """The end of an exit that is confirmed, and each of whose steps is given to somebody who then does it."""
    found = await bank.get("ho-president", f"exits/{exit_id}")
    if found["state"] == "proposed":
        found = done(await bank.post("ho-president", f"exits/{exit_id}/confirm", reason="agreed"))
    for step in [each["step"] for each in found["steps"] if each["state"] != "done" and found["state"] == "running"]:
        done(await bank.post("ho-president", f"exits/{exit_id}/steps/{step}/assign", officer_id="ho-president"))
        found = done(await bank.post("ho-president", f"exits/{exit_id}/steps/{step}/done"))
    state: str = found["state"]
    return state


@settings(max_examples=20, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    people.filter(lambda person: person != "b2-director"), st.lists(st.one_of(moves, moves, moves, cancels), max_size=8)
)
async def test_no_proposer_confirms_owners_do_their_steps_and_every_exit_ends(
    bank: Bank, seen: set[str], proposer: str, tried: list[Move]
) -> None:
    client_id = await bank.client(f"C-{next(_numbers)}")
    await bank.filed(await bank.recognised(client_id))
    order = {"rulebook": "strategy", "reason": "no fit", "decision": "4"}
    case = done(await bank.post(proposer, f"clients/{client_id}/exits", **order), 201)
    for action, person, body in tried:
        if action == "days":
            bank.days_pass(body)
            continue
        owned = {each["step"]: each["owner"] for each in case["steps"]}
        answer = await bank.post(person, f"exits/{case['id']}/{action}", **body)
        assert answer.status_code in {200, 403, 404, 409, 422}, answer.text
        if answer.status_code == 200 and action.endswith("/done"):
            assert owned[action.split("/")[1]] == person
        case = await bank.get("ho-president", f"exits/{case['id']}")
        seen.add(case["state"])
        assert case["confirmed"] is None or case["confirmed"]["person"] != proposer
        assert [each["state"] for each in case["steps"]] == sorted(
            (each["state"] for each in case["steps"]), key=["done", "open", "to_come"].index
        )
    end = await finish(bank, case["id"])
    seen.add(end)
    assert end in {"exited", "cancelled"}
    standing = await bank.standing(client_id)
    assert (standing["tier"] == "none", standing["exited_on"] is not None) == (end == "exited", end == "exited")
