"""An exit from its trigger, or the committee's decision, to its end (A12, B8)."""

from typing import Any

import pytest

from app.access.guard import ON_BEHALF_OF
from tests.recognition.at_work import HIGH, STRONG, Bank, done, refusal, wrong
from tests.standing.conftest import as_person

REASON = {"reason": "agreed by the committee"}
BY_HAND = {"rulebook": "strategy", "reason": "no longer a fit", "decision": "2026-11 / 4"}


async def recognised(bank: Bank, client_id: str = "C-1", **facts: Any) -> str:
    """A client of tier key, led by B1-S1, whose nomination is filed."""
    await bank.client(client_id)
    await bank.filed(await bank.recognised(client_id))
    if facts:
        await bank.tell(client_id, **facts)
    return client_id


async def exits(bank: Bank, query: str = "", officer: str = "ho-corporate") -> Any:
    return (await bank.get(officer, f"exits{query}"))["items"]


async def with_owners(bank: Bank) -> str:
    """An exit whose first two steps are b1-s1-rm's, and the last b1-director's."""
    exit_id: str = (await confirmed(bank))["id"]
    for step in ("notify", "hand_over"):
        done(await assigned(bank, exit_id, step, "b1-s1-rm"))
    return exit_id


async def let_go(bank: Bank, exit_id: str) -> Any:
    """The exit of `with_owners` at its end."""
    for step in ("notify", "hand_over"):
        done(await step_done(bank, "b1-s1-rm", exit_id, step))
    return done(await step_done(bank, "b1-director", exit_id, "close_obligations"))


async def triggered(bank: Bank, client_id: str = "C-1") -> str:
    """The exit that an assessment proposed."""
    await recognised(bank, client_id, overdue=90)
    await bank.assess(client_id)
    [found] = await exits(bank, f"?client_id={client_id}")
    exit_id: str = found["id"]
    return exit_id


async def confirmed(bank: Bank) -> Any:
    """An exit that is running; its first two steps have no owner."""
    return done(await bank.post("b1-president", f"exits/{await triggered(bank)}/confirm", **REASON))


async def step_done(bank: Bank, officer: str, exit_id: str, step: str, remark: str = "") -> Any:
    return await bank.post(officer, f"exits/{exit_id}/steps/{step}/done", remark=remark)


async def assigned(bank: Bank, exit_id: str, step: str, officer: str, by: str = "b1-director") -> Any:
    return await bank.post(by, f"exits/{exit_id}/steps/{step}/assign", officer_id=officer)


# --- from the trigger to re-entry


async def test_from_a_trigger_through_the_steps_to_the_end_and_back_only_by_recognition(bank: Bank) -> None:
    exit_id = await triggered(bank)
    [found] = await exits(bank)
    assert (found["state"], found["reasons"], found["proposed_by"], found["due"]) == (
        "proposed",
        ["overdue_90"],
        None,
        None,
    )
    running = done(await bank.post("b1-president", f"exits/{exit_id}/confirm", **REASON))
    assert (running["state"], running["due"]) == ("running", "2026-12-02")
    for step in ("notify", "hand_over"):
        done(await assigned(bank, exit_id, step, "b1-s1-rm"))
    bank.days_pass(5)
    second = done(await step_done(bank, "b1-s1-rm", exit_id, "notify", "told by telephone"))
    assert (second["due"], [each["state"] for each in second["steps"]]) == ("2026-12-17", ["done", "open", "to_come"])
    assert second["steps"][0] | {"within": None} == {
        "step": "notify",
        "role": "relationship_manager",
        "owner": "b1-s1-rm",
        "within": None,
        "state": "done",
        "due": None,
        "done_by": "b1-s1-rm",
        "done_on": "2026-11-27",
        "remark": "told by telephone",
    }
    done(await step_done(bank, "b1-s1-rm", exit_id, "hand_over"))
    assert (await bank.standing("C-1"))["tier"] == "key"
    last = done(await step_done(bank, "b1-director", exit_id, "close_obligations"))
    assert (last["state"], last["due"], last["since"]) == ("exited", None, "2026-11-27")
    standing = await bank.standing("C-1")
    assert (standing["tier"], standing["exited_on"], standing["warnings"]) == ("none", "2026-11-27", [])

    await bank.tell("C-1", overdue=0)
    await bank.assess("C-1", review="2026-Q4")
    assert (await bank.standing("C-1"))["tier"] == "none"
    await bank.recognised("C-1")
    standing = await bank.standing("C-1")
    assert (standing["tier"], standing["exited_on"]) == ("key", None)


