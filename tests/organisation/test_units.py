"""Units: opened, renamed, moved, closed; the past stays, and the tree is a tree on every day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions
from app.organisation import closing
from tests.organisation.bank import UNITS
from tests.organisation.conftest import Trail

pytestmark = pytest.mark.anyio

TODAY = "2026-11-22"
YESTERDAY = "2026-11-21"
LATER = "2027-03-01"
OUTLET = "/v1/units/B1-S2-O1"


def document(unit: str, **changed: Any) -> dict[str, Any]:
    """A unit of the bank, or a new outlet, with changes; `since` stands for `from`."""
    kind, parent = UNITS.get(unit, ("outlet", "B1-S1"))
    days = {"from": changed.pop("since")} if "since" in changed else {}
    return {"kind": kind, "name": f"Unit {unit}", "parent_id": parent, **days, **changed}


async def put(caller: httpx2.AsyncClient, unit: str, status: int = 200, **changed: Any) -> dict[str, Any]:
    answer = await caller.put(f"/v1/units/{unit}", json=document(unit, **changed))
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def refused(caller: httpx2.AsyncClient, unit: str, **changed: Any) -> tuple[int, str, list[str]]:
    answer = await caller.put(f"/v1/units/{unit}", json=document(unit, **changed))
    problem = answer.json()
    code = problem["type"].removeprefix("urn:tierbook:problem:")
    return answer.status_code, code, [error["pointer"] for error in problem["errors"]]


async def places(caller: httpx2.AsyncClient, unit: str) -> list[tuple[str | None, str, str | None]]:
    answer = await caller.get(f"/v1/units/{unit}/history")
    return [(place["parent_id"], place["from"], place["until"]) for place in answer.json().get("items", [])]


async def below(caller: httpx2.AsyncClient, unit: str, day: str) -> set[str]:
    answer = await caller.get("/v1/units", params={"parent": unit, "as_of": day})
    return {item["unit_id"] for item in answer.json()["items"]}


async def test_a_new_unit_begins_today_and_is_told_where_it_is(bank: httpx2.AsyncClient, trail: Trail) -> None:
    answer = await bank.put("/v1/units/N1", json=document("N1"))
    assert (answer.status_code, answer.headers["location"], answer.headers["etag"]) == (201, "/v1/units/N1", '"1"')
    body = answer.json()
    assert (body["parent_id"], body["opened_on"], body["closed_on"]) == ("B1-S1", TODAY, None)
    (entry,) = await trail("N1")
    assert (entry["action"], entry["unit"], entry["before"]) == ("unit.created", "N1", None)
    assert entry["after"]["places"] == [{"parent_id": "B1-S1", "from": TODAY, "until": None}]


async def test_a_new_unit_may_have_begun_in_the_past(bank: httpx2.AsyncClient) -> None:
    assert (await put(bank, "N1", 201, since="2018-05-01"))["opened_on"] == "2018-05-01"
    assert "N1" in await below(bank, "B1-S1", "2018-05-01")
    assert "N1" not in await below(bank, "B1-S1", "2018-04-30")


async def test_the_same_document_again_changes_nothing(bank: httpx2.AsyncClient, trail: Trail) -> None:
    await put(bank, "N1", 201)
    assert (await put(bank, "N1"))["revision"] == 1
    assert (await put(bank, "B1-S2-O1", since="2015-01-01"))["revision"] == 1
    assert len(await trail("N1")) == 1


async def test_a_unit_is_renamed(bank: httpx2.AsyncClient, trail: Trail) -> None:
    renamed = await put(bank, "B1-S2-O1", name="朝阳网点")
    assert (renamed["name"], renamed["revision"]) == ("朝阳网点", 2)
    (entry,) = await trail("B1-S2-O1")
    assert (entry["action"], entry["before"]["name"], entry["after"]["name"]) == (
        "unit.renamed",
        "Unit B1-S2-O1",
        "朝阳网点",
    )


async def test_a_move_takes_effect_on_its_day_and_what_was_stays(bank: httpx2.AsyncClient, trail: Trail) -> None:
    await put(bank, "B1-S2", parent_id="B2", since=LATER)
    assert await places(bank, "B1-S2") == [("B1", "2015-01-01", LATER), ("B2", LATER, None)]
    assert "B1-S2" in await below(bank, "B1", TODAY)
    assert "B1-S2" in await below(bank, "B2", LATER)
    assert "B1-S2" not in await below(bank, "B1", LATER)
    (entry,) = await trail("B1-S2")
    assert entry["action"] == "unit.moved"


async def test_a_moved_unit_takes_along_what_stands_below_it(bank: httpx2.AsyncClient, sessions: Sessions) -> None:
    await put(bank, "B1-S2", parent_id="B2")
    query = "SELECT ancestor, from_day::text, until_day::text FROM unit_tree WHERE descendant = 'B1-S2-O1'"
    async with sessions() as session:
        rows = {tuple(row) for row in await session.execute(text(query))}
    assert rows == {
        ("B1-S2-O1", "2015-01-01", None),
        ("B1-S2", "2015-01-01", None),
        ("B1", "2015-01-01", TODAY),
        ("B2", TODAY, None),
        ("HO", "2015-01-01", None),
    }


async def test_a_later_move_stays_ordered_while_nothing_is_said_of_the_day(bank: httpx2.AsyncClient) -> None:
    await put(bank, "B1-S2", parent_id="B2", since=LATER)
    await put(bank, "B1-S2", name="Renamed meanwhile")
    assert (await places(bank, "B1-S2"))[-1] == ("B2", LATER, None)


async def test_a_move_takes_the_place_of_a_later_one(bank: httpx2.AsyncClient) -> None:
    await put(bank, "B1-S2", parent_id="B2", since=LATER)
    await put(bank, "B1-S2", parent_id="B1", since=TODAY)
    assert await places(bank, "B1-S2") == [("B1", "2015-01-01", None)]


async def test_two_moves_on_one_day_leave_the_second(bank: httpx2.AsyncClient) -> None:
    await put(bank, "B1-S2-O1", parent_id="B2")
    await put(bank, "B1-S2-O1", parent_id="B2-S1")
    assert await places(bank, "B1-S2-O1") == [("B1-S2", "2015-01-01", TODAY), ("B2-S1", TODAY, None)]


@pytest.mark.parametrize(
    ("unit", "changed", "status", "code", "pointer"),
    [
        ("N1", {"parent_id": "NONE"}, 422, "no_such_unit", "/parent_id"),
        ("N1", {"parent_id": None}, 422, "unit_misplaced", "/parent_id"),
        ("N1", {"parent_id": "B1-S1-O1"}, 422, "unit_misplaced", "/parent_id"),
        ("N1", {"kind": "branch", "parent_id": "B1"}, 422, "unit_misplaced", "/parent_id"),
        ("N1", {"parent_id": "N1"}, 422, "unit_misplaced", "/parent_id"),
        ("N1", {"since": "2014-12-31"}, 422, "wrong_period", "/parent_id"),
        ("N1", {"since": TODAY, "closed_on": TODAY}, 422, "wrong_period", "/closed_on"),
        ("N1", {"kind": "head_office", "parent_id": None}, 409, "head_office_is_there", "/kind"),
        ("HO", {"parent_id": "B1"}, 422, "unit_misplaced", "/parent_id"),
        ("HO", {"closed_on": LATER}, 409, "head_office_is_there", "/closed_on"),
        ("B1", {"parent_id": "B2"}, 422, "unit_misplaced", "/parent_id"),
        ("B1-S1", {"kind": "branch", "parent_id": "HO"}, 409, "unit_kind_is_fixed", "/kind"),
        ("B1-S1", {"parent_id": "B2", "since": YESTERDAY}, 422, "day_passed", "/from"),
        ("B1-S1", {"since": "2014-01-01"}, 422, "day_passed", "/from"),
        ("B2-O1", {"closed_on": YESTERDAY}, 422, "day_passed", "/closed_on"),
        ("B2-O1", {"parent_id": "B1", "since": LATER, "closed_on": "2027-01-01"}, 422, "wrong_period", "/from"),
        ("B1-S2-O1", {"closed_on": "2015-01-01"}, 422, "day_passed", "/closed_on"),
    ],
)
async def test_what_does_not_fit_is_refused_by_its_part(
    bank: httpx2.AsyncClient, unit: str, changed: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    before = await places(bank, unit)
    answered = await refused(bank, unit, **changed)
    assert answered[:2] == (status, code)
    assert pointer in answered[2]
    assert await places(bank, unit) == before


async def test_an_empty_unit_closes_on_its_day_and_is_never_opened_again(
    bank: httpx2.AsyncClient, trail: Trail
) -> None:
    await put(bank, "B2-O1", closed_on=TODAY)
    assert "B2-O1" not in await below(bank, "B2", TODAY)
    assert "B2-O1" in await below(bank, "B2", YESTERDAY)
    closed = (await bank.get("/v1/units/B2-O1")).json()
    assert (closed["parent_id"], closed["closed_on"]) == ("B2", TODAY)
    assert await refused(bank, "B2-O1", closed_on=None) == (409, "unit_closed", ["/closed_on"])
    assert await refused(bank, "B2-O1", parent_id="B1") == (409, "unit_closed", ["/closed_on"])
    assert (await put(bank, "B2-O1"))["closed_on"] == TODAY
    assert [entry["action"] for entry in await trail("B2-O1")] == ["unit.closed"]


async def test_a_closing_to_come_stays_until_it_is_taken_back(bank: httpx2.AsyncClient, trail: Trail) -> None:
    await put(bank, "B2-O1", closed_on=LATER)
    assert (await put(bank, "B2-O1", name="Renamed"))["closed_on"] == LATER
    assert await places(bank, "B2-O1") == [("B2", "2015-01-01", LATER)]
    assert (await put(bank, "B2-O1", closed_on=None))["closed_on"] is None
    assert [entry["action"] for entry in await trail("B2-O1")] == [
        "unit.closed",
        "unit.renamed",
        "unit.closing_cancelled",
    ]
    assert await places(bank, "B2-O1") == [("B2", "2015-01-01", None)]


@pytest.mark.parametrize(("unit", "there"), [("B1-S2", "B1-S2-O1"), ("B1-S1-O1", "postings: 2")])
async def test_a_unit_with_units_or_postings_does_not_close(bank: httpx2.AsyncClient, unit: str, there: str) -> None:
    answer = await bank.put(f"/v1/units/{unit}", json=document(unit, closed_on=LATER))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tierbook:problem:unit_occupied")
    assert there in answer.json()["detail"]


async def test_what_a_feature_has_there_keeps_a_unit_open(
    bank: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, date]] = []

    async def count(_: AsyncSession, units: Mapping[str, date]) -> Mapping[str, int]:
        asked.append(dict(units))
        return {"B2-O1": 3}

    monkeypatch.setitem(closing._counts, "things", count)
    answer = await bank.put("/v1/units/B2-O1", json=document("B2-O1", closed_on=LATER))
    assert (answer.status_code, answer.json()["detail"]) == (409, "something is there still: things: 3")
    assert asked == [{"B2-O1": date(2027, 3, 1)}]


async def test_nothing_stands_under_a_unit_beyond_its_closing(bank: httpx2.AsyncClient) -> None:
    await put(bank, "N0", 201, kind="sub_branch", parent_id="B1", closed_on=LATER)
    assert (await refused(bank, "N1", parent_id="N0"))[:2] == (422, "wrong_period")
    assert (await put(bank, "N1", 201, parent_id="N0", closed_on=LATER))["parent_id"] == "N0"


async def test_a_revision_that_was_read_is_not_overwritten(bank: httpx2.AsyncClient) -> None:
    etag = (await bank.get(OUTLET)).headers["etag"]
    assert (await bank.put(OUTLET, json=document("B1-S2-O1", name="a"), headers={"If-Match": etag})).status_code == 200
    second = await bank.put(OUTLET, json=document("B1-S2-O1", name="b"), headers={"If-Match": etag})
    assert (second.status_code, second.json()["type"]) == (412, "urn:tierbook:problem:precondition_failed")
    only_new = await bank.put(OUTLET, json=document("B1-S2-O1", name="c"), headers={"If-None-Match": "*"})
    assert only_new.status_code == 412
    assert (await bank.get(OUTLET)).json()["name"] == "a"


async def test_units_are_listed_page_by_page(bank: httpx2.AsyncClient) -> None:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await bank.get("/v1/units", params={"limit": 4, **({"cursor": cursor} if cursor else {})})).json()
        found += [item["unit_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == sorted(UNITS)
    kinds = (await bank.get("/v1/units", params={"kind": "branch"})).json()["items"]
    assert [item["unit_id"] for item in kinds] == ["B1", "B2"]


async def test_a_history_is_listed_page_by_page(bank: httpx2.AsyncClient) -> None:
    await put(bank, "B1-S2", parent_id="B2", since=LATER)
    first = (await bank.get("/v1/units/B1-S2/history", params={"limit": 1})).json()
    assert (len(first["items"]), first["next_cursor"]) == (1, "2015-01-01")
    rest = (await bank.get("/v1/units/B1-S2/history", params={"cursor": first["next_cursor"]})).json()
    assert ([item["from"] for item in rest["items"]], rest["next_cursor"]) == ([LATER], None)


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("unit", ["%20", "-x", "x" * 65, "a%00", "机构", "..%2f..%2fetc"])
async def test_a_unit_s_number_that_cannot_be_is_refused(bank: httpx2.AsyncClient, method: str, unit: str) -> None:
    body = document("N1") if method == "PUT" else None
    answer = await bank.request(method, f"/v1/units/{unit}", json=body)
    assert answer.status_code in {400, 404, 422}
    assert answer.headers["content-type"] == "application/problem+json"
