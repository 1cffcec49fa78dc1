"""The CRM's upsert of one client."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from app.clients.categories import CATEGORIES
from app.clients.schemas import WORDS
from app.clients.tables import ClientRevision
from app.db.engine import Sessions
from app.trail.tables import AuditEntry
from tests.clients.sent import PATH, codes, company, got, problem, put

WHOLE: dict[str, Any] = {
    "kind": "company",
    "name": "北方重工",
    "segment": "corporate",
    "level": "bank_wide",
    "category": "industry_leader",
    "co_managed": True,
    "industry": "industry",
    "region": "NO",
    "ownership": "state",
    "life_cycle_stage": "mature",
    "unit": "B1-S1",
    "assisting_units": ["B2-S1", "B1-S2"],
    "relations": [{"kind": "upstream", "client_id": "C-0"}, {"kind": "group", "client_id": "C-0"}],
}


async def count(sessions: Sessions, table: type[ClientRevision | AuditEntry], *conditions: Any) -> int:
    async with sessions() as session:
        return int(await session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)


async def test_a_client_comes_back_as_it_was_put(client: httpx2.AsyncClient) -> None:
    await put(client, "C-0", company())
    answer = await client.put(f"{PATH}/C-1", json=WHOLE)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    shown = await got(client, f"{PATH}/C-1")
    assert shown == answer.json()
    assert {name: shown[name] for name in WHOLE} == WHOLE | {
        "assisting_units": ["B1-S2", "B2-S1"],
        "relations": [{"kind": "group", "client_id": "C-0"}, {"kind": "upstream", "client_id": "C-0"}],
    }
    assert (shown["client_id"], shown["revision"], shown["erased_at"]) == ("C-1", 1, None)


async def test_the_same_put_again_changes_nothing_and_leaves_no_trace(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    await put(client, "C-0", company())
    await put(client, "C-1", WHOLE)
    before = await count(sessions, ClientRevision), await count(sessions, AuditEntry)
    in_another_order = WHOLE | {
        "assisting_units": ["B1-S2", "B2-S1", "B1-S2"],
        "relations": WHOLE["relations"][::-1] * 2,
    }
    for profile in (WHOLE, in_another_order):
        answer = await client.put(f"{PATH}/C-1", json=profile)
        assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert (await count(sessions, ClientRevision), await count(sessions, AuditEntry)) == before


async def test_a_put_replaces_the_whole_but_for_what_recognition_gives(client: httpx2.AsyncClient) -> None:
    await put(client, "C-0", company())
    await put(client, "C-1", WHOLE)
    shown = await put(client, "C-1", company(name="北方集团"))
    assert shown["revision"] == 2
    assert [name for name in WHOLE if shown[name]] == ["kind", "name", "level", "category", "unit"]


@pytest.mark.parametrize(
    ("said", "level", "category"),
    [
        ({}, "regional", "local_group"),
        ({"level": None, "category": None}, "regional", "local_group"),
        ({"level": "regional"}, "regional", "local_group"),
        ({"category": "park_technology"}, "regional", "park_technology"),
        ({"level": "bank_wide"}, "bank_wide", None),
        ({"level": "bank_wide", "category": "market_leader"}, "bank_wide", "market_leader"),
    ],
)
async def test_a_level_and_a_category_stay_until_others_are_named(
    client: httpx2.AsyncClient, said: dict[str, str | None], level: str, category: str | None
) -> None:
    for client_id in ("C-1", "C-2"):
        await put(client, client_id, company(level="regional", category="local_group"))
    await put(client, "C-1", company(**said))
    await client.post(f"{PATH}/bulk", json={"items": [company(client_id="C-2", **said)]})
    for client_id in ("C-1", "C-2"):
        shown = await got(client, f"{PATH}/{client_id}")
        assert (shown["level"], shown["category"]) == (level, category)


async def test_a_category_of_another_level_than_the_one_that_stays_is_refused(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company(level="regional", category="local_group"))
    answer = await client.put(f"{PATH}/C-1", json=company(category="industry_leader"))
    assert codes(answer) == [("/category", "category_of_other_level")]


async def test_each_change_is_noted_with_what_was_and_what_is(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await put(client, "C-1", company(segment="corporate"))
    await put(client, "C-1", company(segment="institution", unit="B1-S2"))
    async with sessions() as session:
        entries = (await session.scalars(select(AuditEntry).where(AuditEntry.object_id == "C-1"))).all()
    created, updated = sorted(entries, key=lambda each: each.id)
    assert (created.action, created.unit, created.before) == ("client.created", "B1-S1", None)
    assert (updated.action, updated.unit) == ("client.updated", "B1-S2")
    assert updated.before == {"segment": "corporate", "unit": "B1-S1"}
    assert updated.after == {"segment": "institution", "unit": "B1-S2"}


async def test_a_revision_that_is_no_longer_there_is_not_overwritten(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company())
    await put(client, "C-1", company(name="北方集团"))
    stale = await client.put(f"{PATH}/C-1", json=company(name="南方"), headers={"If-Match": '"1"'})
    assert problem(stale) == (412, "precondition_failed")
    fresh = await client.put(f"{PATH}/C-1", json=company(name="南方"), headers={"If-Match": '"2"'})
    assert (fresh.status_code, fresh.json()["revision"]) == (200, 3)
    absent = await client.put(f"{PATH}/C-2", json=company(), headers={"If-Match": '"1"'})
    assert problem(absent) == (412, "precondition_failed")


async def test_a_client_can_be_created_only(client: httpx2.AsyncClient) -> None:
    only_new = {"If-None-Match": "*"}
    assert (await client.put(f"{PATH}/C-1", json=company(), headers=only_new)).status_code == 201
    again = await client.put(f"{PATH}/C-1", json=company(), headers=only_new)
    assert problem(again) == (412, "precondition_failed")


async def test_the_policies_categories_are_published_with_labels(client: httpx2.AsyncClient) -> None:
    found = (await got(client, f"{PATH}/categories"))["items"]
    levels = [each["level"] for each in found]
    assert (levels.count("bank_wide"), levels.count("regional")) == (8, 7)
    assert len({each["code"] for each in found}) == 15
    assert all(each["label"]["en"] and each["label"]["zh"] for each in found)


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda each: each.code)
async def test_a_category_fits_its_level_alone(client: httpx2.AsyncClient, category: Any) -> None:
    other = {"bank_wide": "regional", "regional": "bank_wide"}[category.level]
    await put(client, "C-1", company(level=category.level, category=category.code))
    for client_id, level in (("C-1", other), ("C-2", other), ("C-2", None)):
        answer = await client.put(f"{PATH}/{client_id}", json=company(level=level, category=category.code))
        assert problem(answer) == (422, "invalid_client")
        assert codes(answer) == [("/category", "category_of_other_level")]


async def test_all_that_is_wrong_is_told_at_once(client: httpx2.AsyncClient) -> None:
    wrong = {
        "kind": "company",
        "category": "no such",
        "unit": "B9",
        "assisting_units": ["B1", "B8"],
        "relations": [{"kind": "group", "client_id": "C-1"}, {"kind": "group", "client_id": "C-9"}],
    }
    answer = await client.put(f"{PATH}/C-1", json=wrong)
    assert codes(answer) == [
        ("/name", "name_needed"),
        ("/category", "no_such_category"),
        ("/unit", "no_such_unit"),
        ("/assisting_units/1", "no_such_unit"),
        ("/relations/0/client_id", "relation_to_itself"),
        ("/relations/1/client_id", "no_such_client"),
    ]


async def test_a_unit_does_not_lead_and_assist(client: httpx2.AsyncClient) -> None:
    answer = await client.put(f"{PATH}/C-1", json=company(assisting_units=["B1", "B1-S1"]))
    assert codes(answer) == [("/assisting_units/1", "unit_leads")]


@pytest.mark.parametrize(
    ("client_id", "profile", "pointer"),
    [
        ("C-1", {}, "/kind"),
        ("C-1", company(kind="firm"), "/kind"),
        ("C-1", company(name=""), "/name"),
        ("C-1", company(name="   "), "/name"),
        ("C-1", company(name="\u202e\u200b"), "/name"),
        ("C-1", company(name="x" * 201), "/name"),
        ("C-1", company(co_managed="yes"), "/co_managed"),
        ("C-1", company(unit=None), "/unit"),
        ("C-1", company(colour="red"), "/colour"),
        ("C-1", company(assisting_units=["B1"] * 51), "/assisting_units"),
        ("C-1", company(relations=[{"kind": "friend", "client_id": "C-2"}]), "/relations/0/kind"),
        ("C-1", company(relations=[{"kind": "group", "client_id": "bulk"}]), "/relations/0/client_id"),
        ("a b", company(), "path/client_id"),
        ("x" * 65, company(), "path/client_id"),
    ],
)
async def test_what_no_client_can_be_is_refused_by_its_place(
    client: httpx2.AsyncClient, client_id: str, profile: dict[str, Any], pointer: str
) -> None:
    answer = await client.put(f"{PATH}/{client_id}", json=profile)
    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]


async def test_a_client_does_not_become_a_natural_person_nor_cease_to_be_one(client: httpx2.AsyncClient) -> None:
    await put(client, "C-1", company())
    await put(client, "P-1", company(kind="person"))
    assert problem(await client.put(f"{PATH}/C-1", json=company(kind="person"))) == (409, "person_fixed")
    assert problem(await client.put(f"{PATH}/P-1", json=company())) == (409, "person_fixed")
    assert (await put(client, "C-1", company(kind="institution")))["kind"] == "institution"


@pytest.mark.parametrize("word", WORDS)
async def test_a_word_of_the_addresses_is_no_client(client: httpx2.AsyncClient, word: str) -> None:
    answer = await client.put(f"{PATH}/{word}", json=company())
    assert problem(answer) == (405, "method_not_allowed")
    many = await client.post(f"{PATH}/bulk", json={"items": [company(client_id=word)]})
    assert many.json()["results"][0]["status"] == 422