async def test_every_step_is_on_the_trail_with_the_digest(bank: Bank) -> None:
    exit_id = (await confirmed(bank))["id"]
    done(await assigned(bank, exit_id, "notify", "b1-s1-rm"))
    done(await step_done(bank, "b1-s1-rm", exit_id, "notify"))
    done(await bank.post("b1-president", f"exits/{exit_id}/cancel", reason="the debt is paid"))
    assert await bank.trail("exit") == [
        "exit.proposed",
        "exit.confirmed",
        "exit.step_assigned",
        "exit.step_done",
        "exit.cancelled",
    ]
    assert len(await bank.digests("exit")) == 1


async def test_an_exit_without_steps_ends_with_its_confirmation(bank: Bank) -> None:
    await bank.client("C-1", facts={"deposits": "1亿"})
    made = done(await bank.nominate("b1-director", "C-1", rulebook="plain", tier="large"), 201)
    for number in (1, 2, 3):
        done(await bank.vote(f"b1-committee-{number}", made["id"]))
    await bank.tell("C-1", deposits="999")
    await bank.assess("C-1", rulebook="plain")
    [found] = await exits(bank)
    last = done(await bank.post("b1-president", f"exits/{found['id']}/confirm", **REASON))
    assert (last["state"], last["steps"]) == ("exited", [])
    assert (await bank.standing("C-1", "plain"))["exited_on"] == "2026-11-22"
    assert (await bank.trail("exit"))[-2:] == ["exit.confirmed", "exit.completed"]


async def test_who_has_left_is_given_no_tier_by_hand(bank: Bank) -> None:
    exit_id = await with_owners(bank)
    by_hand = {"rulebook": "strategy", "tier": "core", "reason": "an old friend"}
    soon = await bank.post("b1-director", "clients/C-1/overrides", **by_hand, until="2026-12-01")
    await let_go(bank, exit_id)
    later = {**by_hand, "from": "2026-12-01", "until": "2027-03-01"}
    assert refusal(await bank.post("b1-director", "clients/C-1/overrides", **later)) == (409, "client_has_left")
    path = f"overrides/{done(soon, 201)['id']}/decide"
    assert (await bank.post("b1-president", path, approve=True, reason="agreed")).status_code == 409
    await bank.tell("C-1", overdue=0)
    await bank.recognised("C-1")
    done(await bank.post("b1-director", "clients/C-1/overrides", **later), 201)


async def test_where_the_rulebook_governs_no_longer_the_client_leaves_by_the_version_of_its_exit(bank: Bank) -> None:
    exit_id = await with_owners(bank)
    await bank.governs_no_longer("strategy")
    last = await let_go(bank, exit_id)
    assert last["state"] == "exited"
    assert (await bank.standing("C-1"))["tier"] == "none"


# --- what proposes


async def test_a_client_that_holds_no_tier_has_nothing_to_leave(bank: Bank) -> None:
    await bank.client("C-1", facts={**STRONG, **HIGH, "overdue": 95})
    await bank.assess("C-1")
    assert await exits(bank) == []
    assert refusal(await bank.post("b1-director", "clients/C-1/exits", **BY_HAND)) == (409, "nothing_to_leave")


async def test_a_client_that_was_never_assessed_has_nothing_to_leave(bank: Bank) -> None:
    await bank.client("C-1")
    assert refusal(await bank.post("b1-director", "clients/C-1/exits", **BY_HAND)) == (409, "nothing_to_leave")


async def test_a_trigger_proposes_once_while_the_exit_is_open_and_anew_once_it_was_cancelled(bank: Bank) -> None:
    exit_id = await triggered(bank)
    await bank.assess("C-1")
    assert len(await exits(bank)) == 1
    done(await bank.post("b1-president", f"exits/{exit_id}/cancel", reason="the debt is paid"))
    await bank.assess("C-1")
    assert sorted(each["state"] for each in await exits(bank)) == ["cancelled", "proposed"]


async def test_a_review_that_is_asked_for_again_proposes_nothing(bank: Bank) -> None:
    await recognised(bank, overdue=90)
    await bank.assess("C-1", review="2026-Q4")
    [found] = await exits(bank)
    done(await bank.post("b1-president", f"exits/{found['id']}/cancel", reason="the debt is paid"))
    service = await bank.caller(None, None)
    done(await service.post("/v1/clients/C-1/assessments", json={"review": "2026-Q4"}))
    assert len(await exits(bank)) == 1


async def test_a_person_proposes_on_the_committee_s_decision(bank: Bank) -> None:
    await recognised(bank)
    made = done(await bank.post("b1-director", "clients/C-1/exits", **BY_HAND), 201)
    assert (made["state"], made["reasons"], made["proposed_by"], made["decision"]) == (
        "proposed",
        ["no longer a fit"],
        "b1-director",
        "2026-11 / 4",
    )
    assert refusal(await bank.post("b1-director", "clients/C-1/exits", **BY_HAND)) == (409, "exit_open")


