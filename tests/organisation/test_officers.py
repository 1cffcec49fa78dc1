"""Officers: taken on, posted, moved, seen off; what was stays, and names stay out of the trail."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from app.db.engine import Sessions
from tests.organisation.conftest import Trail
from tests.organisation.test_units import LATER, TODAY, YESTERDAY, put

pytestmark = pytest.mark.anyio

RM = "relationship_manager"
PATH = "/v1/officers/b1-s1-rm"


async def postings(caller: httpx2.AsyncClient, officer: str = "b1-s1-rm") -> list[tuple[str, str, str, str | None]]:
    found = (await caller.get(f"/v1/officers/{officer}")).json()["postings"]
    return [(each["unit_id"], each["role"], each["from"], each["until"]) for each in found]


async def do(caller: httpx2.AsyncClient, verb: str, status: int, **body: Any) -> dict[str, Any]:
    answer = await caller.post(f"{PATH}/{verb}", json={key.rstrip("_"): value for key, value in body.items()})
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def end(caller: httpx2.AsyncClient, posting: str, **body: str) -> httpx2.Response:
    return await caller.post(f"/v1/postings/{posting}/end", json=body)


def code(problem: dict[str, Any]) -> tuple[str, list[str]]:
    return problem["type"].removeprefix("urn:tierbook:problem:"), [each["pointer"] for each in problem["errors"]]


async def test_an_officer_is_taken_on_with_postings(bank: httpx2.AsyncClient, trail: Trail) -> None:
    body = {
        "name": "韩梅梅",
        "postings": [{"unit_id": "B1-S1", "role": RM}, {"unit_id": "B2", "role": RM, "from": LATER}],
    }
    answer = await bank.put("/v1/officers/10086", json=body)
    assert (answer.status_code, answer.headers["etag"], answer.headers["location"]) == (
        201,
        '"1"',
        "/v1/officers/10086",
    )
    assert await postings(bank, "10086") == [("B1-S1", RM, TODAY, None), ("B2", RM, LATER, None)]
    (entry,) = await trail("10086")
    assert (entry["action"], entry["after"]) == ("officer.created", {"left_on": None})
    begun = await trail(answer.json()["postings"][0]["posting_id"])
    assert [(each["action"], each["unit"], each["after"]["officer_id"]) for each in begun] == [
        ("posting.begun", "B1-S1", "10086")
    ]


async def test_the_same_document_again_changes_nothing(bank: httpx2.AsyncClient, trail: Trail) -> None:
    body = {"name": "韩梅梅", "postings": [{"unit_id": "B1-S1", "role": RM}]}
    first = await bank.put("/v1/officers/10086", json=body)
    again = await bank.put("/v1/officers/10086", json=body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(await trail("10086")) == 1


async def test_a_name_is_nowhere_but_with_the_officer(bank: httpx2.AsyncClient, sessions: Sessions) -> None:
    await bank.put("/v1/officers/10086", json={"name": "Zaphod Beeblebrox"})
    await bank.put("/v1/officers/10086", json={"name": "Trillian Astra"})
    async with sessions() as session:
        tables = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
        for table in set(tables) - {"officer"}:
            rows = await session.scalars(text(f'SELECT t::text FROM "{table}" t'))  # noqa: S608  every table there is
            assert not [row for row in rows if "Zaphod" in row or "Trillian" in row], table
        entries = list(
            await session.scalars(text("SELECT after FROM audit_entry WHERE object_id = '10086' ORDER BY id"))
        )
    assert entries == [{"left_on": None}, {"left_on": None, "renamed": True}]


async def test_a_second_posting_stands_beside_the_first(bank: httpx2.AsyncClient) -> None:
    begun = await do(bank, "postings", 201, unit_id="B1", role="committee_member", from_="2026-06-01")
    assert begun["from"] == "2026-06-01"
    assert await postings(bank) == [("B1-S1", RM, "2020-01-01", None), ("B1", "committee_member", "2026-06-01", None)]


async def test_a_posting_that_stands_already_is_told_as_it_stands(bank: httpx2.AsyncClient) -> None:
    there = await do(bank, "postings", 200, unit_id="B1-S1", role=RM)
    assert there["from"] == "2020-01-01"
    assert len(await postings(bank)) == 1


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"unit_id": "NONE", "role": RM}, (422, "no_such_unit", ["/unit_id"])),
        ({"unit_id": "B1", "role": "no_such_role"}, (422, "no_such_role", ["/role"])),
        ({"unit_id": "B1", "role": RM, "from": "2014-12-31"}, (422, "wrong_period", ["/from"])),
        ({"unit_id": "B1-S1", "role": RM, "from": "2019-01-01"}, (409, "posting_overlaps", ["/from"])),
    ],
)
@pytest.mark.parametrize("as_document", [True, False])
async def test_a_posting_that_does_not_fit_is_refused_by_its_part(
    bank: httpx2.AsyncClient,
    body: dict[str, Any],
    refusal: tuple[int, str, list[str]],
    as_document: bool,  # noqa: FBT001  a case
) -> None:
    status, problem, pointers = refusal
    if as_document:
        answer = await bank.put(PATH, json={"name": "Name of b1-s1-rm", "postings": [body]})
        pointers = [f"/postings/0{pointer}" for pointer in pointers]
    else:
        answer = await bank.post(f"{PATH}/postings", json=body)
    assert (answer.status_code, *code(answer.json())) == (status, problem, pointers)
    assert await postings(bank) == [("B1-S1", RM, "2020-01-01", None)]


async def test_nobody_is_posted_beyond_a_unit_s_closing(bank: httpx2.AsyncClient) -> None:
    await put(bank, "B2-O1", closed_on=LATER)
    answer = await bank.post(f"{PATH}/postings", json={"unit_id": "B2-O1", "role": RM})
    assert (answer.status_code, *code(answer.json())) == (422, "wrong_period", ["/from"])


async def test_a_posting_ends_on_its_day_and_stays_on_record(bank: httpx2.AsyncClient, trail: Trail) -> None:
    posting = (await bank.get(PATH)).json()["postings"][0]["posting_id"]
    assert (await end(bank, posting, on=LATER)).json()["until"] == LATER
    assert (await end(bank, posting)).json()["until"] == TODAY
    assert (await end(bank, posting)).json()["until"] == TODAY
    later = await end(bank, posting, on=LATER)
    assert (later.status_code, *code(later.json())) == (409, "posting_ended", ["/on"])
    assert await postings(bank) == [("B1-S1", RM, "2020-01-01", TODAY)]
    assert [(each["action"], each["after"]["until"]) for each in await trail(posting)] == [
        ("posting.ended", LATER),
        ("posting.ended", TODAY),
    ]


async def test_a_posting_does_not_end_in_the_past(bank: httpx2.AsyncClient) -> None:
    posting = (await bank.get(PATH)).json()["postings"][0]["posting_id"]
    answer = await end(bank, posting, on=YESTERDAY)
    assert (answer.status_code, *code(answer.json())) == (422, "day_passed", ["/on"])


@pytest.mark.parametrize("first", [TODAY, LATER])
async def test_a_posting_that_has_not_begun_can_be_taken_back(
    bank: httpx2.AsyncClient, trail: Trail, first: str
) -> None:
    begun = await do(bank, "postings", 201, unit_id="B2", role=RM, from_=first)
    answer = (await end(bank, begun["posting_id"], on=TODAY)).json()
    assert (answer["from"], answer["until"]) == (first, first)
    assert len(await postings(bank)) == 1
    assert [each["action"] for each in await trail(begun["posting_id"])] == ["posting.begun", "posting.withdrawn"]


async def test_a_move_ends_what_was_and_begins_what_is(bank: httpx2.AsyncClient) -> None:
    await do(bank, "postings", 201, unit_id="B1", role="committee_member")
    moved = await do(bank, "moves", 200, unit_id="B2", role="corporate_director", from_=LATER)
    del moved["posting_id"]
    assert moved == {  # nothing personal: an Idempotency-Key keeps answers in clear
        "officer_id": "b1-s1-rm",
        "unit_id": "B2",
        "role": "corporate_director",
        "from": LATER,
        "until": None,
    }
    assert await postings(bank) == [
        ("B1-S1", RM, "2020-01-01", LATER),
        ("B1", "committee_member", TODAY, LATER),
        ("B2", "corporate_director", LATER, None),
    ]


async def test_a_move_on_the_day_of_another_takes_its_place(bank: httpx2.AsyncClient) -> None:
    await do(bank, "moves", 200, unit_id="B2", role=RM)
    await do(bank, "moves", 200, unit_id="B1-S2", role=RM)
    assert await postings(bank) == [("B1-S1", RM, "2020-01-01", TODAY), ("B1-S2", RM, TODAY, None)]


async def test_a_move_to_where_one_serves_keeps_that_posting(bank: httpx2.AsyncClient) -> None:
    await do(bank, "postings", 201, unit_id="B1", role="committee_member", from_="2026-01-01")
    before = (await bank.get(PATH)).json()["revision"]
    await do(bank, "moves", 200, unit_id="B1-S1", role=RM)
    assert await postings(bank) == [("B1-S1", RM, "2020-01-01", None), ("B1", "committee_member", "2026-01-01", TODAY)]
    await do(bank, "moves", 200, unit_id="B1-S1", role=RM)
    assert (await bank.get(PATH)).json()["revision"] == before + 1


async def test_an_officer_does_not_move_in_the_past(bank: httpx2.AsyncClient) -> None:
    assert code(await do(bank, "moves", 422, unit_id="B2", role=RM, from_=YESTERDAY)) == ("day_passed", ["/from"])
    assert len(await postings(bank)) == 1


async def test_leaving_ends_every_posting(bank: httpx2.AsyncClient) -> None:
    await do(bank, "postings", 201, unit_id="B1", role="committee_member")
    await do(bank, "postings", 201, unit_id="B2", role=RM, from_=LATER)
    body = {"name": "Name of b1-s1-rm", "left_on": "2026-12-31"}
    assert (await bank.put(PATH, json=body)).json()["left_on"] == "2026-12-31"
    assert await postings(bank) == [
        ("B1-S1", RM, "2020-01-01", "2026-12-31"),
        ("B1", "committee_member", TODAY, "2026-12-31"),
    ]
    after = await bank.post(f"{PATH}/postings", json={"unit_id": "B2", "role": RM, "from": LATER})
    assert (after.status_code, *code(after.json())) == (422, "wrong_period", ["/from"])
    assert (await bank.put(PATH, json={"name": "Name of b1-s1-rm"})).json()["left_on"] == "2026-12-31"


async def test_who_left_comes_back_without_a_posting(bank: httpx2.AsyncClient) -> None:
    await bank.put(PATH, json={"name": "Name of b1-s1-rm", "left_on": TODAY})
    back = (await bank.put(PATH, json={"name": "Name of b1-s1-rm", "left_on": None})).json()
    assert (back["left_on"], [each["until"] for each in back["postings"]]) == (None, [TODAY])
    await do(bank, "postings", 201, unit_id="B1-S1", role=RM)


async def test_nobody_leaves_in_the_past(bank: httpx2.AsyncClient) -> None:
    answer = await bank.put(PATH, json={"name": "Name of b1-s1-rm", "left_on": YESTERDAY})
    assert (answer.status_code, *code(answer.json())) == (422, "day_passed", ["/left_on"])


async def test_a_revision_that_was_read_is_not_overwritten(bank: httpx2.AsyncClient) -> None:
    etag = (await bank.get(PATH)).headers["etag"]
    await do(bank, "postings", 201, unit_id="B1", role="committee_member")
    answer = await bank.put(PATH, json={"name": "other"}, headers={"If-Match": etag})
    assert answer.status_code == 412
    new = await bank.put("/v1/officers/10086", json={"name": "x"}, headers={"If-Match": "*"})
    assert new.status_code == 412
    assert (await bank.get("/v1/officers/10086")).status_code == 404


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"unit": "B2", "role": RM}, ["b2-s1-o1-rm", "b2-s1-rm"]),
        ({"unit": "B2-S1-O1"}, ["b2-s1-o1-head", "b2-s1-o1-rm"]),
        ({"unit": "HO", "role": "branch_president"}, ["b1-president", "b2-president"]),
        ({"role": "branch_president", "as_of": "2019-12-31"}, []),
        ({"role": "no_such_role"}, []),
    ],
)
async def test_officers_are_found_by_unit_role_and_day(
    bank: httpx2.AsyncClient, params: dict[str, str], found: list[str]
) -> None:
    items = (await bank.get("/v1/officers", params=params)).json()["items"]
    assert [item["officer_id"] for item in items] == found


async def test_officers_are_listed_page_by_page(bank: httpx2.AsyncClient) -> None:
    first = (await bank.get("/v1/officers", params={"limit": 20})).json()
    rest = (await bank.get("/v1/officers", params={"limit": 20, "cursor": first["next_cursor"]})).json()
    ids = [item["officer_id"] for item in (*first["items"], *rest["items"])]
    assert ids == sorted(set(ids))
    assert (len(ids), rest["next_cursor"]) == (27, None)


@pytest.mark.parametrize("posting", ["7b0f6a40-54e5-4d35-a0a6-6c3c9f6e7f10", "no-uuid"])
async def test_a_posting_that_does_not_exist_cannot_end(bank: httpx2.AsyncClient, posting: str) -> None:
    assert (await end(bank, posting)).status_code in {404, 422}


async def test_roles_are_relabelled_by_revision(bank: httpx2.AsyncClient, trail: Trail) -> None:
    body = {"label": {"en": "Account manager", "zh": "管户经理"}}
    answer = await bank.put(f"/v1/roles/{RM}", json=body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (await bank.put(f"/v1/roles/{RM}", json=body)).headers["etag"] == '"2"'
    assert (await bank.put(f"/v1/roles/{RM}", json=body, headers={"If-Match": '"1"'})).status_code == 412
    (entry,) = await trail(RM)
    assert (entry["action"], entry["before"]["zh"], entry["after"]["zh"]) == ("role.changed", "客户经理", "管户经理")
