"""November 2026 of a co-managed class 1 client, by HTTP, every figure worked by hand (domain.md D1, D2, D5, B9).

21 working days. Owed: branch president 1, corporate director 2, relationship manager 3.

On the 2nd it is recorded that the manager hands over to another on the 11th, and that the director is on leave from the
16th to the 18th, three working days, with nobody who stands in.

- president 1 × 21/21 = 1
- director  2 × 10/21 + 2 × 8/21 = 36/21 = 12/7, rounded up 2
- manager   3 × 21/21 = 3: to the 10th 3 × 7/21 = 1 for the first, from the 11th 2 for the second
"""

from typing import Any

import httpx2

from tests.coverage.attainment.conftest import Covered, Until
from tests.coverage.attainment.november import CLIENT, TEAM, at
from tests.coverage.attainment.test_closed import called, visit_on

FIRST, SECOND = TEAM["relationship_manager"], "b1-s1-rm"
PRESIDENT, DIRECTOR = TEAM["branch_president"], TEAM["corporate_director"]


async def _posted(client: httpx2.AsyncClient, path: str, body: Any, status: int) -> Any:
    answer = await client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def of_role(report: Any, role: str) -> Any:
    [group] = report["items"]
    [found] = [each for each in group["details"] if each["role"] == role]
    return found


def figures(found: Any) -> tuple[int, int, int, int, str | None]:
    return (found["required"], found["prorated_required"], found["done"], found["credited"], found["attainment"])


async def lived(client: httpx2.AsyncClient, until: Until) -> tuple[str, str]:
    """The month up to the 26th; the joint visit, and the last one."""
    until(at(2, 9))
    handover = {"from_officer": FIRST, "to_officer": SECOND, "on": "2026-11-11", "reason": "moves to another branch"}
    await _posted(client, f"/v1/clients/{CLIENT}/handovers", handover, 200)
    await _posted(client, f"/v1/officers/{DIRECTOR}/leaves", {"from": "2026-11-16", "until": "2026-11-19"}, 201)

    until(at(4, 18))
    joint = await called(client, **visit_on(4, FIRST, DIRECTOR))  # a joint visit: both roles
    await called(
        client, **visit_on(4, FIRST, kind="contact") | {"at": at(4, 15).isoformat()}
    )  # the same day: nothing more for the manager
    until(at(12, 18))
    await called(client, **visit_on(12, SECOND))
    await called(client, **visit_on(12, TEAM["industry_expert"], kind="survey"))  # owes nothing, credits nothing
    until(at(20, 18))
    await called(client, **visit_on(20, PRESIDENT, SECOND))
    until(at(26, 18))
    last = await called(client, **visit_on(26, SECOND))
    return joint["visit_id"], last["visit_id"]


async def test_the_figures_of_november(client: httpx2.AsyncClient, covered: Covered, until: Until) -> None:
    await lived(client, until)
    report = await covered(by="client")
    assert figures(of_role(report, "branch_president")) == (1, 1, 1, 1, "1.0000")
    assert figures(of_role(report, "corporate_director")) == (2, 2, 1, 1, "0.5000")
    assert figures(of_role(report, "relationship_manager")) == (3, 3, 4, 3, "1.0000")
    director = of_role(report, "corporate_director")
    assert director["exact"] == "12/7"
    assert [(each["from"], each["until"], each["share"], each["why"]) for each in director["basis"]] == [
        ("2026-11-01", "2026-11-16", "2 × 10/21", "assessed"),
        ("2026-11-16", "2026-11-19", "0 × 3/21", "leave"),
        ("2026-11-19", "2026-12-01", "2 × 8/21", "assessed"),
    ]

    managers = {each["group"]: each for each in (await covered(by="officer", role="relationship_manager"))["items"]}
    assert figures(managers[FIRST]) == (3, 1, 1, 1, "1.0000")
    assert figures(managers[SECOND]) == (3, 2, 3, 2, "1.0000")


async def test_what_a_joint_visit_and_one_too_many_count_for(client: httpx2.AsyncClient, until: Until) -> None:
    joint, last = await lived(client, until)
    credits_ = (await client.get(f"/v1/visits/{joint}/credits")).json()["credits"]
    assert {each["role"]: each["code"] for each in credits_} == {
        "branch_president": "role_not_there",
        "corporate_director": "credited",
        "relationship_manager": "credited",
    }
    credits_ = (await client.get(f"/v1/visits/{last}/credits")).json()["credits"]
    assert {each["role"]: each["code"] for each in credits_}["relationship_manager"] == "surplus"


async def test_the_close_and_a_correction_after_it(client: httpx2.AsyncClient, covered: Covered, until: Until) -> None:
    await lived(client, until)
    until(at(7, month=12))
    closed = await covered(by="client")
    assert (closed["period"]["state"], figures(of_role(closed, "corporate_director"))[-1]) == ("closed", "0.5000")
    await called(client, **visit_on(24, DIRECTOR, reason="entered late: the secretary was ill"))
    corrected = of_role(await covered(by="client"), "corporate_director")
    assert (figures(corrected), corrected["revised"]) == ((2, 2, 2, 2, "1.0000"), True)
    then = of_role(await covered(by="client", as_of=at(6, 12, 12).isoformat()), "corporate_director")
    assert (figures(then)[-1], then["revised"]) == ("0.5000", False)