@pytest.mark.parametrize("left_out", ["rulebook", "reason", "decision"])
async def test_a_proposal_says_under_which_rulebook_why_and_by_which_decision(bank: Bank, left_out: str) -> None:
    await bank.client("C-1")
    body = {name: value for name, value in BY_HAND.items() if name != left_out}
    assert wrong(await bank.post("b1-director", "clients/C-1/exits", **body)) == [(f"/{left_out}", "missing")]
    blank = await bank.post("b1-director", "clients/C-1/exits", **{**BY_HAND, left_out: " "})
    assert [pointer for pointer, _ in wrong(blank)] == [f"/{left_out}"]


async def test_a_reason_of_control_characters_is_none(bank: Bank) -> None:
    await recognised(bank)
    answer = await bank.post("b1-director", "clients/C-1/exits", **{**BY_HAND, "reason": "\x1c"})
    assert wrong(answer) == [("/reason", "string_pattern_mismatch")]


# --- the second person


async def test_whoever_proposed_does_not_confirm(bank: Bank) -> None:
    await recognised(bank)
    exit_id = done(await bank.post("b1-director", "clients/C-1/exits", **BY_HAND), 201)["id"]
    assert refusal(await bank.post("b1-director", f"exits/{exit_id}/confirm", **REASON)) == (403, "is_proposer")
    assert await bank.trail("exit", "denied") == ["exit.denied"]
    found = done(await bank.post("b1-president", f"exits/{exit_id}/confirm", **REASON))
    assert found["confirmed"] == {"person": "b1-president", "reason": "agreed by the committee", "day": "2026-11-22"}
    again = await bank.post("b1-president", f"exits/{exit_id}/confirm", **REASON)
    assert refusal(again) == (409, "wrong_state")


@pytest.mark.parametrize(("first", "second"), [({}, as_person("b1-director")), (as_person("b1-director"), {})])
async def test_a_front_end_s_key_once_with_a_person_and_once_without_does_not_confirm_what_it_proposed(
    bank: Bank, first: dict[str, str], second: dict[str, str]
) -> None:
    crm = await bank.caller(None, None)
    await recognised(bank)
    proposed = done(await crm.post("/v1/clients/C-1/exits", json=BY_HAND, headers=first), 201)
    refused = await crm.post(f"/v1/exits/{proposed['id']}/confirm", json=REASON, headers=second)
    assert refusal(refused) == (403, "is_proposer")
    assert (await bank.trail("exit", "denied"))[-1] == "exit.denied"


async def test_whoever_is_named_serves_the_bank_and_a_ghost_is_no_second_person(bank: Bank) -> None:
    await recognised(bank)
    service = await bank.caller(None, None)
    proposed = await service.post("/v1/clients/C-1/exits", json=BY_HAND, headers={ON_BEHALF_OF: "ghost-a"})
    assert refusal(proposed) == (403, "not_an_officer")
    exit_id = done(await bank.post("b1-director", "clients/C-1/exits", **BY_HAND), 201)["id"]
    for action, body in REACHES:
        ghost = await service.post(f"/v1/exits/{exit_id}/{action}", json=body, headers={ON_BEHALF_OF: "ghost-b"})
        assert refusal(ghost) == (403, "not_an_officer")
    assert await bank.trail("officer", "denied") == ["officer.refused"] * 5


# --- owners


async def owners(bank: Bank) -> list[str | None]:
    return [each["owner"] for each in (await confirmed(bank))["steps"]]


async def test_a_step_belongs_to_whoever_alone_serves_in_its_role_nearest_to_the_client(bank: Bank) -> None:
    """B1-S1 has two relationship managers, B1 one head of its corporate department."""
    assert await owners(bank) == [None, None, "b1-director"]


async def test_the_client_s_own_officers_come_first_and_of_these_its_owner(bank: Bank) -> None:
    await bank.client("C-1")
    for officer, owner in (("b1-s1-rm", False), ("b1-s1-rm-2", True)):
        order = {"officer_id": officer, "role": "relationship_manager", "owner": owner}
        done(await bank.post("b1-s1-head", "clients/C-1/assignments", **order), 201)
    assert await owners(bank) == ["b1-s1-rm-2", "b1-s1-rm-2", "b1-director"]


async def test_a_step_whose_role_nobody_near_the_client_has_is_left_to_be_assigned(bank: Bank) -> None:
    """The outlet B2-O1, its branch and the head office have no relationship manager."""
    exit_id = await triggered(bank)
    await bank.client("C-1", unit="B2-O1", facts=None, level="regional", category="local_group")
    running = done(await bank.post("b2-president", f"exits/{exit_id}/confirm", **REASON))
    assert [each["owner"] for each in running["steps"]] == [None, None, "b2-director"]


