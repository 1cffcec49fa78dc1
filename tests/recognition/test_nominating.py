"""Nominating over HTTP: who may, on which level, what must fit, what the system's screening says (A4, B2-B7)."""

from typing import Any

import pytest

from app.access.scopes import Scope
from tests.recognition.at_work import HIGH, LOW, STRONG, Bank, done, refusal, wrong

BANK_WIDE = {"level": "bank_wide", "category": "industry_leader"}


async def test_a_nomination_is_screened_at_once_and_awaits_the_experts(bank: Bank) -> None:
    await bank.client("C-1")
    made = done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert (made["state"], made["since"], made["due"]) == ("assessment", "2026-11-22", "2026-12-12")
    assert (made["nominators"], made["nominated_unit"], made["decided_by"]) == (["b1-s1-rm"], "B1-S1", "B1")
    assert await bank.trail("nomination") == ["nomination.opened", "nomination.screened"]


# --- who nominates, as B4 and B6 have it

WHO: list[tuple[str, dict[str, Any], str, str]] = [
    ("b1-director", BANK_WIDE, "B1", "HO"),
    ("ho-corporate", BANK_WIDE, "HO", "HO"),
    ("b1-director", {}, "B1", "B1"),
    ("b1-s1-head", {}, "B1-S1", "B1"),
    ("b1-s1-o1-rm", {}, "B1-S1-O1", "B1"),
]


@pytest.mark.parametrize(("officer", "asked", "nominates", "decides"), WHO)
async def test_branch_and_head_office_nominate_bank_wide_clients_all_below_head_office_regional_ones(
    bank: Bank, officer: str, asked: dict[str, Any], nominates: str, decides: str
) -> None:
    await bank.client("C-1", "B1-S1-O1")
    made = done(await bank.nominate(officer, "C-1", **asked), 201)
    assert (made["nominated_unit"], made["decided_by"]) == (nominates, decides)


@pytest.mark.parametrize(("officer", "asked"), [("b1-s1-head", BANK_WIDE), ("ho-corporate", {})])
async def test_a_sub_branch_does_not_nominate_bank_wide_clients_nor_head_office_regional_ones(
    bank: Bank, officer: str, asked: dict[str, Any]
) -> None:
    await bank.client("C-1")
    assert refusal(await bank.nominate(officer, "C-1", **asked)) == (403, "not_theirs_to_nominate")
    assert await bank.trail("nomination", "denied") == ["nomination.denied"]


async def test_an_assisting_unit_sees_the_client_and_does_not_nominate_it(bank: Bank) -> None:
    await bank.client("C-1", assisting_units=["B2-S1"])
    assert refusal(await bank.nominate("b2-s1-head", "C-1")) == (403, "not_theirs_to_nominate")


async def test_a_front_end_of_the_whole_bank_acts_for_the_unit_where_the_person_serves(bank: Bank) -> None:
    await bank.client("C-1")
    front_end = await bank.caller(None, None)
    body = {"rulebook": "strategy", "level": "regional", "category": "local_group", "reason": "grows"}
    path = "/v1/clients/C-1/nominations"
    elsewhere = await front_end.post(path, json=body, headers={"X-On-Behalf-Of": "b2-s1-rm"})
    assert refusal(elsewhere) == (403, "not_theirs_to_nominate")
    made = done(await front_end.post(path, json=body, headers={"X-On-Behalf-Of": "b1-s1-rm"}), 201)
    assert made["nominated_unit"] == "B1-S1"


async def test_of_several_units_where_a_person_serves_the_highest_that_may_nominates(bank: Bank) -> None:
    service = await bank.caller(None, None)
    order = {"unit_id": "B1", "role": "corporate_director"}
    done(await service.post("/v1/officers/b1-s1-rm/postings", json=order), 201)
    await bank.client("C-1")
    body = {"rulebook": "strategy", "level": "regional", "category": "local_group", "reason": "grows"}
    headers = {"X-On-Behalf-Of": "b1-s1-rm"}
    made = done(await service.post("/v1/clients/C-1/nominations", json=body, headers=headers), 201)
    assert made["nominated_unit"] == "B1"


