"""Assessments over HTTP: decided under what governs, stored whole, once per review, replayed to the byte."""

import json
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import text

from app.clock import ManualClock
from app.db.engine import Sessions
from tests.standing.conftest import CLIENT, Assess, CallerOf, Know

ASSESS = f"/v1/clients/{CLIENT}/assessments"


async def test_a_client_is_decided_under_every_rulebook_that_governs_it(client: httpx2.AsyncClient, know: Know) -> None:
    await know(balance="50")
    answer = (await client.post(ASSESS, json={})).json()
    decided = {each["rulebook"]["name"]: each for each in answer["assessments"]}
    assert decided.keys() == {"balance-classes", "watched-clients"}
    assert decided["balance-classes"]["decision"]["classifications"]["size"]["value"] == "large"
    assert decided["balance-classes"]["after"] is None
    assert decided["watched-clients"]["decision"]["score"]["total"] == "50.0000"
    assert decided["watched-clients"]["after"]["tier"] == "none"


async def test_the_facts_are_stored_with_their_days_and_sources(
    client: httpx2.AsyncClient, know: Know, assess: Assess, clock: ManualClock
) -> None:
    await know(balance="50")
    clock.advance(timedelta(days=36))
    fact = (await assess())["facts"]["balance"]
    assert (fact["value"], fact["as_of"], fact["source"], fact["age_days"], fact["stale"]) == (
        "50",
        "2026-11-22",
        "ledger",
        36,
        True,
    )


async def test_a_fact_counts_that_was_committed_by_a_clock_ahead_of_ours(
    know: Know, assess: Assess, clock: ManualClock
) -> None:
    clock.advance(timedelta(seconds=2))
    await know(balance="50")
    clock.advance(timedelta(seconds=-2))
    assert (await assess())["facts"]["balance"]["value"] == "50"


async def test_what_the_profile_says_counts_as_facts(client: httpx2.AsyncClient) -> None:
    answer = (await client.post(ASSESS, json={"rulebook": "balance-classes"})).json()
    assert answer["assessments"][0]["facts"]["segment"]["source"] == "profile"


async def test_the_profile_counts_from_its_day_in_the_bank_s_own_time(
    client: httpx2.AsyncClient, bank_in_new_york: str
) -> None:
    answer = await client.post(f"/v1/clients/{bank_in_new_york}/assessments", json={"rulebook": "balance-classes"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["assessments"][0]["facts"]["segment"]["as_of"] == "2026-11-21"


async def test_a_rulebook_that_is_not_for_the_client_says_so(client: httpx2.AsyncClient) -> None:
    await client.put(
        f"/v1/clients/{CLIENT}", json={"kind": "company", "name": "北方重工", "unit": "B1-S1", "segment": "retail"}
    )
    answer = (await client.post(ASSESS, json={})).json()
    assert answer["not_decided"] == [{"rulebook": "balance-classes", "reason": "not_applicable", "facts": []}]
    alone = await client.post(ASSESS, json={"rulebook": "balance-classes"})
    assert (alone.status_code, alone.json()["errors"][0]["code"]) == (422, "not_applicable")


async def test_a_review_is_decided_once(client: httpx2.AsyncClient, know: Know, assess: Assess) -> None:
    await know(balance="50")
    first = await assess("2026-Q4")
    await know(balance="90")
    again = await assess("2026-Q4", status=200)
    assert again == first
    assert len((await client.get(ASSESS)).json()["items"]) == 1


async def test_a_replay_gives_the_same_bytes(
    client: httpx2.AsyncClient, core: None, know: Know, assess: Assess
) -> None:
    await know(balance="57")
    assessed = await assess("2026-Q4")
    await know(balance="100")
    replayed = (await client.post(f"/v1/assessments/{assessed['id']}/replay")).json()
    assert replayed["identical"]
    assert replayed["stored"] == replayed["recomputed"]


@pytest.mark.parametrize(
    "tampered",
    [
        "facts = jsonb_set(facts, '{balance,value}', '\"91\"')",
        "standing = jsonb_set(standing, '{tier}', '\"key\"')",
        "result = replace(result, '90', '91')",
    ],
)
async def test_a_replay_tells_where_what_is_stored_was_changed(
    client: httpx2.AsyncClient, core: None, assess: Assess, sessions: Sessions, tampered: str
) -> None:
    assessed = await assess("2026-Q4")
    async with sessions.begin() as session:
        await session.execute(text("SET LOCAL ROLE NONE"))
        await session.execute(text("ALTER TABLE assessment DISABLE TRIGGER USER"))
        await session.execute(text(f"UPDATE assessment SET {tampered}"))  # noqa: S608 - the cases above
        await session.execute(text("ALTER TABLE assessment ENABLE TRIGGER USER"))
    session.expunge_all()
    replayed = (await client.post(f"/v1/assessments/{assessed['id']}/replay")).json()
    assert not replayed["identical"]


async def test_what_is_stored_tells_its_reasons_again(client: httpx2.AsyncClient, core: None, assess: Assess) -> None:
    assessed = await assess("2026-Q4")
    read = (await client.get(f"/v1/assessments/{assessed['id']}")).json()
    assert read == assessed
    assert read["decision"]["tier"]["because"][0]["at_least"] == "76"
    assert json.loads(read["result"])["outcome"]["score"] == "90"


async def test_a_day_to_come_is_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.post(ASSESS, json={"as_of": "2026-11-23"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tierbook:problem:day_to_come")


async def test_a_day_before_the_last_assessment_is_refused(client: httpx2.AsyncClient, assess: Assess) -> None:
    await assess()
    answer = await client.post(ASSESS, json={"rulebook": "watched-clients", "as_of": "2026-11-21"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tierbook:problem:older_than_last_assessment")


async def test_nobody_assesses_a_client_outside_its_unit(
    of: CallerOf, client: httpx2.AsyncClient, assess: Assess
) -> None:
    mine = await assess()
    outside = await of("B2")
    for answer in (
        await outside.post(ASSESS, json={}),
        await outside.get(ASSESS),
        await outside.get(f"/v1/clients/{CLIENT}/standing"),
        await outside.get(f"/v1/clients/{CLIENT}/moves"),
        await outside.get(f"/v1/assessments/{mine['id']}"),
        await outside.post(f"/v1/assessments/{mine['id']}/replay"),
    ):
        assert answer.status_code == 404
    inside = await of("B1")
    assert (await inside.get(f"/v1/assessments/{mine['id']}")).status_code == 200