async def test_a_step_without_an_owner_is_done_by_nobody_until_it_is_assigned(bank: Bank) -> None:
    exit_id = (await confirmed(bank))["id"]
    assert refusal(await step_done(bank, "b1-president", exit_id, "notify")) == (409, "step_unowned")
    done(await assigned(bank, exit_id, "notify", "b1-s1-rm"))
    done(await step_done(bank, "b1-s1-rm", exit_id, "notify"))


async def test_a_step_with_an_owner_is_done_by_nobody_else_until_it_is_assigned_anew(bank: Bank) -> None:
    exit_id = (await confirmed(bank))["id"]
    done(await assigned(bank, exit_id, "notify", "b1-s1-rm"))
    assert refusal(await step_done(bank, "b1-s1-rm-2", exit_id, "notify")) == (403, "not_the_owner")
    done(await assigned(bank, exit_id, "notify", "b1-s1-rm-2"))
    done(await step_done(bank, "b1-s1-rm-2", exit_id, "notify"))


async def test_an_owner_serves_within_the_key_s_unit_or_above_the_client_s(bank: Bank) -> None:
    exit_id = (await confirmed(bank))["id"]
    done(await assigned(bank, exit_id, "notify", "ho-corporate"))
    outside = await assigned(bank, exit_id, "notify", "b2-s1-rm")
    missing = await assigned(bank, exit_id, "notify", "nobody")
    assert wrong(outside) == wrong(missing) == [("/officer_id", "no_such_officer")]
    assert await bank.trail("officer", "denied") == ["officer.refused"]


async def test_steps_are_done_in_their_order_and_once(bank: Bank) -> None:
    exit_id = await with_owners(bank)
    assert refusal(await step_done(bank, "b1-s1-rm", exit_id, "hand_over")) == (409, "not_its_turn")
    done(await step_done(bank, "b1-s1-rm", exit_id, "notify"))
    assert refusal(await step_done(bank, "b1-s1-rm", exit_id, "notify")) == (409, "done_already")
    assert refusal(await step_done(bank, "b1-s1-rm", exit_id, "feast")) == (404, "no_such_step")
    assert refusal(await assigned(bank, exit_id, "notify", "b1-s1-rm")) == (409, "done_already")


async def test_a_late_step_is_overdue_and_goes_on(bank: Bank) -> None:
    exit_id = await with_owners(bank)
    bank.days_pass(11)
    [found] = await exits(bank, "?due_before=2026-12-03")
    assert (found["overdue"], found["due"]) == (True, "2026-12-02")
    done(await step_done(bank, "b1-s1-rm", exit_id, "notify"))


async def test_a_cancelled_exit_leaves_the_client_its_tier(bank: Bank) -> None:
    exit_id = (await confirmed(bank))["id"]
    found = done(await bank.post("b1-president", f"exits/{exit_id}/cancel", reason="the debt is paid"))
    assert (found["state"], found["due"], found["cancelled"]["person"]) == ("cancelled", None, "b1-president")
    assert (await bank.standing("C-1"))["tier"] == "key"
    assert refusal(await step_done(bank, "b1-s1-rm", exit_id, "notify")) == (409, "wrong_state")


# --- the fence


REACHES: list[tuple[str, dict[str, Any]]] = [
    ("confirm", REASON),
    ("cancel", REASON),
    ("steps/notify/done", {}),
    ("steps/notify/assign", {"officer_id": "b2-director"}),
]


async def test_outside_an_exit_is_not_there(bank: Bank) -> None:
    exit_id = await triggered(bank)
    for action, body in REACHES:
        reached = await bank.post("b2-director", f"exits/{exit_id}/{action}", **body)
        assert refusal(reached) == (404, "exit_not_found")
    stranger = await bank.as_("b2-director")
    assert refusal(await stranger.get(f"/v1/exits/{exit_id}")) == (404, "exit_not_found")
    assert refusal(await stranger.get("/v1/exits?client_id=C-1")) == (404, "client_not_found")
    assert refusal(await stranger.post("/v1/clients/C-1/exits", json=BY_HAND)) == (404, "client_not_found")
    assert await exits(bank, officer="b2-director") == []


async def test_lists_are_narrowed_by_state(bank: Bank) -> None:
    await triggered(bank, "C-1")
    running = (await bank.post("b1-president", f"exits/{await triggered(bank, 'C-2')}/confirm", **REASON)).json()
    assert [each["client_id"] for each in await exits(bank, "?state=proposed")] == ["C-1"]
    assert [each["id"] for each in await exits(bank, "?state=running", "b1-s1-rm")] == [running["id"]]
