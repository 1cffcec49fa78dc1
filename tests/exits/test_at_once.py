"""Several at once, each in a transaction of its own: an exit is proposed once, a step is done once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from tests.recognition.at_work import Bank, at_work, done


@pytest.fixture
async def bank(lasting_app: FastAPI, clock: ManualClock) -> AsyncIterator[Bank]:
    """A bank whose requests commit, with a client of tier key."""
    async with at_work(lasting_app, clock) as bank:
        await bank.client("C-1")
        await bank.filed(await bank.recognised("C-1"))
        for officer in ("b1-president", "b1-s1-rm"):
            await bank.as_(officer)
        yield bank


async def test_two_assessments_at_once_propose_one_exit(bank: Bank) -> None:
    await bank.tell("C-1", overdue=90)
    await asyncio.gather(*(bank.assess("C-1") for _ in range(3)))
    assert len((await bank.get("b1-president", "exits"))["items"]) == 1
    assert await bank.trail("exit.proposed") == ["exit.proposed"]


async def test_a_nomination_and_an_exit_at_once_are_never_both_open(bank: Bank) -> None:
    order = {"rulebook": "strategy", "reason": "no fit", "decision": "4"}
    nominated, left = await asyncio.gather(
        bank.nominate("b1-s1-rm", "C-1", tier="core"), bank.post("b1-president", "clients/C-1/exits", **order)
    )
    assert (nominated.status_code, left.status_code) in {(201, 201), (409, 201)}
    states = [each["state"] for each in (await bank.get("b1-president", "nominations"))["items"]]
    assert sorted(states) == ["recognised", *(["withdrawn"] if nominated.status_code == 201 else [])]


async def test_a_step_that_is_reported_several_times_at_once_is_done_once(bank: Bank) -> None:
    order = {"rulebook": "strategy", "reason": "no fit", "decision": "4"}
    exit_id = done(await bank.post("b1-director", "clients/C-1/exits", **order), 201)["id"]
    done(await bank.post("b1-president", f"exits/{exit_id}/confirm", reason="agreed"))
    path = f"exits/{exit_id}/steps/notify"
    done(await bank.post("b1-president", f"{path}/assign", officer_id="b1-s1-rm"))
    answers = await asyncio.gather(*(bank.post("b1-s1-rm", f"{path}/done") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    assert await bank.trail("exit.step_done") == ["exit.step_done"]
