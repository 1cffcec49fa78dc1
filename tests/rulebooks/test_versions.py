"""Versions: drafted, checked, published once, immutable, and picked by day or pinned."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db.engine import Sessions
from tests.rulebooks.publishing import AUTHOR, Publish, simulated

pytestmark = pytest.mark.anyio

BOOK = """\
rulebook: deposit-classes
title: {en: Deposit classes, zh: 存款分层}
source: a test
facts:
  deposit_balance: {type: money, missing: zero}
classifications:
  client_class:
    order: [ordinary, large]
    bands: {deposit_balance: {ordinary: 0, large: BOUND}}
examples:
  - {given: {deposit_balance: BOUND}, expect: {client_class: large}}
"""
NAME = "deposit-classes"
PATH = f"/v1/rulebooks/{NAME}/versions"
TODAY = "2026-11-22"


TWO_FACTS = """\
rulebook: NAME
title: {en: Two, zh: 二}
source: a test
facts:
FACTS
classifications:
  size:
    order: [small, large]
    best_of: {balance: {small: 0, large: 10}, limit: {small: 0, large: 10}}
examples:
  - {given: {balance: 10}, expect: {size: large}}
  - {given: {balance: 9}, expect: {size: small}}
"""


@pytest.fixture
async def app(app: FastAPI) -> FastAPI:
    await app.state.rulebooks.refresh()
    return app


async def drafted(client: httpx2.AsyncClient, bound: str) -> dict[str, Any]:
    answer = await client.post(PATH, json={"document": BOOK.replace("BOUND", bound)})
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()
    return draft


async def class_of(client: httpx2.AsyncClient, **asked: Any) -> str:
    answer = await client.post("/v1/score", json={"rulebook": NAME, "facts": {"deposit_balance": "1亿"}, **asked})
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["classifications"]["client_class"]["value"]
    return found


async def test_a_draft_decides_nothing_until_it_is_published(client: httpx2.AsyncClient, publish: Publish) -> None:
    assert (await drafted(client, "1亿"))["state"] == "draft"
    answer = await client.post("/v1/score", json={"rulebook": NAME, "facts": {}})
    assert answer.status_code == 404
    assert (await publish(NAME, 1, "2026-01-01")).json()["state"] == "published"
    assert await class_of(client) == "large"


async def test_the_day_picks_the_version_in_force_and_a_number_pins_one(
    client: httpx2.AsyncClient, publish: Publish
) -> None:
    for number, (bound, day) in enumerate([("1亿", "2026-01-01"), ("2亿", TODAY)], 1):
        await drafted(client, bound)
        await publish(NAME, number, day)
    assert await class_of(client, as_of="2026-11-21") == "large"
    assert await class_of(client, as_of=TODAY) == "ordinary"
    assert await class_of(client) == "ordinary"
    assert await class_of(client, version=1) == "large"


async def test_no_day_that_has_passed_gets_another_version(client: httpx2.AsyncClient, publish: Publish) -> None:
    await drafted(client, "1亿")
    await publish(NAME, 1, "2026-01-01")
    await drafted(client, "2亿")
    refused = await publish(NAME, 2, "2026-11-21")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tierbook:problem:effective_date_past")
    assert await class_of(client, as_of="2026-11-21") == "large"


async def test_a_version_that_takes_effect_later_waits_for_its_day(
    client: httpx2.AsyncClient, publish: Publish
) -> None:
    await drafted(client, "1亿")
    await publish(NAME, 1, "2026-01-01")
    await drafted(client, "2亿")
    await publish(NAME, 2, "2027-01-01")
    assert await class_of(client) == "large"
    assert await class_of(client, as_of="2027-01-01") == "ordinary"


async def test_two_versions_never_take_effect_on_one_day(client: httpx2.AsyncClient, publish: Publish) -> None:
    await drafted(client, "1亿")
    await drafted(client, "2亿")
    assert (await publish(NAME, 1, "2026-01-01")).status_code == 200
    second = await publish(NAME, 2, "2026-01-01")
    assert (second.status_code, second.json()["type"]) == (409, "urn:tierbook:problem:effective_date_taken")


async def test_a_version_is_published_once(client: httpx2.AsyncClient, publish: Publish) -> None:
    await drafted(client, "1亿")
    await publish(NAME, 1, "2026-01-01")
    again = await publish(NAME, 1, "2026-02-01")
    assert (again.status_code, again.json()["type"]) == (409, "urn:tierbook:problem:already_published")


async def test_a_published_version_cannot_be_changed_even_in_the_database(
    client: httpx2.AsyncClient, publish: Publish, sessions: Sessions
) -> None:
    await drafted(client, "1亿")
    await publish(NAME, 1, "2026-01-01")
    for statement in (
        "UPDATE rulebook_version SET document = '' WHERE name = 'deposit-classes'",
        "DELETE FROM rulebook_version WHERE name = 'deposit-classes'",
        "TRUNCATE rulebook_version CASCADE",
    ):
        async with sessions() as session:
            await session.execute(text("SET ROLE NONE"))  # the owner, who may all that is not refused to everybody
            with pytest.raises(IntegrityError, match="cannot change"):
                await session.execute(text(statement))


async def test_a_faulty_draft_is_kept_with_its_problems_and_refused_publication(
    client: httpx2.AsyncClient, publish: Publish
) -> None:
    wrong = BOOK.replace("BOUND", "1亿").replace("client_class: large}}", "client_class: ordinary}}")
    draft = (await client.post(PATH, json={"document": wrong})).json()
    assert [each["code"] for each in draft["check"]["problems"]] == ["EXAMPLE_FAILS"]
    refused = await publish(NAME, 1, "2026-01-01")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tierbook:problem:unsound_rulebook")
    assert refused.json()["errors"][0]["code"] == "example_fails"


async def test_a_document_is_stored_under_its_own_name_only(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/v1/rulebooks/another-name/versions", json={"document": BOOK.replace("BOUND", "1亿")})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tierbook:problem:rulebook_name_mismatch")


async def test_a_version_is_shown_with_its_document_and_every_rule_in_words(client: httpx2.AsyncClient) -> None:
    digest = (await drafted(client, "1亿"))["digest"]
    shown = (await client.get(f"{PATH}/1")).json()
    assert shown["digest"] == digest
    assert shown["document"] == BOOK.replace("BOUND", "1亿")
    assert shown["created_by"] == AUTHOR
    [rule] = [each for each in shown["explanation"] if each["part"] == "classifications.client_class"]
    assert "1亿" in rule["says"]["zh"]
    assert rule["source"] == "a test"


async def test_the_etag_of_a_version_is_another_whenever_something_is_that_is_shown(
    client: httpx2.AsyncClient, publish: Publish, sessions: Sessions
) -> None:
    tags = []
    await drafted(client, "1亿")
    tags.append(await tag_of(client))
    async with sessions.begin() as session:
        await simulated(session, NAME, 1)
    tags.append(await tag_of(client))
    assert (await publish(NAME, 1, "2026-12-01")).status_code == 200
    tags.append(await tag_of(client))
    assert (await client.post(f"{PATH}/1/end", json={"on": "2026-12-24"})).status_code == 200
    tags.append(await tag_of(client))
    assert len(set(tags)) == 4
    assert await tag_of(client) == tags[-1]


async def tag_of(client: httpx2.AsyncClient) -> str:
    tag: str = (await client.get(f"{PATH}/1")).headers["etag"]
    return tag


async def test_versions_come_in_pages_the_newest_first(client: httpx2.AsyncClient) -> None:
    for bound in ("1亿", "2亿", "3亿"):
        await drafted(client, bound)
    first = (await client.get(PATH, params={"limit": 2})).json()
    second = (await client.get(PATH, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [each["version"] for each in first["items"] + second["items"]] == [3, 2, 1]
    assert second["next_cursor"] is None


async def test_rulebooks_in_force_come_in_pages_by_name(client: httpx2.AsyncClient, publish: Publish) -> None:
    for name in ("b-book", "a-book", "c-book"):
        document = BOOK.replace("BOUND", "1亿").replace(NAME, name)
        await client.post(f"/v1/rulebooks/{name}/versions", json={"document": document})
        await publish(name, 1, "2026-01-01")
    first = (await client.get("/v1/rulebooks", params={"limit": 2})).json()
    second = (await client.get("/v1/rulebooks", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [each["name"] for each in first["items"] + second["items"]] == ["a-book", "b-book", "c-book"]
    assert second["next_cursor"] is None


async def test_a_fact_that_one_rulebook_reads_and_another_cannot_stops_the_other_alone(
    client: httpx2.AsyncClient,
    publish: Publish,
) -> None:
    await drafted(client, "1亿")
    await publish(NAME, 1, TODAY)
    other = BOOK.replace("BOUND", "20").replace(NAME, "other").replace("type: money", "type: count")
    await client.post("/v1/rulebooks/other/versions", json={"document": other})
    await publish("other", 1, TODAY)
    answer = (await client.post("/v1/score", json={"facts": {"deposit_balance": "0.50"}})).json()
    assert [each["rulebook"]["name"] for each in answer["decisions"]] == [NAME]
    assert answer["not_decided"] == [{"rulebook": "other", "reason": "invalid_facts", "facts": ["deposit_balance"]}]
    neither = await client.post("/v1/score", json={"facts": {"deposit_balance": "much", "unknown": 1}})
    assert [(each["pointer"], each["code"]) for each in neither.json()["errors"]] == [
        ("/facts/deposit_balance", "invalid_value"),
        ("/facts/unknown", "unknown_fact"),
    ]


@pytest.mark.parametrize("number", ["1_0", "+1", "01", "1.0", "%201", "true"])
async def test_a_version_in_a_path_is_digits_alone(client: httpx2.AsyncClient, number: str) -> None:
    await drafted(client, "1亿")
    assert (await client.get(f"{PATH}/{number}")).status_code == 422


async def test_facts_that_no_rulebook_reads_all_leave_each_out_and_accuse_nobody(
    client: httpx2.AsyncClient, publish: Publish
) -> None:
    for name, first, second in (("one", "money", "count"), ("two", "count", "money")):
        facts = f"  balance: {{type: {first}, missing: zero}}\n  limit: {{type: {second}, missing: zero}}"
        document = TWO_FACTS.replace("NAME", name).replace("FACTS", facts)
        stored = await client.post(f"/v1/rulebooks/{name}/versions", json={"document": document})
        assert stored.json()["check"]["problems"] == []
        await publish(name, 1, TODAY)
    given = {"balance": "0.50", "limit": "0.50"}
    left_out = (await client.post("/v1/score", json={"facts": given})).json()["not_decided"]
    assert [(each["rulebook"], each["facts"]) for each in left_out] == [("one", ["limit"]), ("two", ["balance"])]
    misspelt = await client.post("/v1/score", json={"facts": {**given, "oops": 1}})
    assert [each["pointer"] for each in misspelt.json()["errors"]] == ["/facts/oops"]
