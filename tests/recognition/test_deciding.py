"""Experts, committee, filing, and what a recognition does to the client (A4, A13, B4, B6, B7)."""

from typing import Any

import pytest

from tests.recognition.at_work import HIGH, LOW, MEDIUM, STRONG, Answer, Bank, done, refusal, wrong

EXPERTS = ["b1-expert", "b1-director"]
COMMITTEE = ["b1-committee-1", "b1-committee-2", "b1-committee-3"]


async def nominated(bank: Bank, **asked: Any) -> str:
    await bank.client("C-1")
    nomination: str = done(await bank.nominate("b1-s1-rm", "C-1", **asked), 201)["id"]
    return nomination


async def facts(bank: Bank, client_id: str = "C-1") -> Any:
    found = (await bank.get("ho-president", f"clients/{client_id}/facts"))["facts"]
    return {name: (each["value"], each["source"]) for name, each in found.items() if name in HIGH}


# --- the experts


async def test_an_opinion_is_kept_with_its_author_and_no_fact_is_recorded_before_the_last(bank: Bank) -> None:
    nomination = await nominated(bank)
    body = {"scores": MEDIUM, "remark": "a decent brand"}
    made = done(await bank.post("b1-expert", f"nominations/{nomination}/opinions", **body))
    opinion = {"expert": "b1-expert", "scores": MEDIUM, "day": "2026-11-22", "remark": "a decent brand"}
    assert (made["state"], made["opinions"], made["assessment"]) == ("assessment", [opinion], None)
    assert await facts(bank) == {}


async def test_with_the_last_opinion_the_lower_of_two_medians_is_recorded_under_its_expert_s_name(bank: Bank) -> None:
    nomination = await nominated(bank)
    done(await bank.opinion("b1-expert", nomination, {"brand": "high", "innovation": "low"}))
    made = done(await bank.opinion("b1-director", nomination, {"brand": "medium", "innovation": "high"}))
    assert await facts(bank) == {"brand": ("medium", "expert:b1-director"), "innovation": ("low", "expert:b1-expert")}
    assert (made["state"], made["committee"], made["due"]) == ("vote", COMMITTEE, "2026-12-22")
    assert made["awaiting"] == COMMITTEE
    assert (made["assessment"]["score"], made["assessment"]["passed"]) == ("70", True)
    assert made["assessment"]["facts"]["brand"]["source"] == "expert:b1-director"


async def test_the_committee_votes_also_where_the_experts_find_less_than_is_asked(bank: Bank) -> None:
    await bank.client("C-1")
    made = await bank.get("b1-director", f"nominations/{await bank.in_vote('C-1', LOW)}")
    assert (made["state"], made["tier"]) == ("vote", "key")
    assert (made["assessment"]["earned"], made["assessment"]["passed"]) == ("potential", False)


async def test_a_tier_that_was_left_open_is_the_one_that_is_earned_with_the_experts_scores(bank: Bank) -> None:
    await bank.client("C-1")
    first = done(await bank.nominate("b1-s1-rm", "C-1", tier=None), 201)
    last = [done(await bank.opinion(expert, first["id"], MEDIUM)) for expert in EXPERTS][-1]
    assert (first["tier"], last["tier"]) == ("core", "key")


async def test_a_tier_that_was_left_open_stays_where_none_is_earned_with_the_experts_scores(bank: Bank) -> None:
    await bank.client("C-1", facts={"deposits": "1亿", "revenue": "1亿"})
    first = done(await bank.nominate("b1-s1-rm", "C-1", tier=None), 201)
    last = [done(await bank.opinion(expert, first["id"], LOW)) for expert in EXPERTS][-1]
    assert (last["tier"], last["state"], last["assessment"]["tier"]) == ("key", "vote", "none")


WRONG_SCORES: list[tuple[Any, tuple[str, str]]] = [
    ({"brand": "high"}, ("/scores/innovation", "missing")),
    ({**HIGH, "revenue": "1"}, ("/scores/revenue", "not_asked_for")),
    ({**HIGH, "brand": "splendid"}, ("/scores/brand", "invalid_value")),
    ({**HIGH, "brand": 3}, ("/scores/brand", "invalid_value")),
    ({**HIGH, "brand": True}, ("/scores/brand", "invalid_value")),
]


