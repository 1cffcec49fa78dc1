"""The quotas of domain.md D2 over HTTP, worked by hand for November 2026 (21 working days)."""

from typing import Any

from tests.coverage.attainment.conftest import Covered, Until, Visited
from tests.coverage.attainment.november import CLIENT, at


def of_role(report: Any, role: str) -> Any:
    [group] = report["items"]
    [found] = [each for each in group["details"] if each["role"] == role]
    return found


async def test_a_co_managed_class_1_client_is_owed_by_three_roles(covered: Covered) -> None:
    report = await covered(by="role")
    owed = {each["group"]: each["prorated_required"] for each in report["items"]}
    assert owed == {"branch_president": 1, "corporate_director": 2, "relationship_manager": 3}
    assert (report["total"]["prorated_required"], report["total"]["attainment"]) == (6, "0.0000")


async def test_the_arithmetic_is_shown_term_by_term(covered: Covered) -> None:
    manager = of_role(await covered(by="client"), "relationship_manager")
    assert manager["basis"] == [
        {
            "from": "2026-11-01",
            "until": "2026-12-01",
            "at_least": 3,
            "working_days": 21,
            "of": 21,
            "share": "3 × 21/21",
            "why": "assessed",
        }
    ]
    assert manager["exact"] == "3"


async def test_visits_are_credited_once_a_day_and_capped(covered: Covered, visited: Visited, until: Until) -> None:
    until(at(22))
    for moment in (at(3, 9), at(3, 15), at(5), at(9), at(12)):
        await visited(moment, "relationship_manager")
    manager = of_role(await covered(by="client"), "relationship_manager")
    assert (manager["done"], manager["credited"], manager["remaining"], manager["attainment"]) == (4, 3, 0, "1.0000")


async def test_a_joint_visit_credits_each_role_that_attends(covered: Covered, visited: Visited, until: Until) -> None:
    until(at(22))
    await visited(at(3), "relationship_manager", "corporate_director")
    report = await covered(by="role")
    assert {each["group"]: each["credited"] for each in report["items"]} == {
        "branch_president": 0,
        "corporate_director": 1,
        "relationship_manager": 1,
    }


async def test_kinds_that_do_not_count_are_not_credited(covered: Covered, visited: Visited, until: Until) -> None:
    until(at(22))
    await visited(at(3), "relationship_manager", kind="survey")
    await visited(at(4), "relationship_manager", kind="contact")
    assert (await covered(by="role", role="relationship_manager"))["total"]["done"] == 1


async def test_what_is_recorded_later_does_not_change_what_was_known(
    covered: Covered, visited: Visited, until: Until
) -> None:
    until(at(5))
    before = await covered(as_of=at(4).isoformat())
    await visited(at(3), "relationship_manager")
    assert await covered(as_of=at(4).isoformat()) == before
    assert (await covered())["total"]["done"] == 1


async def test_pace_is_what_the_working_days_that_are_over_ask_for(covered: Covered, until: Until) -> None:
    until(at(9))
    manager = of_role(await covered(by="client"), "relationship_manager")
    assert manager["pace"] == {"expected": "0.7143", "on_pace": True}  # 3 × 5/21
    until(at(19))
    manager = of_role(await covered(by="client"), "relationship_manager")
    assert manager["pace"] == {"expected": "1.8571", "on_pace": False}  # 3 × 13/21


async def test_of_a_client_that_nobody_assessed_nothing_is_known_to_be_owed(client: Any, covered: Covered) -> None:
    await client.put("/v1/clients/C-2", json={"kind": "company", "name": "东", "unit": "B1-S1", "segment": "corporate"})
    [group] = (await covered(by="client", client_id="C-2"))["items"]
    assert (group["attainment"], group["nothing_owed"], group["details"]) == (None, "not_assessed", [])


async def test_an_officer_sees_what_falls_to_him(covered: Covered, visited: Visited, until: Until) -> None:
    until(at(22))
    await visited(at(3), "relationship_manager", "corporate_director")
    [group] = (await covered(by="client", officer="b1-director"))["items"]
    [director] = group["details"]
    assert (group["group"], director["role"], director["officer_id"]) == (CLIENT, "corporate_director", "b1-director")
    assert (director["prorated_required"], director["credited"]) == (2, 1)


async def test_units_roll_up_the_tree(covered: Covered) -> None:
    report = await covered(by="unit", unit="B1")
    assert {each["group"]: each["prorated_required"] for each in report["items"]} == {"B1": 6, "B1-S1": 6}
    whole = await covered(by="unit")
    assert {each["group"]: each["prorated_required"] for each in whole["items"]} == {"HO": 6, "B1": 6}


async def test_figures_are_told_by_class(covered: Covered) -> None:
    [group] = (await covered(by="class"))["items"]
    named = (group["rulebook"], group["classification"], group["group"], group["obligations"])
    assert named == ("visits", "client_class", "class_1", 3)


async def test_a_handover_parts_what_is_owed_by_days(client: Any, covered: Covered, until: Until) -> None:
    until(at(2, 9))
    body = {"from_officer": "b1-s1-o1-rm", "to_officer": "b1-s1-rm", "on": "2026-11-11", "reason": "moves"}
    answer = await client.post(f"/v1/clients/{CLIENT}/handovers", json=body)
    assert answer.status_code < 300, answer.text
    report = await covered(by="officer", role="relationship_manager")
    # to the 10th 7 of 21 working days: 3 × 7/21 = 1; from the 11th the rest
    assert {each["group"]: each["prorated_required"] for each in report["items"]} == {"b1-s1-o1-rm": 1, "b1-s1-rm": 2}


async def test_a_class_that_changes_re_derives_what_is_owed_from_that_day(
    client: Any, covered: Covered, until: Until, know: Any, assess: Any
) -> None:
    until(at(11, 9))
    await know(deposit_balance="49999999.99")
    await assess(client)
    report = await covered(by="client")
    president = of_role(report, "branch_president")
    assert [(each["from"], each["share"]) for each in president["basis"]] == [("2026-11-01", "1 × 7/21")]
    head = of_role(report, "outlet_head")
    assert [(each["from"], each["share"]) for each in head["basis"]] == [("2026-11-11", "2 × 14/21")]
    assert (president["prorated_required"], head["prorated_required"]) == (1, 2)  # 1/3 and 4/3, rounded up
    manager = of_role(report, "relationship_manager")
    assert (manager["exact"], [each["share"] for each in manager["basis"]]) == ("3", ["3 × 7/21", "3 × 14/21"])
