"""Facts of one client over HTTP: told, kept, read as of any day and moment."""

from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.scopes import Scope
from app.clock import ManualClock
from app.db.engine import Sessions
from tests.clients.conftest import CallerOf
from tests.clients.telling import CLIENT, LONG, SHORT, TODAY, govern, known, open_client, stored, tell, values

PROFILE = {"segment": "corporate", "industry": "industry", "level": "bank_wide", "category": "industry_leader"}


@pytest.fixture
async def client(app: FastAPI, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """An administrator of a bank with the client C-1 and two rulebooks."""
    await govern(app, SHORT, LONG)
    await open_client(client)
    return client


async def history(client: httpx2.AsyncClient, fact: str = "balance", **asked: Any) -> Any:
    answer = await client.get(f"/v1/clients/{CLIENT}/facts/{fact}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_is_told_is_known_with_its_day_its_source_and_who_recorded_it(client: httpx2.AsyncClient) -> None:
    results = await tell(client, {"balance": "2.3亿"}, as_of="2026-11-20", source="core-banking")
    assert results["balance"]["status"] == 201
    fact = (await known(client))["balance"]
    assert (fact["value"], fact["as_of"], fact["source"]) == ("2.3亿", "2026-11-20", "core-banking")
    assert (fact["recorded_by"], fact["recorded_at"], fact["age_days"]) == ("test", "2026-11-22T04:00:00Z", 2)


async def test_a_fact_may_have_a_day_and_a_source_of_its_own(client: httpx2.AsyncClient) -> None:
    told = {"balance": 5, "rating": {"value": "A", "as_of": "2026-06-30", "source": "bureau"}}
    await tell(client, told, as_of="2026-11-01", source="core")
    facts = await known(client)
    assert (facts["balance"]["as_of"], facts["balance"]["source"]) == ("2026-11-01", "core")
    assert (facts["rating"]["as_of"], facts["rating"]["source"]) == ("2026-06-30", "bureau")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("199999999.99", "199999999.99"),
        ('"2.3亿"', "2.3亿"),
        ("0.1", "0.1"),
        ("12.50", "12.50"),
        ("-0", "0"),
        ("true", "true"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
async def test_values_are_kept_exactly_as_they_were_written(client: httpx2.AsyncClient, sent: str, kept: str) -> None:
    body = f'{{"facts": {{"nobody_reads_it": {sent}}}}}'
    headers = {"Content-Type": "application/json"}
    assert (await client.post(f"/v1/clients/{CLIENT}/facts", content=body, headers=headers)).status_code == 207
    assert (await values(client))["nobody_reads_it"] == kept


async def test_what_is_known_already_is_not_written_again(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    assert (await tell(client, {"balance": "5"}))["balance"]["status"] == 201
    assert (await tell(client, {"balance": "5"}))["balance"]["status"] == 200
    async with sessions() as session:
        assert await stored(session) == [(CLIENT, "balance", "5")]
        entries = await session.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'facts.recorded'"))
    assert entries == 1


async def test_the_same_value_of_another_day_or_source_is_new(client: httpx2.AsyncClient) -> None:
    await tell(client, {"balance": "5"})
    assert (await tell(client, {"balance": "5"}, source="bureau"))["balance"]["status"] == 201
    assert (await tell(client, {"balance": "5"}, as_of="2026-11-01"))["balance"]["status"] == 201


async def test_a_value_that_comes_back_after_another_is_new(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    for value in ("5", "6", "5"):
        assert (await tell(client, {"balance": value}))["balance"]["status"] == 201
        clock.advance(timedelta(seconds=1))
    assert [each["value"] for each in (await history(client))["items"]] == ["5", "6", "5"]


async def test_of_one_day_the_value_recorded_last_counts(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    await tell(client, {"balance": "5"}, source="core")
    clock.advance(timedelta(seconds=1))
    await tell(client, {"balance": "6"}, source="bureau")
    assert await values(client) == {"balance": "6"}


async def test_the_latest_day_counts_whenever_it_was_recorded(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    await tell(client, {"balance": "6"}, as_of="2026-11-20")
    clock.advance(timedelta(hours=1))
    await tell(client, {"balance": "5"}, as_of="2026-11-01")
    assert await values(client) == {"balance": "6"}
    assert await values(client, as_of="2026-11-19") == {"balance": "5"}


async def test_what_was_known_at_a_moment_can_be_asked_for(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    await tell(client, {"balance": "5"}, as_of="2026-11-20")
    before = clock.now().isoformat()
    clock.advance(timedelta(days=1))
    await tell(client, {"balance": "4"}, as_of="2026-11-20")
    assert await values(client, known_at=before) == {"balance": "5"}
    assert await values(client, as_of="2026-11-20") == {"balance": "4"}
    assert await values(client, known_at="2020-01-01T00:00:00Z") == {}


async def test_a_value_of_a_day_to_come_is_refused(client: httpx2.AsyncClient) -> None:
    result = (await tell(client, {"balance": "5"}, as_of="2026-11-23"))["balance"]
    assert (result["status"], result["code"]) == (422, "after_today")
    assert await values(client) == {}


async def test_a_value_that_no_rulebook_can_read_is_refused_with_what_each_says(client: httpx2.AsyncClient) -> None:
    result = (await tell(client, {"rating": "D"}))["rating"]
    assert (result["status"], result["code"]) == (422, "invalid_value")
    assert result["detail"] == "is none of A, AA (long-lived); is none of B, A (short-lived)"


async def test_a_value_that_one_rulebook_can_read_is_kept(client: httpx2.AsyncClient) -> None:
    results = await tell(client, {"rating": "AA", "balance": "1"})
    assert (results["rating"]["status"], results["rating"]["read_by"]) == (201, ["long-lived"])
    assert results["balance"]["read_by"] == ["long-lived", "short-lived"]


async def test_a_value_that_a_pilot_reads_is_kept_for_clients_of_the_pilot_alone(
    app: FastAPI, client: httpx2.AsyncClient
) -> None:
    await open_client(client, "C-2", unit="B2-S1")
    pilot = SHORT.replace("[B, A]", "[C, B, A]").replace("low: B", "low: C")
    await govern(app, pilot, units=("B1",), until=date(2027, 1, 1))
    assert (await tell(client, {"rating": "C"}))["rating"]["read_by"] == ["short-lived"]
    assert (await tell(client, {"rating": "C"}, "C-2"))["rating"]["status"] == 422


async def test_a_name_that_no_rulebook_knows_is_kept_and_one_like_it_is_named(client: httpx2.AsyncClient) -> None:
    results = await tell(client, {"balanc": "5", "moon_phase": "new"})
    assert [(each["status"], each["read_by"], each["nearest"]) for each in results.values()] == [
        (201, [], "balance"),
        (201, [], None),
    ]
    assert await values(client) == {"balanc": "5", "moon_phase": "new"}


async def test_a_refused_fact_takes_no_other_with_it(client: httpx2.AsyncClient) -> None:
    results = await tell(client, {"rating": "D", "balance": "5"})
    assert [results[name]["status"] for name in ("rating", "balance")] == [422, 201]
    assert await values(client) == {"balance": "5"}


async def test_a_fact_is_stale_under_each_rulebook_by_its_own_max_age(client: httpx2.AsyncClient) -> None:
    await tell(client, {"balance": "5"}, as_of=str(TODAY - timedelta(days=36)))
    await tell(client, {"rating": "A"}, as_of="2020-01-01")
    facts = await known(client)
    assert facts["balance"]["stale"]
    assert facts["balance"]["max_ages"] == [
        {"rulebook": "long-lived", "max_age": "P1Y", "stale": False},
        {"rulebook": "short-lived", "max_age": "P35D", "stale": True},
    ]
    assert (facts["rating"]["stale"], facts["rating"]["max_ages"]) == (False, [])
    earlier = await known(client, as_of=str(TODAY - timedelta(days=1)))
    assert (earlier["balance"]["stale"], earlier["balance"]["age_days"]) == (False, 35)


async def test_what_classifies_a_client_is_known_from_its_profile(client: httpx2.AsyncClient) -> None:
    await open_client(client, **PROFILE, co_managed=True)
    facts = await known(client)
    assert {name: (fact["value"], fact["source"], fact["as_of"]) for name, fact in facts.items()} == {
        "segment": ("corporate", "profile", "2026-11-22"),
        "co_managed": ("true", "profile", "2026-11-22"),
        "industry": ("industry", "profile", "2026-11-22"),
        "level": ("bank_wide", "profile", "2026-11-22"),
        "category": ("industry_leader", "profile", "2026-11-22"),
        "client_type": ("enterprise", "profile", "2026-11-22"),
    }


@pytest.mark.parametrize("fact", ["segment", "co_managed", "client_type"])
async def test_what_the_profile_holds_is_not_recorded_beside_it(client: httpx2.AsyncClient, fact: str) -> None:
    results = await tell(client, {fact: "yes", "balance": "5"})
    assert (results[fact]["status"], results[fact]["code"]) == (422, "in_profile")
    assert results[fact]["detail"] == "is kept in the client's profile: PUT /v1/clients/{client_id}"
    assert results["balance"]["status"] == 201
    assert (await history(client, fact))["items"] == []


@pytest.mark.parametrize(("kind", "client_type"), [("institution", "institution"), ("person", None)])
async def test_what_kind_of_client_it_is_decides_its_type(
    client: httpx2.AsyncClient, kind: str, client_type: str | None
) -> None:
    await open_client(client, "C-2", kind=kind)
    facts = await known(client, "C-2")
    assert facts.get("client_type", {"value": None})["value"] == client_type


async def test_the_profile_counts_as_it_was_on_the_day(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    await open_client(client, segment="corporate")
    before = clock.now().isoformat()
    clock.advance(timedelta(hours=13))  # one in the morning of the next day, in Shanghai; the same day in UTC
    await open_client(client, segment="retail")
    facts = await known(client)
    assert (facts["segment"]["value"], facts["segment"]["as_of"]) == ("retail", "2026-11-23")
    facts = await known(client, as_of="2026-11-22")
    assert (facts["segment"]["value"], facts["segment"]["as_of"]) == ("corporate", "2026-11-22")
    assert (await known(client, known_at=before))["segment"]["value"] == "corporate"
    assert await known(client, as_of="2026-11-21") == {}


async def test_the_history_of_a_fact_is_told_whole_the_newest_day_first(
    client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    for day, value in (("2026-03-31", "3"), ("2026-09-30", "9"), ("2026-06-30", "6"), ("2026-06-30", "66")):
        await tell(client, {"balance": value}, as_of=day)
        clock.advance(timedelta(seconds=1))
    whole = await history(client)
    assert ([each["value"] for each in whole["items"]], whole["next_cursor"]) == (["9", "66", "6", "3"], None)
    some = await history(client, since="2026-06-30", until="2026-09-30")
    assert [each["value"] for each in some["items"]] == ["66", "6"]


async def test_a_history_is_paged_without_a_gap_or_a_repetition(client: httpx2.AsyncClient) -> None:
    for number in range(7):
        await tell(client, {"balance": str(number)})  # all of one day and one moment
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await history(client, limit=3, **({"cursor": cursor} if cursor else {}))
        seen += [each["value"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


async def test_what_was_never_recorded_has_an_empty_history(client: httpx2.AsyncClient) -> None:
    assert await history(client, "nothing") == {"items": [], "next_cursor": None}


async def test_what_was_known_at_a_moment_stays_so_whatever_is_recorded_later(
    client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    seen: list[tuple[str, dict[str, Any]]] = []
    for number, day in enumerate(("2026-11-01", "2026-11-20", "2026-11-10", "2026-11-20", "2026-11-01")):
        await tell(client, {"balance": str(number), f"other_{number % 2}": str(number)}, as_of=day)
        moment = clock.now().isoformat()
        seen.append((moment, await known(client, known_at=moment, as_of="2026-11-22")))
        clock.advance(timedelta(hours=5))
    for moment, before in seen:
        assert await known(client, known_at=moment, as_of="2026-11-22") == before


@pytest.mark.parametrize("path", ["facts", "facts/balance"])
async def test_facts_of_a_client_outside_the_unit_are_not_there(
    client: httpx2.AsyncClient, of: CallerOf, path: str
) -> None:
    within, outside = await of("B1"), await of("B2")
    assert (await within.get(f"/v1/clients/{CLIENT}/{path}")).status_code == 200
    refused = await outside.get(f"/v1/clients/{CLIENT}/{path}")
    nothing = await outside.get(f"/v1/clients/C-0/{path}")
    assert (refused.status_code, nothing.status_code) == (404, 404)
    assert refused.json()["detail"] == nothing.json()["detail"]


async def test_facts_of_a_client_outside_the_unit_are_not_recorded_and_the_denial_is_kept(
    client: httpx2.AsyncClient, of: CallerOf, sessions: Sessions
) -> None:
    outside = await of("B2")
    answer = await outside.post(f"/v1/clients/{CLIENT}/facts", json={"facts": {"balance": "5"}})
    assert answer.status_code == 404
    async with sessions() as session:
        assert await stored(session) == []
        denied = "SELECT object_id, unit FROM audit_entry WHERE outcome = 'denied' AND object_type = 'client'"
        assert (await session.execute(text(denied))).all() == [(CLIENT, "B1-S1")]


async def test_reading_needs_another_scope_than_recording(client: httpx2.AsyncClient, of: CallerOf) -> None:
    reader, recorder = await of(None, Scope.CLIENTS_READ), await of(None, Scope.FACTS_WRITE)
    assert (await reader.get(f"/v1/clients/{CLIENT}/facts")).status_code == 200
    assert (await recorder.get(f"/v1/clients/{CLIENT}/facts")).status_code == 403
    body = {"facts": {"balance": "5"}}
    assert (await reader.post(f"/v1/clients/{CLIENT}/facts", json=body)).status_code == 403
    assert (await recorder.post(f"/v1/clients/{CLIENT}/facts", json=body)).status_code == 207


async def test_the_trail_says_which_facts_were_recorded_and_not_what_they_say(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    await tell(client, {"balance": "987654321", "rating": "D"}, as_of="2026-11-20", source="core")
    async with sessions() as session:
        rows = (await session.execute(text("SELECT * FROM audit_entry WHERE action = 'facts.recorded'"))).all()
    [entry] = rows
    assert (entry.object_type, entry.object_id, entry.unit, entry.key_name) == ("client", CLIENT, "B1-S1", "test")
    assert entry.after["facts"] == [{"fact": "balance", "as_of": "2026-11-20", "source": "core"}]
    assert "987654321" not in str(entry)


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({}, "/facts"),
        ({"balance": None}, "/facts/balance"),
        ({"balance": ""}, "/facts/balance"),
        ({"balance": " \t"}, "/facts/balance"),
        ({"balance": "x" * 201}, "/facts/balance"),
        ({"balance": []}, "/facts/balance"),
        ({"balance": {}}, "/facts/balance/value"),
        ({"balance": {"value": "5", "day": "2026-11-20"}}, "/facts/balance/day"),
        ({"balance": {"value": "5", "as_of": 20261120}}, "/facts/balance/as_of"),
        ({"Balance": "5"}, "/facts/Balance"),
        ({"a" * 65: "5"}, f"/facts/{'a' * 65}"),
        ({"": "5"}, "/facts/"),
        ({f"fact_{number}": "5" for number in range(501)}, "/facts"),
    ],
)
async def test_what_cannot_be_read_is_refused_whole_and_named(
    client: httpx2.AsyncClient, facts: dict[str, Any], pointer: str
) -> None:
    answer = await client.post(f"/v1/clients/{CLIENT}/facts", json={"facts": facts})
    assert answer.status_code == 422
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}
    assert await values(client) == {}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("as_of", "20261122"),
        ("known_at", "2026-11-22"),
        ("known_at", "1795320000"),
        ("known_at", "2026-11-22T04:00:00"),
    ],
)
async def test_a_day_or_a_moment_that_is_not_written_out_is_refused(
    client: httpx2.AsyncClient, parameter: str, value: str
) -> None:
    answer = await client.get(f"/v1/clients/{CLIENT}/facts", params={parameter: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"query/{parameter}"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for(
    client: httpx2.AsyncClient, day: str
) -> None:
    await tell(client, {"balance": "5"}, as_of="0001-01-01")
    assert (await values(client, as_of=day)) == {"balance": "5"}
