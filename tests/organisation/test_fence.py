"""What a key of a unit sees and may do: its unit and what stands below it."""

from typing import Any

import httpx2
import pytest

from tests.organisation.conftest import Callers, Trail
from tests.organisation.test_units import LATER, TODAY, document, places, put, refused

pytestmark = pytest.mark.anyio

IN_B1 = {"B1", "B1-S1", "B1-S2", "B1-S1-O1", "B1-S1-O2", "B1-S2-O1"}


async def seen(caller: httpx2.AsyncClient, **params: str) -> set[str]:
    return {item["unit_id"] for item in (await caller.get("/v1/units", params=params)).json()["items"]}


async def officers(caller: httpx2.AsyncClient, **params: str) -> set[str]:
    answer = await caller.get("/v1/officers", params={"limit": "200", **params})
    return {item["officer_id"] for item in answer.json()["items"]}


async def test_a_key_sees_its_unit_and_below(branch: httpx2.AsyncClient) -> None:
    assert await seen(branch) == IN_B1
    assert (await branch.get("/v1/units/B1")).json()["parent_id"] is None
    assert (await branch.get("/v1/units/B1-S1")).json()["parent_id"] == "B1"


@pytest.mark.parametrize("unit", ["HO", "B2", "B2-S1", "NONE"])
@pytest.mark.parametrize(
    "path", ["/v1/units/{}", "/v1/units/{}/history", "/v1/units?parent={}", "/v1/officers?unit={}"]
)
async def test_what_lies_outside_is_not_there(branch: httpx2.AsyncClient, trail: Trail, unit: str, path: str) -> None:
    answer = await branch.get(path.format(unit))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:tierbook:problem:unit_not_found")
    denials = [(entry["action"], entry["outcome"], entry["key_unit"]) for entry in await trail(unit)]
    assert denials == ([] if unit == "NONE" else [("unit.refused", "denied", "B1")])


@pytest.mark.parametrize("unit", ["HO", "B2", "B2-S1"])
async def test_what_lies_outside_is_not_changed(branch: httpx2.AsyncClient, trail: Trail, unit: str) -> None:
    assert (await refused(branch, unit, name="mine"))[:2] == (404, "unit_not_found")
    assert [entry["outcome"] for entry in await trail(unit)] == ["denied"]


@pytest.mark.parametrize("parent", ["HO", "B2", "B2-S1", "B2-S1-O1", "NONE"])
async def test_a_parent_outside_is_refused_in_the_words_of_one_that_does_not_exist(
    branch: httpx2.AsyncClient, parent: str
) -> None:
    answer = await branch.put("/v1/units/B1-S1-O1", json=document("B1-S1-O1", parent_id=parent))
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "urn:tierbook:problem:no_such_unit")
    assert (problem["detail"], [error["detail"] for error in problem["errors"]]) == ("no such unit", ["no such unit"])


async def test_a_key_keeps_what_lies_within(branch: httpx2.AsyncClient) -> None:
    assert (await put(branch, "B1-S1-O1", parent_id="B1-S2"))["parent_id"] == "B1-S2"
    assert (await put(branch, "N1", 201))["parent_id"] == "B1-S1"
    assert (await put(branch, "B1-S1-O2", closed_on=TODAY))["closed_on"] == TODAY
    assert (await put(branch, "B1", parent_id="HO", name="Renamed by itself"))["name"] == "Renamed by itself"


@pytest.mark.parametrize("changed", [{"parent_id": "B1-S1"}, {"parent_id": "HO", "closed_on": LATER}])
async def test_a_key_does_not_change_its_own_unit_s_place(
    branch: httpx2.AsyncClient, trail: Trail, changed: dict[str, Any]
) -> None:
    assert (await refused(branch, "B1", **changed))[:2] == (403, "own_place")
    assert [entry["outcome"] for entry in await trail("B1")] == ["denied"]


async def test_an_own_unit_is_renamed_though_its_parent_cannot_be_named(callers: Callers) -> None:
    outlet = await callers.of("B1-S1-O1")
    shown = (await outlet.get("/v1/units/B1-S1-O1")).json()
    answer = await outlet.put("/v1/units/B1-S1-O1", json={key: shown[key] for key in ("kind", "name", "parent_id")})
    assert answer.status_code == 200
    renamed = await outlet.put("/v1/units/B1-S1-O1", json={"kind": "outlet", "name": "New", "parent_id": None})
    assert renamed.json()["name"] == "New"