@pytest.mark.parametrize(("scores", "fault"), WRONG_SCORES)
async def test_an_opinion_gives_a_value_of_what_is_asked_and_of_nothing_else(
    bank: Bank, scores: Any, fault: tuple[str, str]
) -> None:
    answer = await bank.opinion("b1-expert", await nominated(bank), scores)
    assert (refusal(answer), wrong(answer)) == ((422, "wrong_scores"), [fault])


async def test_an_expert_is_an_officer_and_assesses_once(bank: Bank) -> None:
    nomination = await nominated(bank)
    nobody = await bank.caller("B1", "nobody")
    answer = await nobody.post(f"/v1/nominations/{nomination}/opinions", json={"scores": HIGH})
    assert refusal(answer) == (403, "not_an_officer")
    done(await bank.opinion("b1-expert", nomination))
    assert refusal(await bank.opinion("b1-expert", nomination)) == (409, "assessed_already")
    done(await bank.opinion("ho-expert-1", nomination))
    assert refusal(await bank.opinion("b1-director", nomination)) == (409, "wrong_state")


# --- the committee


async def test_the_committee_is_that_of_the_unit_that_decides(bank: Bank) -> None:
    await bank.client("C-1")
    asked = {"level": "bank_wide", "category": "industry_leader", "joint_with": ["b1-director"]}
    nomination = done(await bank.nominate("ho-committee-3", "C-1", **asked), 201)["id"]
    made = [done(await bank.opinion(expert, nomination)) for expert in ("ho-expert-1", "ho-expert-2")][-1]
    assert made["committee"] == ["ho-committee-1", "ho-committee-2"]
    assert refusal(await bank.vote("b1-committee-1", nomination)) == (403, "not_a_member")
    assert refusal(await bank.vote("ho-committee-3", nomination)) == (403, "is_nominator")


