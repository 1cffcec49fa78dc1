"""Who leaves is not nominated, and an exit goes before a nomination that is on the way (A12, B7)."""

from typing import Any

import pytest

from tests.recognition.at_work import Bank, done, refusal

BY_HAND = {"rulebook": "strategy", "reason": "no longer a fit", "decision": "2026-11 / 4"}
AGREED = {"reason": "agreed by the committee"}


@pytest.fixture
async def bank(bank: Bank) -> Bank:
    """The bank with a client of tier key, whose nomination is filed."""
    await bank.client("C-1")
    await bank.filed(await bank.recognised("C-1"))
    return bank


async def leaves(bank: Bank) -> str:
    """An exit proposed by hand."""
    exit_id: str = done(await bank.post("b1-director", "clients/C-1/exits", **BY_HAND), 201)["id"]
    return exit_id


async def nomination(bank: Bank, nomination_id: str) -> Any:
    return await bank.get("b1-director", f"nominations/{nomination_id}")


async def test_a_trigger_withdraws_the_nomination_that_is_on_the_way(bank: Bank) -> None:
    on_the_way = await bank.in_vote("C-1", tier="core")
    await bank.tell("C-1", overdue=90)
    await bank.assess("C-1")
    found = await nomination(bank, on_the_way)
    assert (found["state"], found["reasons"], found["due"]) == ("withdrawn", ["exit_proposed"], None)
    assert (await bank.trail("nomination"))[-1] == "nomination.withdrawn"
    assert [each["state"] for each in (await bank.get("b1-director", "exits"))["items"]] == ["proposed"]
    assert refusal(await bank.vote("b1-committee-1", on_the_way)) == (409, "wrong_state")


async def test_so_does_an_exit_by_hand(bank: Bank) -> None:
    on_the_way = done(await bank.nominate("b1-s1-rm", "C-1", tier="core"), 201)["id"]
    await leaves(bank)
    assert (await nomination(bank, on_the_way))["state"] == "withdrawn"


async def test_a_client_is_not_nominated_while_its_exit_is_open(bank: Bank) -> None:
    exit_id = await leaves(bank)
    assert refusal(await bank.nominate("b1-s1-rm", "C-1", tier="core")) == (409, "client_leaves")
    done(await bank.post("b1-president", f"exits/{exit_id}/confirm", **AGREED))
    assert refusal(await bank.nominate("b1-s1-rm", "C-1", tier="core")) == (409, "client_leaves")
    done(await bank.post("b1-president", f"exits/{exit_id}/cancel", **AGREED))
    done(await bank.nominate("b1-s1-rm", "C-1", tier="core"), 201)


async def test_under_another_rulebook_it_is(bank: Bank) -> None:
    await leaves(bank)
    done(await bank.nominate("b1-director", "C-1", rulebook="plain", tier="large"), 201)


async def test_a_filing_goes_on_for_its_client_is_recognised_already(bank: Bank) -> None:
    to_file = await bank.recognised("C-1", tier="core")
    await leaves(bank)
    assert (await nomination(bank, to_file))["state"] == "filing"
    await bank.filed(to_file)


@pytest.mark.parametrize(("choice", "state"), [("for", "filing"), ("against", "refused")])
async def test_a_vote_whose_time_was_over_before_ends_as_its_votes_had_it(bank: Bank, choice: str, state: str) -> None:
    over = await bank.in_vote("C-1", tier="core")
    for member in ("b1-committee-1", "b1-committee-2"):
        done(await bank.vote(member, over, choice, "my view"))
    bank.days_pass(31)
    await leaves(bank)
    assert (await nomination(bank, over))["state"] == state