async def test_a_client_whom_head_office_leads_itself_is_bank_wide_or_nothing(bank: Bank) -> None:
    await bank.client("C-1", "HO")
    done(await bank.nominate("ho-corporate", "C-1", **BANK_WIDE), 201)
    await bank.client("C-2", "HO")
    assert refusal(await bank.nominate("ho-corporate", "C-2")) == (409, "nobody_decides")


async def test_a_key_without_a_person_nominates_nobody(bank: Bank) -> None:
    await bank.client("C-1")
    body = {"rulebook": "strategy", "level": "regional", "category": "local_group", "reason": "grows"}
    answer = await (await bank.caller("B1", None)).post("/v1/clients/C-1/nominations", json=body)
    assert refusal(answer) == (422, "person_needed")
    assert wrong(answer) == [("header/X-On-Behalf-Of", "person_needed")]


async def test_somebody_whom_the_bank_does_not_know_nominates_nobody(bank: Bank) -> None:
    await bank.client("C-1")
    body = {"rulebook": "strategy", "level": "regional", "category": "local_group", "reason": "grows"}
    answer = await (await bank.caller("B1", "B1-S1-RM")).post("/v1/clients/C-1/nominations", json=body)
    assert refusal(answer) == (403, "not_an_officer")


async def test_head_office_nominates_jointly_with_a_branch(bank: Bank) -> None:
    await bank.client("C-1")
    made = done(await bank.nominate("ho-corporate", "C-1", **BANK_WIDE, joint_with=["b1-director"]), 201)
    assert made["nominators"] == ["b1-director", "ho-corporate"]
    assert refusal(await bank.opinion("b1-director", made["id"])) == (403, "is_nominator")


async def test_nobody_takes_a_vote_from_the_committee_by_naming_its_member(bank: Bank) -> None:
    await bank.client("C-1")
    stacked = await bank.nominate("b1-s1-rm", "C-1", joint_with=["b1-director", "b1-committee-1", "b1-committee-2"])
    assert wrong(stacked) == [("/joint_with/1", "decides"), ("/joint_with/2", "decides")]
    other = await bank.nominate("b1-director", "C-1", joint_with=["ho-committee-1"])
    assert done(other, 201)["nominators"] == ["b1-director", "ho-committee-1"]


@pytest.mark.parametrize(("joint_with", "twice"), [(["b1-s1-rm"], 0), (["b1-director", "b1-expert", "b1-director"], 2)])
async def test_a_nominator_is_named_once(bank: Bank, joint_with: list[str], twice: int) -> None:
    await bank.client("C-1")
    answer = await bank.nominate("b1-s1-rm", "C-1", joint_with=joint_with)
    assert wrong(answer) == [(f"/joint_with/{twice}", "named_twice")]


async def test_a_joint_nominator_outside_is_refused_in_the_words_for_one_who_is_not_there(bank: Bank) -> None:
    await bank.client("C-1")
    outside = await bank.nominate("b1-s1-rm", "C-1", joint_with=["b1-director", "b2-director"])
    missing = await bank.nominate("b1-s1-rm", "C-1", joint_with=["b1-director", "nobody"])
    assert wrong(outside) == wrong(missing) == [("/joint_with/1", "no_such_officer")]
    assert outside.json()["errors"] == missing.json()["errors"]
    assert await bank.trail("officer", "denied") == ["officer.refused"]


# --- what fits (B2, B3, B5)


async def test_a_client_outside_is_not_there(bank: Bank) -> None:
    await bank.client("C-1")
    assert refusal(await bank.nominate("b2-s1-rm", "C-1")) == (404, "client_not_found")
    assert await bank.trail("client", "denied") == ["client.refused"]