async def test_a_unit_that_moved_away_is_gone_and_one_that_came_brings_its_history_without_strangers(
    callers: Callers, bank: httpx2.AsyncClient, branch: httpx2.AsyncClient
) -> None:
    other = await callers.of("B2")
    await put(bank, "B1-S2", parent_id="B2")
    assert (await branch.get("/v1/units/B1-S2")).status_code == 404
    assert (await branch.get("/v1/units/B1-S2-O1")).status_code == 404
    assert await places(other, "B1-S2") == [(None, "2015-01-01", TODAY), ("B2", TODAY, None)]
    assert {"B1-S2", "B1-S2-O1"} <= await seen(other)
    assert await seen(branch) == IN_B1 - {"B1-S2", "B1-S2-O1"}


async def test_a_closed_unit_stays_on_record_where_it_stood(branch: httpx2.AsyncClient, callers: Callers) -> None:
    await put(branch, "B1-S1-O2", closed_on=TODAY)
    assert (await branch.get("/v1/units/B1-S1-O2")).json()["parent_id"] == "B1-S1"
    assert (await (await callers.of("B2")).get("/v1/units/B1-S1-O2")).status_code == 404


async def test_a_unit_that_opens_later_is_seen_where_it_will_stand(
    branch: httpx2.AsyncClient, callers: Callers
) -> None:
    await put(branch, "N1", 201, since=LATER)
    assert (await branch.get("/v1/units/N1")).json()["opened_on"] == LATER
    assert "N1" not in await seen(branch)
    assert "N1" in await seen(branch, as_of=LATER)
    assert (await (await callers.of("B2")).get("/v1/units/N1")).status_code == 404


async def test_a_number_that_is_taken_outside_cannot_be_told_from_one_that_is_not_there(
    branch: httpx2.AsyncClient,
) -> None:
    taken = await branch.put("/v1/units/B2-S1", json=document("B2-S1"), headers={"If-Match": '"1"'})
    missing = await branch.put("/v1/units/N9", json=document("B2-S1"), headers={"If-Match": '"1"'})
    assert (
        (taken.status_code, taken.json()["detail"])
        == (missing.status_code, missing.json()["detail"])
        == (
            412,
            "It is not there.",
        )
    )


async def test_an_officer_is_seen_where_they_serve_or_served(
    callers: Callers, bank: httpx2.AsyncClient, branch: httpx2.AsyncClient
) -> None:
    other = await callers.of("B2")
    assert await officers(branch) == {each for each in await officers(bank) if each.startswith("b1-")}
    assert (await other.get("/v1/officers/b1-s1-rm")).status_code == 404
    await bank.post("/v1/officers/b1-s1-rm/moves", json={"unit_id": "B2", "role": "corporate_director"})
    there = (await other.get("/v1/officers/b1-s1-rm")).json()
    here = (await branch.get("/v1/officers/b1-s1-rm")).json()
    assert [posting["unit_id"] for posting in there["postings"]] == ["B2"]
    assert [(posting["unit_id"], posting["until"]) for posting in here["postings"]] == [("B1-S1", TODAY)]
    assert "b1-s1-rm" in await officers(branch)
    assert "b1-s1-rm" not in await officers(branch, unit="B1")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/officers/b2-president", None),
        ("PUT", "/v1/officers/b2-president", {"name": "mine"}),
        ("POST", "/v1/officers/b2-president/postings", {"unit_id": "B1", "role": "branch_president"}),
        ("POST", "/v1/officers/b2-president/moves", {"unit_id": "B1", "role": "branch_president"}),
    ],
)
async def test_an_officer_outside_is_not_there(
    branch: httpx2.AsyncClient, trail: Trail, method: str, path: str, body: Any
) -> None:
    answer = await branch.request(method, path, json=body)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:tierbook:problem:officer_not_found")
    (entry,) = await trail("b2-president")
    assert (entry["action"], entry["outcome"], entry["unit"]) == ("officer.refused", "denied", "B2")


