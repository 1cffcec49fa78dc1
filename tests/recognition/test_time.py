"""Time limits: a late step ends as time has it, whoever notices, and however often (B7)."""

from tests.recognition.at_work import Bank, done, refusal

COMMITTEE = ["b1-committee-1", "b1-committee-2", "b1-committee-3"]


async def in_assessment(bank: Bank, client_id: str = "C-1") -> str:
    await bank.client(client_id)
    nomination: str = done(await bank.nominate("b1-s1-rm", client_id), 201)["id"]
    return nomination


async def state_of(bank: Bank, nomination: str) -> tuple[str, list[str]]:
    found = await bank.get("b1-director", f"nominations/{nomination}")
    return found["state"], found["reasons"]


async def expire(bank: Bank, officer: str = "ho-corporate") -> list[tuple[str, str]]:
    answer = done(await bank.post(officer, "nominations/expire"))
    assert answer["more"] is False
    return [(each["client_id"], each["state"]) for each in answer["ended"]]


async def test_the_last_day_still_counts(bank: Bank) -> None:
    nomination = await in_assessment(bank)
    bank.days_pass(20)
    assert await expire(bank) == []
    done(await bank.opinion("b1-expert", nomination))


async def test_whoever_comes_too_late_is_told_so_and_ends_the_step(bank: Bank) -> None:
    nomination = await in_assessment(bank)
    bank.days_pass(21)
    assert (await bank.get("b1-director", f"nominations/{nomination}"))["overdue"] is True
    late = await bank.opinion("b1-expert", nomination)
    assert refusal(late) == (409, "too_late")
    assert "2026-12-12" in late.json()["detail"]
    assert await state_of(bank, nomination) == ("lapsed", ["time_limit"])
    assert (await bank.trail("nomination"))[-1] == "nomination.lapsed"
    assert refusal(await bank.opinion("b1-expert", nomination)) == (409, "wrong_state")


async def test_a_vote_that_comes_too_late_does_not_count_and_those_in_time_do(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    for member in COMMITTEE[:2]:
        done(await bank.vote(member, nomination))
    bank.days_pass(31)
    assert refusal(await bank.vote(COMMITTEE[2], nomination, "against", "no")) == (409, "too_late")
    assert await state_of(bank, nomination) == ("filing", [])
    assert (await bank.standing("C-1"))["tier"] == "key"
    assert (await bank.trail("nomination.voted")) == ["nomination.voted"] * 2


async def test_a_late_withdrawal_and_a_late_recusal_end_it_likewise(bank: Bank) -> None:
    first = await in_assessment(bank)
    await bank.client("C-2")
    second = await bank.in_vote("C-2")
    bank.days_pass(31)
    withdrawn = await bank.post("b1-s1-rm", f"nominations/{first}/withdraw", reason="sold")
    recused = await bank.post(COMMITTEE[0], f"nominations/{second}/recusals", reason="a cousin")
    assert refusal(withdrawn) == refusal(recused) == (409, "too_late")
    assert await state_of(bank, first) == ("lapsed", ["time_limit"])
    assert await state_of(bank, second) == ("lapsed", ["no_quorum"])


async def test_a_request_that_came_too_late_is_answered_the_same_when_it_is_sent_again(bank: Bank) -> None:
    nomination = await in_assessment(bank)
    bank.days_pass(21)
    caller = await bank.as_("b1-s1-rm")
    path, once = f"/v1/nominations/{nomination}/withdraw", {"Idempotency-Key": "w-1"}
    first = await caller.post(path, json={"reason": "sold"}, headers=once)
    second = await caller.post(path, json={"reason": "sold"}, headers=once)
    assert refusal(first) == refusal(second) == (409, "too_late")
    assert (first.content, second.headers["Idempotency-Replayed"]) == (second.content, "true")


async def test_a_nomination_that_nobody_touched_does_not_keep_the_client_from_the_next(bank: Bank) -> None:
    nomination = await in_assessment(bank)
    bank.days_pass(21)
    again = done(await bank.nominate("b1-s1-head", "C-1"), 201)
    assert again["state"] == "assessment"
    assert await state_of(bank, nomination) == ("lapsed", ["time_limit"])


async def test_where_the_last_vote_recognises_the_client_after_all_the_next_nomination_waits_for_the_filing(
    bank: Bank,
) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    for member in COMMITTEE[:2]:
        done(await bank.vote(member, nomination))
    bank.days_pass(31)
    assert refusal(await bank.nominate("b1-s1-head", "C-1")) == (409, "nomination_open")


async def test_who_keeps_time_ends_all_that_is_late_once(bank: Bank) -> None:
    await in_assessment(bank, "C-1")
    await bank.client("C-2")
    voted = await bank.in_vote("C-2")
    for member in COMMITTEE[:2]:
        done(await bank.vote(member, voted))
    await bank.client("C-3")
    await bank.recognised("C-3")
    bank.days_pass(31)
    await in_assessment(bank, "C-4")
    assert await expire(bank) == [("C-1", "lapsed"), ("C-2", "filing")]
    assert (await bank.standing("C-2"))["tier"] == "key"
    assert await expire(bank) == []


async def test_so_many_are_ended_at_a_time_as_are_asked_for(bank: Bank) -> None:
    for number in range(3):
        await in_assessment(bank, f"C-{number}")
    bank.days_pass(21)
    first = done(await bank.post("ho-corporate", "nominations/expire?limit=2"))
    second = done(await bank.post("ho-corporate", "nominations/expire?limit=2"))
    assert [(len(each["ended"]), each["more"]) for each in (first, second)] == [(2, True), (1, False)]


async def test_a_key_ends_what_it_sees(bank: Bank) -> None:
    nomination = await in_assessment(bank)
    bank.days_pass(21)
    assert await expire(bank, "b2-director") == []
    assert await expire(bank, "b1-s1-head") == [("C-1", "lapsed")]
    assert await state_of(bank, nomination) == ("lapsed", ["time_limit"])


async def test_a_filing_may_be_late_and_is_overdue(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.recognised("C-1")
    bank.days_pass(300)
    assert await expire(bank) == []
    found = await bank.get("b1-director", f"nominations/{nomination}")
    assert (found["state"], found["overdue"]) == ("filing", True)
    await bank.filed(nomination)