MISFITS: list[tuple[dict[str, Any], dict[str, Any], tuple[str, str]]] = [
    ({"level": "bank_wide"}, {}, ("/level", "client_of_other_level")),
    ({"level": "regional", "category": "park_technology"}, {}, ("/category", "client_of_other_category")),
    ({}, {"category": None}, ("/category", "category_needed")),
    ({}, {"category": "no_such"}, ("/category", "no_such_category")),
    ({}, {"category": "industry_leader"}, ("/category", "category_of_other_level")),
    ({}, {"tier": "platinum"}, ("/tier", "unknown_tier")),
    ({}, {"tier": "none"}, ("/tier", "nothing_above")),
]


@pytest.mark.parametrize(("profile", "asked", "fault"), MISFITS)
async def test_a_nomination_fits_the_client_and_the_rulebook(
    bank: Bank, profile: dict[str, Any], asked: dict[str, Any], fault: tuple[str, str]
) -> None:
    await bank.client("C-1", **profile)
    assert wrong(await bank.nominate("b1-s1-rm", "C-1", **asked)) == [fault]


async def test_the_profile_s_own_level_and_category_need_not_be_said_again(bank: Bank) -> None:
    await bank.client("C-1", level="regional", category="park_technology")
    made = done(await bank.nominate("b1-s1-rm", "C-1", category=None), 201)
    assert made["category"] == "park_technology"


async def test_a_rulebook_that_recognises_nobody_or_is_not_there_is_refused(bank: Bank) -> None:
    await bank.client("C-1")
    nobody = await bank.nominate("b1-s1-rm", "C-1", rulebook="untiered", tier=None)
    assert refusal(nobody) == (409, "nothing_to_recognise")
    assert refusal(await bank.nominate("b1-s1-rm", "C-1", rulebook="missing")) == (404, "rulebook_not_found")


async def test_a_client_is_nominated_once_at_a_time_under_each_rulebook(bank: Bank) -> None:
    await bank.client("C-1")
    done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert refusal(await bank.nominate("b1-s1-head", "C-1")) == (409, "nomination_open")
    done(await bank.nominate("b1-s1-rm", "C-1", rulebook="plain", tier="large"), 201)


async def test_a_committee_too_small_for_its_quorum_lets_no_vote_open(bank: Bank) -> None:
    await bank.client("C-1")
    """Of three members one nominates, and all three are the quorum."""
    refused = await bank.nominate("b1-committee-1", "C-1", rulebook="plain", tier="large")
    assert refusal(refused) == (409, "committee_too_small")
    assert await bank.trail("nomination") == []


# --- the screening (A4)


def lacks(made: Any) -> list[tuple[str, str | None]]:
    return [(each["code"], each["name"]) for each in made["screening"]["lacks"]]


async def test_a_client_that_earns_too_little_is_refused_with_what_it_lacks(bank: Bank) -> None:
    await bank.client("C-1", facts={"deposits": "0", "revenue": "1亿"})
    made = done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert (made["state"], made["reasons"], made["due"]) == ("refused", ["below_bound:score"], None)
    lack = {"code": "below_bound", "name": "score", "value": "55", "least": "65"}
    assert made["screening"]["lacks"] == [lack]
    assert await bank.trail("nomination") == ["nomination.opened", "nomination.screened", "nomination.refused"]


async def test_a_client_that_earns_more_than_is_asked_passes(bank: Bank) -> None:
    await bank.client("C-1", facts={**STRONG, **HIGH})
    made = done(await bank.nominate("b1-s1-rm", "C-1", tier="potential"), 201)
    assert (made["state"], made["screening"]["earned"], made["tier"]) == ("assessment", "core", "potential")


async def test_scores_that_experts_are_to_give_count_as_the_best_that_they_can_give(bank: Bank) -> None:
    await bank.client("C-1")
    made = done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert made["screening"]["assumed"] == HIGH
    assert (made["screening"]["score"], made["state"]) == ("100", "assessment")
    assert "innovation" not in made["screening"]["facts"]


