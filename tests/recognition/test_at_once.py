"""Several at once, each in a transaction of its own: nothing is lost, nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from tests.recognition.at_work import Bank, at_work, done, refusal

COMMITTEE = ["b1-committee-1", "b1-committee-2", "b1-committee-3"]


@pytest.fixture
async def bank(lasting_app: FastAPI, clock: ManualClock) -> AsyncIterator[Bank]:
    """A bank whose requests commit."""
    async with at_work(lasting_app, clock) as bank:
        for officer in (*COMMITTEE, "b1-s1-rm", "b1-s1-head", "b1-director", "b1-expert", "ho-corporate"):
            await bank.as_(officer)
        yield bank


async def test_votes_at_once_all_count_and_the_last_one_decides_once(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    answers = await asyncio.gather(*(bank.vote(member, nomination) for member in COMMITTEE))
    assert sorted(done(answer)["state"] for answer in answers) == ["filing", "vote", "vote"]
    found = await bank.get("b1-director", f"nominations/{nomination}")
    assert sorted(each["member"] for each in found["votes"]) == COMMITTEE
    assert await bank.trail("nomination.recognised") == ["nomination.recognised"]


async def test_the_last_vote_sent_twice_at_once_is_cast_once(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    for member in COMMITTEE[:2]:
        done(await bank.vote(member, nomination))
    answers = await asyncio.gather(*(bank.vote(COMMITTEE[2], nomination) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {refusal(answer)[1] for answer in answers if answer.status_code == 409} == {"wrong_state"}
    assert await bank.trail("nomination.recognised") == ["nomination.recognised"]
    assert len((await bank.get("b1-director", "clients/C-1/assessments"))["items"]) == 1


async def test_of_two_nominations_at_once_one_is_opened(bank: Bank) -> None:
    await bank.client("C-1")
    answers = await asyncio.gather(bank.nominate("b1-s1-rm", "C-1"), bank.nominate("b1-s1-head", "C-1"))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_the_last_two_opinions_at_once_open_one_vote(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = done(await bank.nominate("b1-s1-rm", "C-1"), 201)["id"]
    experts = ("b1-expert", "b1-director", "b1-s1-head")
    answers = await asyncio.gather(*(bank.opinion(expert, nomination) for expert in experts))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
    found = await bank.get("b1-director", f"nominations/{nomination}")
    assert (found["state"], len(found["opinions"])) == ("vote", 2)


async def test_time_is_kept_by_several_at_once_and_each_case_is_ended_once(bank: Bank) -> None:
    for number in range(4):
        await bank.client(f"C-{number}")
        done(await bank.nominate("b1-s1-rm", f"C-{number}"), 201)
    bank.days_pass(21)
    answers = await asyncio.gather(*(bank.post("ho-corporate", "nominations/expire") for _ in range(3)))
    ended = [each["client_id"] for answer in answers for each in done(answer)["ended"]]
    assert sorted(ended) == ["C-0", "C-1", "C-2", "C-3"]
    assert await bank.trail("nomination.lapsed") == ["nomination.lapsed"] * 4
