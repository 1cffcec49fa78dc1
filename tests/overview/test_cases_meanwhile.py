"""What the next step is while a client is on its way in, or out."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from tests.conftest import app
from tests.postgres import Founding
from tests.recognition.at_work import STRONG, Bank, at_work, done, founded

__all__ = ["app"]

REASON = {"reason": "agreed by the committee"}
CASES = {"nominate", "give_opinion", "vote", "file_nomination", "confirm_exit", "do_exit_step"}


@pytest.fixture(scope="session")
def founding() -> Founding:
    return founded


@pytest.fixture
async def bank(app: FastAPI, clock: ManualClock) -> AsyncIterator[Bank]:
    async with at_work(app, clock) as bank:
        yield bank


async def steps(bank: Bank) -> list[tuple[str, Any, Any, Any]]:
    """The steps of cases: what, about what, by when and by whom."""
    seen = await bank.get("ho-president", "clients/C-1/overview")
    return [
        (each["code"], each["about"], each["due"], each["who"]) for each in seen["next_steps"] if each["code"] in CASES
    ]


async def test_a_client_that_is_nominated_waits_for_what_its_nomination_waits_for(bank: Bank) -> None:
    await bank.client("C-1", facts={**STRONG, "brand": "high"})
    await bank.assess("C-1", rulebook="strategy")
    assert await steps(bank) == [("nominate", "key", None, None)]
    nomination = done(await bank.nominate("b1-s1-rm", "C-1"), 201)["id"]
    assert await steps(bank) == [("give_opinion", "key", "2026-12-12", None)]
    for expert in ("b1-expert", "b1-director"):
        done(await bank.opinion(expert, nomination))
    done(await bank.vote("b1-committee-1", nomination))
    assert await steps(bank) == [("vote", "key", "2026-12-22", f"b1-committee-{number}") for number in (2, 3)]
    for member in ("b1-committee-2", "b1-committee-3"):
        done(await bank.vote(member, nomination))
    assert await steps(bank) == [("file_nomination", "key", "2026-12-02", None)]
    await bank.filed(nomination)
    assert "file_nomination" not in {code for code, *_ in await steps(bank)}


async def test_a_client_that_leaves_waits_for_the_step_that_is_open(bank: Bank) -> None:
    await bank.client("C-1")
    await bank.filed(await bank.recognised("C-1"))
    await bank.tell("C-1", overdue=90)
    await bank.assess("C-1", rulebook="strategy")
    assert await steps(bank) == [("confirm_exit", "strategy", None, None)]
    [found] = (await bank.get("ho-corporate", "exits"))["items"]
    done(await bank.post("b1-president", f"exits/{found['id']}/confirm", **REASON))
    [(code, about, due, _)] = await steps(bank)
    assert (code, about, due) == ("do_exit_step", "notify", "2026-12-02")
