"""What is told of nominations, and what happens by itself when a step's time is over."""

from typing import Any

from tests.due.swept import swept
from tests.events.told import told
from tests.recognition.at_work import Bank, done
from tests.recognition.test_time import COMMITTEE, in_assessment


async def events(bank: Bank) -> list[Any]:
    """Of nominations: the state, and until when it lasts."""
    async with bank.app.state.sessions() as session:
        found = await told(session, "recognition")
    return [(each["type"].partition(".")[2], each["client_id"], each["state"], each.get("until")) for each in found]


async def sweep(bank: Bank) -> None:
    await swept(bank.app, bank.app.state.sessions, bank.app.state.clock)


async def test_each_state_that_waits_for_somebody_is_told_of_once_and_so_is_the_end(bank: Bank) -> None:
    await bank.client("C-1")
    await bank.filed(await bank.recognised("C-1"))
    states = [(each[0], each[2]) for each in await events(bank)]
    assert states == [
        ("awaiting", "assessment"),
        ("awaiting", "vote"),
        ("awaiting", "filing"),
        ("ended", "recognised"),
    ]


async def test_a_step_whose_time_is_over_ends_by_itself_when_its_last_day_is_over(bank: Bank) -> None:
    await in_assessment(bank)
    bank.days_pass(20)
    await sweep(bank)
    assert [each[0] for each in await events(bank)] == ["awaiting"]
    bank.days_pass(1)
    await sweep(bank)
    assert (await events(bank))[1:] == [("ended", "C-1", "lapsed", None)]


async def test_a_vote_whose_time_is_over_is_decided_by_the_votes_that_were_cast(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    for member in COMMITTEE[:2]:
        done(await bank.vote(member, nomination))
    bank.days_pass(31)
    await sweep(bank)
    assert (await events(bank))[-1][2] == "filing"
    assert (await bank.standing("C-1"))["tier"] == "key"


async def test_one_that_was_taken_back_has_no_limit_any_more(bank: Bank) -> None:
    nomination = await in_assessment(bank)
    done(await bank.post("b1-s1-rm", f"nominations/{nomination}/withdraw", reason="sold"))
    bank.days_pass(40)
    await sweep(bank)
    assert [each[2] for each in await events(bank)] == ["assessment", "withdrawn"]