async def test_what_experts_found_before_stands_in_the_way_of_no_new_nomination(bank: Bank) -> None:
    await bank.client("C-1")
    first = await bank.in_vote("C-1", LOW)
    for member in ("b1-committee-1", "b1-committee-2", "b1-committee-3"):
        done(await bank.vote(member, first, "against", "not yet"))
    bank.days_pass(400)
    await bank.tell("C-1", **STRONG)
    again = done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert (again["state"], again["screening"]["assumed"]) == ("assessment", HIGH)
    assert await bank.recognised_from(again["id"]) == "filing"


async def test_where_even_the_best_scores_do_not_reach_the_client_is_refused(bank: Bank) -> None:
    await bank.client("C-1", facts={"deposits": "0", "revenue": "1亿"})
    made = done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert (made["state"], lacks(made)) == ("refused", [("below_bound", "score")])


async def test_any_other_fact_that_is_missing_fails_the_screening(bank: Bank) -> None:
    await bank.client("C-1", facts={"deposits": "10亿", **HIGH})
    made = done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert (made["state"], lacks(made)) == ("refused", [("facts_missing", "revenue")])
    assert made["screening"]["earned"] == "key"


async def test_a_ceiling_below_the_tier_fails_the_screening_and_one_at_it_does_not(bank: Bank) -> None:
    await bank.client("C-1", facts={**STRONG, "overdue": 30})
    made = done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert (made["state"], lacks(made)) == ("refused", [("held_by_ceiling", "overdue_30")])
    assert done(await bank.nominate("b1-s1-rm", "C-1", tier="potential"), 201)["state"] == "assessment"


async def test_a_trigger_of_exit_fails_the_screening(bank: Bank) -> None:
    await bank.client("C-1", facts={**STRONG, "overdue": 90})
    made = done(await bank.nominate("b1-s1-rm", "C-1", tier="potential"), 201)
    assert lacks(made) == [("exit_trigger", "overdue_90")]


@pytest.mark.parametrize(
    ("segment", "lack"), [("retail", ("not_applicable", None)), (None, ("facts_missing", "segment"))]
)
async def test_a_client_whom_the_rulebook_does_not_decide_is_refused(
    bank: Bank, segment: str | None, lack: tuple[str, str | None]
) -> None:
    await bank.client("C-1", segment=segment)
    made = done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert (made["state"], lacks(made), made["screening"]["earned"]) == ("refused", [lack], None)


async def test_without_a_tier_the_client_is_nominated_to_what_it_earns(bank: Bank) -> None:
    await bank.client("C-1", facts={"deposits": "1亿", "revenue": "1亿", **HIGH})
    made = done(await bank.nominate("b1-s1-rm", "C-1", tier=None), 201)
    assert (made["tier"], made["tier_asked"], made["state"]) == ("key", None, "assessment")


async def test_without_a_tier_a_client_that_earns_none_is_refused(bank: Bank) -> None:
    await bank.client("C-1", facts={"deposits": "0", "revenue": "0", **LOW})
    made = done(await bank.nominate("b1-s1-rm", "C-1", tier=None), 201)
    assert (made["tier"], made["state"], lacks(made)) == ("none", "refused", [("no_tier_earned", None)])


async def test_the_screening_stores_no_assessment_and_moves_nothing(bank: Bank) -> None:
    await bank.client("C-1")
    done(await bank.nominate("b1-s1-rm", "C-1"), 201)
    assert (await bank.get("b1-director", "clients/C-1/assessments"))["items"] == []
    assert await bank.standing("C-1") is None


async def test_a_key_that_may_only_read_does_not_nominate(bank: Bank) -> None:
    await bank.client("C-1")
    reader = await bank.caller("B1-S1", "b1-s1-rm", Scope.CLIENTS_READ)
    body = {"rulebook": "strategy", "level": "regional", "category": "local_group", "reason": "grows"}
    assert refusal(await reader.post("/v1/clients/C-1/nominations", json=body)) == (403, "insufficient_scope")