async def test_the_last_vote_recognises_and_puts_the_client_into_its_tier_and_level(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    for member in COMMITTEE[:2]:
        assert done(await bank.vote(member, nomination))["state"] == "vote"
    assert await bank.standing("C-1") is None
    made = done(await bank.vote(COMMITTEE[2], nomination, "against", "too small"))
    assert (made["state"], made["recognised_on"], made["awaiting"]) == ("filing", "2026-11-22", [])
    assert made["votes"][2] == {
        "member": "b1-committee-3",
        "choice": "against",
        "reason": "too small",
        "day": "2026-11-22",
    }
    client = await bank.get("b1-director", "clients/C-1")
    assert (client["level"], client["category"], client["revision"]) == ("regional", "local_group", 2)
    assert (await bank.standing("C-1"))["tier"] == "key"
    moves = (await bank.get("b1-director", "clients/C-1/moves"))["items"]
    assert moves[-1] | {"at": None} == {
        "kind": "placed",
        "before": None,
        "after": "key",
        "reasons": ["recognised", f"nomination:{nomination}"],
        "rulebook": "strategy",
        "day": "2026-11-22",
        "at": None,
        "by": "b1-committee-3",
        "assessment_id": None,
    }


async def test_an_assessment_follows_so_that_ceilings_and_warnings_are_current(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    await bank.tell("C-1", overdue=40)
    for member in COMMITTEE:
        done(await bank.vote(member, nomination))
    standing = await bank.standing("C-1")
    assert (standing["tier"], standing["ceiling"], standing["warnings"]) == ("key", "potential", ["held_by_ceiling"])


async def test_a_trigger_that_holds_by_then_proposes_the_exit_at_once(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    await bank.tell("C-1", overdue=90)
    for member in COMMITTEE:
        done(await bank.vote(member, nomination))
    assert [each["reasons"] for each in (await bank.get("b1-director", "exits"))["items"]] == [["overdue_90"]]


async def test_recognition_stands_where_no_assessment_can_follow_it(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    await bank.client("C-1", segment="retail", facts=None)
    for member in COMMITTEE:
        done(await bank.vote(member, nomination))
    assert (await bank.standing("C-1"))["tier"] == "key"


async def test_recognition_stands_where_the_rulebook_governs_no_longer(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    await bank.governs_no_longer("strategy")
    for member in COMMITTEE:
        done(await bank.vote(member, nomination))
    assert (await bank.standing("C-1"))["tier"] == "key"


async def test_a_vote_that_does_not_carry_refuses_and_the_client_may_be_nominated_again(bank: Bank) -> None:
    """B7: rolling."""
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    done(await bank.vote(COMMITTEE[0], nomination))
    last = [done(await bank.vote(member, nomination, "against", "weak cash flow")) for member in COMMITTEE[1:]][-1]
    assert (last["state"], last["reasons"]) == ("refused", ["majority_not_reached"])
    assert await bank.standing("C-1") is None
    again = done(await bank.nominate("b1-s1-head", "C-1"), 201)
    assert (again["state"], again["id"] != nomination) == ("assessment", True)
    assert await bank.recognised_from(again["id"]) == "filing"


async def test_a_vote_against_says_why_and_a_vote_stands(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    assert wrong(await bank.vote(COMMITTEE[0], nomination, "against")) == [("/reason", "reason_missing")]
    done(await bank.vote(COMMITTEE[0], nomination))
    assert refusal(await bank.vote(COMMITTEE[0], nomination, "abstain")) == (409, "voted_already")


async def test_who_withholds_is_waited_for_no_longer_and_does_not_vote(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    made = done(await bank.post(COMMITTEE[0], f"nominations/{nomination}/recusals", reason="a cousin works there"))
    assert (made["awaiting"], made["recusals"]) == (
        COMMITTEE[1:],
        [{"member": "b1-committee-1", "reason": "a cousin works there"}],
    )
    assert refusal(await bank.vote(COMMITTEE[0], nomination)) == (409, "recused_already")
    done(await bank.vote(COMMITTEE[1], nomination))
    assert done(await bank.vote(COMMITTEE[2], nomination))["state"] == "filing"


async def test_where_too_few_are_left_for_the_quorum_the_nomination_lapses(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    recusals, why = f"nominations/{nomination}/recusals", "a cousin works there"
    last = [done(await bank.post(member, recusals, reason=why)) for member in COMMITTEE[:2]][-1]
    assert (last["state"], last["reasons"]) == ("lapsed", ["no_quorum"])
    assert (await bank.trail("nomination"))[-2:] == ["nomination.recused", "nomination.lapsed"]


async def test_a_nominator_takes_the_nomination_back(bank: Bank) -> None:
    nomination = await nominated(bank)
    other = await bank.post("b1-s1-head", f"nominations/{nomination}/withdraw", reason="sold")
    assert refusal(other) == (403, "not_a_nominator")
    made = done(await bank.post("b1-s1-rm", f"nominations/{nomination}/withdraw", reason="the group was sold"))
    assert (made["state"], made["reasons"]) == ("withdrawn", ["the group was sold"])
    assert (await bank.trail("nomination"))[-1] == "nomination.withdrawn"
    again = await bank.post("b1-s1-rm", f"nominations/{nomination}/withdraw", reason="the group was sold")
    assert refusal(again) == (409, "wrong_state")


# --- recognised already, or once more


async def test_recognition_never_lowers_who_holds_more(bank: Bank) -> None:
    await bank.client("C-1", facts={**STRONG, **HIGH})
    await bank.filed(await bank.recognised("C-1", tier="core"))
    await bank.recognised("C-1", tier="potential")
    assert (await bank.standing("C-1"))["tier"] == "core"


async def test_a_client_rises_by_another_nomination(bank: Bank) -> None:
    await bank.client("C-1", facts={**STRONG, **HIGH})
    await bank.filed(await bank.recognised("C-1", tier="potential"))
    assert (await bank.standing("C-1"))["tier"] == "potential"
    await bank.recognised("C-1", tier="core")
    assert (await bank.standing("C-1"))["tier"] == "core"


@pytest.mark.parametrize(
    ("meanwhile", "category"),
    [
        ({"level": "regional", "category": "park_technology"}, "park_technology"),
        ({"level": "bank_wide", "category": "industry_leader"}, "local_group"),
        ({}, "local_group"),
    ],
)
async def test_the_level_is_what_was_recognised_and_a_category_of_it_stays(
    bank: Bank, meanwhile: dict[str, str], category: str
) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    await bank.client("C-1", facts=None, **meanwhile)
    for member in COMMITTEE:
        done(await bank.vote(member, nomination))
    client = await bank.get("b1-director", "clients/C-1")
    assert (client["level"], client["category"]) == ("regional", category)


async def test_what_recognition_gave_stays_when_the_crm_says_nothing_of_it(bank: Bank) -> None:
    await bank.client("C-1")
    await bank.recognised("C-1")
    await bank.client("C-1", facts=None, industry="industry")
    client = await bank.get("b1-director", "clients/C-1")
    assert (client["level"], client["category"], client["industry"]) == ("regional", "local_group", "industry")


async def test_the_relations_and_units_that_a_member_does_not_see_stay_as_they_are(bank: Bank) -> None:
    await bank.client("C-2", "B2-S1")
    relations = [{"kind": "group", "client_id": "C-2"}]
    await bank.client("C-1", assisting_units=["B2-S1"], relations=relations)
    await bank.recognised("C-1")
    client = await bank.get("ho-president", "clients/C-1")
    assert (client["assisting_units"], client["relations"]) == (["B2-S1"], relations)


# --- filing, as B6 has it


async def test_the_branch_nominates_recognises_and_files_without_a_sub_branch(bank: Bank) -> None:
    """B6: the branch confirms directly. Its committee decides all the same."""
    await bank.client("C-1", facts={"deposits": "1亿"})
    made = done(await bank.nominate("b1-director", "C-1", rulebook="plain", tier="large"), 201)
    assert (made["state"], made["committee"], made["nominated_unit"]) == ("vote", COMMITTEE, "B1")
    for member in COMMITTEE:
        made = done(await bank.vote(member, made["id"]))
    assert (made["state"], made["due"]) == ("filing", "2026-12-02")
    filed = done(await bank.post("b1-director", f"nominations/{made['id']}/file"))
    assert (filed["state"], filed["due"]) == ("recognised", None)
    assert (await bank.standing("C-1", "plain"))["tier"] == "large"


async def test_head_office_takes_the_filing_too_and_a_sub_branch_does_not(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.recognised("C-1")
    refused = await bank.post("b1-s1-rm", f"nominations/{nomination}/file")
    assert refusal(refused) == (403, "not_theirs_to_file")
    assert done(await bank.post("ho-corporate", f"nominations/{nomination}/file"))["state"] == "recognised"
    assert (await bank.trail("nomination"))[-1] == "nomination.filed"


async def closing(bank: Bank, unit: str) -> Answer:
    """The unit is to close tomorrow."""
    order = {"kind": "branch", "name": f"Unit {unit}", "parent_id": "HO", "closed_on": "2026-11-23"}
    return await (await bank.caller(None, None)).put(f"/v1/units/{unit}", json=order)


async def test_a_branch_does_not_close_while_it_has_something_to_file(bank: Bank) -> None:
    await bank.client("C-1")
    await bank.recognised("C-1")
    refused = await closing(bank, "B1")
    assert refusal(refused) == (409, "unit_occupied")
    assert "nominations to be filed: 1" in refused.text


async def test_head_office_files_what_a_branch_that_is_gone_has_recognised(bank: Bank) -> None:
    """Nothing else leads on from a filing, and nobody nominates the client anew before it."""
    await bank.client("C-1")
    nomination = await bank.recognised("C-1")
    await bank.gone("B1")
    assert done(await bank.post("ho-corporate", f"nominations/{nomination}/file"))["state"] == "recognised"


async def test_while_the_directory_is_not_filed_the_client_is_not_nominated_anew(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.recognised("C-1")
    assert refusal(await bank.nominate("b1-s1-rm", "C-1", tier="core")) == (409, "nomination_open")
    await bank.filed(nomination)
    done(await bank.nominate("b1-s1-rm", "C-1", tier="core"), 201)


async def test_nothing_is_filed_that_is_not_recognised(bank: Bank) -> None:
    await bank.client("C-1")
    nomination = await bank.in_vote("C-1")
    assert refusal(await bank.post("b1-director", f"nominations/{nomination}/file")) == (409, "wrong_state")


async def test_a_bank_wide_client_is_recognised_with_the_vote(bank: Bank) -> None:
    """B4: the branch screens and nominates, head office recognises."""
    await bank.client("C-1")
    asked = {"level": "bank_wide", "category": "market_leader"}
    nomination = done(await bank.nominate("b1-director", "C-1", **asked), 201)["id"]
    for expert in ("ho-expert-1", "b1-expert"):
        done(await bank.opinion(expert, nomination))
    made = [done(await bank.vote(f"ho-committee-{number}", nomination)) for number in (1, 2, 3)][-1]
    assert (made["state"], made["due"], made["recognised_on"]) == ("recognised", None, "2026-11-22")
    assert (await bank.get("b1-director", "clients/C-1"))["level"] == "bank_wide"