@pytest.mark.parametrize("unit", ["B2", "HO", "NONE"])
@pytest.mark.parametrize("verb", ["postings", "moves"])
async def test_an_officer_is_not_posted_outside(branch: httpx2.AsyncClient, unit: str, verb: str) -> None:
    body = {"unit_id": unit, "role": "branch_president"}
    answer = await branch.post(f"/v1/officers/b1-president/{verb}", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (422, "no such unit")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/unit_id"]


async def test_a_posting_outside_is_not_there(
    branch: httpx2.AsyncClient, bank: httpx2.AsyncClient, trail: Trail
) -> None:
    (posting,) = (await bank.get("/v1/officers/b2-president")).json()["postings"]
    path = f"/v1/postings/{posting['posting_id']}/end"
    assert (await branch.post(path, json={})).status_code == 404
    assert [entry["outcome"] for entry in await trail(posting["posting_id"])] == ["denied"]


async def test_who_serves_elsewhere_too_is_for_a_key_above_both(
    branch: httpx2.AsyncClient, bank: httpx2.AsyncClient, trail: Trail
) -> None:
    body = {"unit_id": "HO", "role": "committee_member"}
    assert (await bank.post("/v1/officers/b1-president/postings", json=body)).status_code == 201
    for changed in ({"name": "mine"}, {"name": "Name of b1-president", "left_on": TODAY}):
        answer = await branch.put("/v1/officers/b1-president", json=changed)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:serves_elsewhere")
    moved = await branch.post("/v1/officers/b1-president/moves", json={"unit_id": "B1-S1", "role": "sub_branch_head"})
    assert moved.status_code == 200
    lasting = [each["unit_id"] for each in (await bank.get("/v1/officers/b1-president")).json()["postings"]]
    assert lasting == ["B1", "B1-S1", "HO"]
    assert [entry["outcome"] for entry in await trail("b1-president")].count("denied") == 2


async def test_who_served_here_once_is_not_taken_back_from_where_they_serve(
    branch: httpx2.AsyncClient, bank: httpx2.AsyncClient, trail: Trail
) -> None:
    moved = {"unit_id": "B2-S1", "role": "relationship_manager"}
    assert (await bank.post("/v1/officers/b1-s1-rm/moves", json=moved)).status_code == 200
    before = (await bank.get("/v1/officers/b1-s1-rm")).json()
    wish = {"unit_id": "B1-S1", "role": "product_expert"}
    put = {"name": before["name"], "postings": [wish]}
    for answer in (
        await branch.post("/v1/officers/b1-s1-rm/postings", json=wish),
        await branch.post("/v1/officers/b1-s1-rm/moves", json=wish),
        await branch.put("/v1/officers/b1-s1-rm", json=put),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:serves_elsewhere")
    assert (await bank.get("/v1/officers/b1-s1-rm")).json() == before
    denied = [entry for entry in await trail("b1-s1-rm") if entry["outcome"] == "denied"]
    assert [(entry["action"], entry["unit"]) for entry in denied] == [("officer.refused", "B2-S1")] * 3


async def test_who_served_here_last_and_serves_no_more_is_taken_back(
    branch: httpx2.AsyncClient, bank: httpx2.AsyncClient
) -> None:
    (posting,) = (await bank.get("/v1/officers/b1-s1-rm")).json()["postings"]
    assert (await branch.post(f"/v1/postings/{posting['posting_id']}/end", json={})).status_code == 200
    wish = {"unit_id": "B1-S2", "role": "product_expert"}
    assert (await branch.post("/v1/officers/b1-s1-rm/postings", json=wish)).status_code == 201


async def test_a_key_of_a_unit_posts_whom_it_takes_on(branch: httpx2.AsyncClient) -> None:
    alone = await branch.put("/v1/officers/new-1", json={"name": "New"})
    assert (alone.status_code, alone.json()["type"]) == (422, "urn:tierbook:problem:posting_needed")
    posted = {"name": "New", "postings": [{"unit_id": "B1-S1", "role": "relationship_manager"}]}
    assert (await branch.put("/v1/officers/new-1", json=posted)).status_code == 201
    assert (await branch.get("/v1/officers/new-1")).status_code == 200


async def test_roles_are_read_by_all_and_changed_by_the_whole_bank(
    branch: httpx2.AsyncClient, bank: httpx2.AsyncClient, trail: Trail
) -> None:
    body = {"label": {"en": "Advisor", "zh": "顾问"}}
    refusal = await branch.put("/v1/roles/advisor", json=body)
    assert (refusal.status_code, refusal.json()["type"]) == (403, "urn:tierbook:problem:whole_bank_only")
    assert [entry["outcome"] for entry in await trail("advisor")] == ["denied"]
    assert (await bank.put("/v1/roles/advisor", json=body)).status_code == 201
    names = [item["role"] for item in (await branch.get("/v1/roles")).json()["items"]]
    assert "advisor" in names
    assert names == sorted(names)
