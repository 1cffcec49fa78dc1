"""Whoever nominated neither assesses nor votes, whatever anybody tries; and no case is stuck (A13, B4)."""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.recognition.at_work import HIGH, LOW, MEDIUM, Bank, done, refusal

PEOPLE: Final = (
    "b1-s1-rm",
    "b1-s1-head",
    "b1-director",
    "b1-expert",
    "b1-committee-1",
    "b1-committee-2",
    "b1-committee-3",
    "ho-expert-1",
    "ho-committee-1",
    "b2-director",
)
NOMINATORS: Final = ("b1-s1-rm", "b1-director", "b1-committee-1")
FITTING: Final = "what it waits for"
OTHERS_ONLY: Final = {"opinions", "votes", "recusals"}
"""What is not for nominators."""

ENDS: Final = {"recognised", "refused", "withdrawn", "lapsed"}
_numbers = count(1)

people = st.sampled_from(PEOPLE)
opinions = st.sampled_from([HIGH, MEDIUM, LOW, {"brand": "high"}])
choices = st.sampled_from(["for", "for", "for", "against"])
Move = tuple[str, str, Any]
anything: st.SearchStrategy[Move] = st.one_of(
    st.tuples(st.just("opinions"), people, st.fixed_dictionaries({"scores": opinions})),
    st.tuples(
        st.just("votes"), people, st.fixed_dictionaries({"choice": choices, "reason": st.sampled_from(["", "no"])})
    ),
    st.tuples(st.just("recusals"), people, st.just({"reason": "a cousin"})),
    st.tuples(st.just("withdraw"), st.sampled_from(NOMINATORS), st.just({"reason": "sold"})),
    st.tuples(st.just("file"), people, st.just({})),
    st.tuples(st.just("days"), people, st.sampled_from([1, 25])),
)
fitting: st.SearchStrategy[Move] = st.tuples(st.just(FITTING), people, choices)
histories = st.lists(st.one_of(fitting, fitting, fitting, anything), min_size=6, max_size=10)
joint = st.lists(st.sampled_from(["b1-expert", "b1-s1-head"]), max_size=1)


@pytest.fixture(scope="module")
def seen() -> Iterator[set[str]]:
    """The states that the histories below came through: all of them, or they prove little."""
    found: set[str] = set()
    yield found
    assert found == {"assessment", "vote", "filing", *ENDS}


def waited_for(case: Any, person: str, choice: str) -> Move:
    """What a case waits for, by somebody who may; by that person where it waits for nobody in particular."""
    if case["state"] == "vote":
        return "votes", case["awaiting"][0], {"choice": choice, "reason": "no"}
    if case["state"] == "filing":
        return "file", "b1-director", {}
    silent = set(PEOPLE) - {*case["nominators"], *(each["expert"] for each in case["opinions"]), "b2-director"}
    return "opinions", min(silent - {person}), {"scores": HIGH}


def said(case: Any) -> set[str]:
    """Everybody who assessed, voted or may."""
    return {
        *(each["expert"] for each in case["opinions"]),
        *(each["member"] for each in case["votes"]),
        *case["committee"],
        *case["awaiting"],
    }


async def finish(bank: Bank, nomination: str) -> str:
    """The end of a case that those see to whom it is left: by time, or by the branch."""
    bank.days_pass(40)
    done(await bank.post("ho-corporate", "nominations/expire"))
    if (await bank.get("b1-director", f"nominations/{nomination}"))["state"] == "filing":
        await bank.filed(nomination)
    state: str = (await bank.get("b1-director", f"nominations/{nomination}"))["state"]
    return state


@settings(max_examples=30, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(NOMINATORS), joint, histories)
async def test_no_nominator_assesses_or_votes_and_every_case_reaches_an_end(
    bank: Bank, seen: set[str], nominator: str, joint_with: list[str], tried: list[Move]
) -> None:
    client_id = await bank.client(f"C-{next(_numbers)}")
    case = done(await bank.nominate(nominator, client_id, joint_with=joint_with), 201)
    nominators = {nominator, *joint_with}
    for move in tried:
        action, person, body = waited_for(case, *move[1:]) if move[0] == FITTING else move
        if action == "days":
            bank.days_pass(body)
            continue
        answer = await bank.post(person, f"nominations/{case['id']}/{action}", **body)
        assert answer.status_code in {200, 403, 404, 409, 422}, answer.text
        assert answer.status_code != 200 or action not in OTHERS_ONLY or person not in nominators
        case = await bank.get("ho-president", f"nominations/{case['id']}")
        seen.add(case["state"])
        assert set(case["nominators"]) == nominators
        assert said(case).isdisjoint(nominators)
        assert len({each["member"] for each in case["votes"]}) == len(case["votes"])
    end = await finish(bank, case["id"])
    seen.add(end)
    assert end in ENDS


async def test_who_tries_all_the_same_is_denied_and_the_trail_says_so(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = done(await bank.nominate("b1-committee-1", "C-1", joint_with=["b1-s1-rm"]), 201)["id"]
    for expert in ("b1-expert", "b1-director"):
        done(await bank.opinion(expert, nomination))
    assert refusal(await bank.vote("b1-committee-1", nomination)) == (403, "is_nominator")
    assert refusal(await bank.vote("b1-s1-rm", nomination)) == (403, "is_nominator")
    assert refusal(await bank.vote("b1-expert", nomination)) == (403, "not_a_member")
    assert await bank.trail("nomination", "denied") == ["nomination.denied"] * 3
    assert (await bank.get("b1-director", f"nominations/{nomination}"))["votes"] == []
