"""Governance over HTTP: a second person, a simulation, pilots in some units, widened and ended; all on the trail."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.guard import ON_BEHALF_OF
from app.db.engine import Sessions
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings
from tests.rulebooks.publishing import BY_ANOTHER, FURTHER, SECOND, Publish, simulated
from tests.rulebooks.small_bank import found_small_bank, path_of
from tests.rulebooks.test_versions import BOOK, NAME, PATH, TODAY
from tests.service import NOON, SHANGHAI, client_of, new_key

pytestmark = pytest.mark.anyio

NOW = date(2026, 11, 22)
END = "2027-06-01"


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions) -> FastAPI:
    """An application in a small bank, with two drafts of a rulebook."""
    async with sessions.begin() as session:
        await found_small_bank(session)
    await app.state.rulebooks.refresh()
    return app


@pytest.fixture
async def client(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """An administrator, who stored two drafts."""
    for bound in ("1亿", "2亿"):
        await drafted(client, bound)
    return client


@pytest.fixture
async def branch(app: FastAPI, settings: Settings, sessions: Sessions) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller who may do everything within the branch B1."""
    async with sessions.begin() as session:
        key = new_key(session, settings, name="branch", unit="B1")
    async with client_of(app, key.token) as caller:
        yield caller


async def drafted(client: httpx2.AsyncClient, bound: str) -> int:
    answer = await client.post(PATH, json={"document": BOOK.replace("BOUND", bound)})
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["version"]
    return number


async def posted(client: httpx2.AsyncClient, path: str, **body: Any) -> httpx2.Response:
    return await client.post(f"{PATH}/{path}", json=body, headers=BY_ANOTHER)


async def trail(sessions: Sessions, outcome: str) -> list[Any]:
    query = text("SELECT action, object_id, reason, digest FROM audit_entry WHERE outcome = :outcome ORDER BY id")
    async with sessions() as session:
        return [*(await session.execute(query, {"outcome": outcome})).all()]


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def governing(app: FastAPI, unit: str, day: date) -> int:
    number: int = app.state.rulebooks.governing(NAME, path_of(unit, day), day).number
    return number


async def test_whoever_stored_a_draft_does_not_publish_it(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await simulated(session, NAME, 1)
    assert refusal(await client.post(f"{PATH}/1/publish", json={})) == (403, "second_person_needed")
    denied = await trail(sessions, "denied")
    assert [each[:3] for each in denied] == [("rulebook.published", f"{NAME}@1", "second_person_needed")]
    assert (await client.get(f"{PATH}/1")).json()["state"] == "draft"
    assert (await client.post(f"{PATH}/1/publish", json={}, headers=BY_ANOTHER)).status_code == 200


async def test_another_key_of_the_same_person_is_no_second_person(
    app: FastAPI, settings: Settings, sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    async with sessions.begin() as session:
        first, second = (new_key(session, settings, name=name, person=FURTHER) for name in ("first", "second"))
    async with client_of(app, first.token) as author, client_of(app, second.token) as same:
        number = await drafted(author, "3亿")
        assert refusal(await same.post(f"{PATH}/{number}/publish", json={})) == (403, "second_person_needed")


@pytest.mark.parametrize(("author", "publisher"), [({}, BY_ANOTHER), (BY_ANOTHER, {})])
async def test_one_key_once_with_a_person_and_once_without_is_no_second_person(
    app: FastAPI,
    settings: Settings,
    sessions: Sessions,
    client: httpx2.AsyncClient,
    author: dict[str, str],
    publisher: dict[str, str],
) -> None:
    async with sessions.begin() as session:
        key = new_key(session, settings, name="crm")
    async with client_of(app, key.token) as crm:
        draft = await crm.post(PATH, json={"document": BOOK.replace("BOUND", "1亿")}, headers=author)
        number = draft.json()["version"]
        async with sessions.begin() as session:
            await simulated(session, NAME, number)
        refused = await crm.post(f"{PATH}/{number}/publish", json={}, headers=publisher)
    assert refusal(refused) == (403, "second_person_needed")


async def test_whoever_is_named_as_author_or_second_person_is_an_officer_who_serves(
    client: httpx2.AsyncClient, publish: Publish, sessions: Sessions
) -> None:
    await publish(NAME, 1, TODAY)
    ghost, document = {ON_BEHALF_OF: "ghost-nobody"}, {"document": BOOK.replace("BOUND", "3亿")}
    for path, body in (("", document), ("/2/publish", {}), ("/1/widen", {"effective_from": "2026-12-01"})):
        refused = await client.post(f"{PATH}{path}", json=body, headers=ghost)
        assert refusal(refused) == (403, "not_an_officer")
    assert [each[:2] for each in await trail(sessions, "denied")] == [("officer.refused", "ghost-nobody")] * 3
    assert (await client.get(PATH)).json()["items"][0]["version"] == 2


async def test_a_bank_without_officers_publishes_by_two_keys_that_name_no_person(
    app: FastAPI, settings: Settings, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        assert await session.scalar(text("SELECT count(*) FROM officer")) == 0
        keys = [new_key(session, settings, name=name) for name in ("writer", "publisher")]
    async with client_of(app, keys[0].token) as writer, client_of(app, keys[1].token) as publisher:
        number = await drafted(writer, "1亿")
        async with sessions.begin() as session:
            await simulated(session, NAME, number)
        assert refusal(await writer.post(f"{PATH}/{number}/publish", json={})) == (403, "second_person_needed")
        assert (await publisher.post(f"{PATH}/{number}/publish", json={})).status_code == 200


async def test_a_draft_that_was_not_simulated_is_not_published(client: httpx2.AsyncClient) -> None:
    refused = await posted(client, "1/publish")
    assert refusal(refused) == (409, "simulation_needed")
    assert "POST /v1/runs of kind dry_run" in refused.json()["detail"]


async def test_a_simulation_counts_for_its_own_digest_alone(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await simulated(session, NAME, 1)
    assert refusal(await posted(client, "2/publish")) == (409, "simulation_needed")
    remarked = (await client.post(PATH, json={"document": f"# a remark\n{BOOK.replace('BOUND', '1亿')}"})).json()
    assert (await posted(client, f"{remarked['version']}/publish")).status_code == 200


async def test_the_shipped_rulebooks_say_that_they_published_themselves(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        count = await publish_shipped(session, NOON, SHANGHAI)
    published = [each for each in await trail(sessions, "done") if each[0] == "rulebook.published"]
    assert len(published) == count
    assert all("without a second person and without a simulation" in each[2] for each in published)


async def test_a_pilot_governs_its_units_and_below_between_its_days(
    app: FastAPI, client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, "2026-01-01")
    answer = await publish(NAME, 2, "2026-12-01", ["B1-S1", "B2"], effective_until=END)
    assert {each["unit"]: each["effective_until"] for each in answer.json()["reigns"]} == {"B1-S1": END, "B2": END}
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2027, 5, 31), date(2027, 6, 1)]
    assert [governing(app, "B1-S1-O1", day) for day in days] == [1, 2, 2, 1]
    assert [governing(app, "B1", day) for day in days] == [1, 1, 1, 1]
    assert [governing(app, "B1-S2", day) for day in days] == [1, 1, 2, 1]  # it moves to B2 at the turn of the year


async def test_scoring_without_a_client_stays_with_the_bank_s_version(
    client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, "2026-01-01")
    await publish(NAME, 2, TODAY, ["HO"], effective_until=END)
    asked = {"rulebook": NAME, "facts": {"deposit_balance": "1亿"}}
    assert (await client.post("/v1/score", json=asked)).json()["rulebook"]["version"] == 1
    assert (await client.get(f"/v1/rulebooks/{NAME}")).json()["version"] == 1
    assert (await client.post("/v1/score", json={**asked, "version": 2})).json()["rulebook"]["version"] == 2


async def test_where_only_a_pilot_governs_the_rest_of_the_bank_has_none(
    app: FastAPI, client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, TODAY, ["B1"], effective_until=END)
    assert [each.number for each in app.state.rulebooks.all_governing(("B1", "HO"), NOW)] == [1]
    assert app.state.rulebooks.all_governing(("B2", "HO"), NOW) == []
    assert refusal(await client.get(f"/v1/rulebooks/{NAME}")) == (404, "rulebook_not_in_force")


@pytest.mark.parametrize(
    ("asked", "code", "pointer"),
    [
        ({"units": ["B1"]}, "pilot_needs_end", "/effective_until"),
        ({"effective_until": END}, "bank_wide_has_no_end", "/effective_until"),
        ({"units": ["B1"], "effective_until": TODAY}, "ends_before_it_begins", "/effective_until"),
        ({"units": ["B1", "B9"], "effective_until": END}, "no_such_unit", "/units/1"),
    ],
)
async def test_days_and_units_that_do_not_fit_are_named(
    client: httpx2.AsyncClient, publish: Publish, asked: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await publish(NAME, 1, TODAY, **asked)
    assert answer.status_code == 422
    assert [(each["code"], each["pointer"]) for each in answer.json()["errors"]] == [(code, pointer)]
    assert (await client.get(f"{PATH}/1")).json()["state"] == "draft"


@pytest.mark.parametrize(
    ("unit", "first", "status"),
    [
        ("B1", TODAY, 409),
        ("HO", TODAY, 409),
        ("B1-S1-O1", TODAY, 409),
        ("B1", "2027-05-31", 409),
        ("B1", END, 200),
        ("B2", TODAY, 200),
        ("B1-S2", "2026-12-31", 409),
        ("B1-S2", "2027-01-01", 200),  # no longer under B1
    ],
)
async def test_two_pilots_never_meet_on_one_path(
    client: httpx2.AsyncClient, publish: Publish, unit: str, first: str, status: int
) -> None:
    await publish(NAME, 1, TODAY, ["B1"], effective_until=END)
    answer = await publish(NAME, 2, first, [unit], effective_until="2027-12-31")
    assert answer.status_code == status, answer.text
    if status == 409:
        assert refusal(answer) == (409, "reign_overlaps")
        assert answer.json()["detail"].startswith(f"Version 1 of {NAME} governs in B1 on ")


async def test_a_pilot_is_widened_to_more_units_and_then_to_the_whole_bank(
    app: FastAPI, client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, "2026-01-01")
    await publish(NAME, 2, TODAY, ["B1-S1"], effective_until=END)
    wider = await posted(client, "2/widen", units=["B1"], effective_from="2026-12-01", effective_until=END)
    assert len(wider.json()["reigns"]) == 2
    assert [governing(app, "B1-S2", day) for day in (NOW, date(2026, 12, 1))] == [1, 2]
    whole = await posted(client, "2/widen", effective_from="2027-03-01")
    assert whole.json()["reigns"][-1]["unit"] is None
    assert [governing(app, "B2", date(2027, month, 1)) for month in (2, 3)] == [1, 2]


async def test_an_earlier_version_is_brought_back_by_widening_it(
    app: FastAPI, client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, "2026-01-01")
    await publish(NAME, 2, TODAY)
    assert refusal(await posted(client, "1/widen")) == (409, "effective_date_taken")
    assert (await posted(client, "1/widen", effective_from="2026-11-23")).status_code == 200
    assert [governing(app, "HO", date(2026, 11, day)) for day in (21, 22, 23)] == [1, 2, 1]
    assert (await client.get(f"/v1/rulebooks/{NAME}?as_of=2026-11-23")).json()["effective_from"] == "2026-11-23"


async def test_widening_needs_a_second_person_and_a_published_version(
    client: httpx2.AsyncClient, publish: Publish
) -> None:
    assert refusal(await posted(client, "2/widen")) == (409, "not_published")
    await publish(NAME, 1, TODAY, ["B1"], effective_until=END)
    alone = await client.post(f"{PATH}/1/widen", json={})
    assert refusal(alone) == (403, "second_person_needed")


async def test_where_a_pilot_is_ended_the_bank_s_version_governs_again(
    app: FastAPI, client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, "2026-01-01")
    await publish(NAME, 2, TODAY, ["B1", "B2"], effective_until=END)
    ended = await posted(client, "2/end", units=["B1"], on="2026-12-01")
    assert {each["unit"]: each["effective_until"] for each in ended.json()["reigns"]} == {"B1": "2026-12-01", "B2": END}
    assert [governing(app, "B1", date(2026, 11, 30)), governing(app, "B1", date(2026, 12, 1))] == [2, 1]
    assert governing(app, "B2", date(2026, 12, 1)) == 2


async def test_whoever_sees_a_version_go_wrong_ends_it_alone(
    app: FastAPI, client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, TODAY, ["B1"], effective_until=END)
    assert (await client.post(f"{PATH}/1/end", json={"units": ["B1"]})).status_code == 200
    assert app.state.rulebooks.all_governing(("B1", "HO"), NOW) == []


async def test_a_version_of_the_bank_that_is_called_off_leaves_the_one_before(
    app: FastAPI, client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, "2026-01-01")
    await publish(NAME, 2, "2026-12-01")
    called_off = (await posted(client, "2/end", on="2026-11-25")).json()
    assert (called_off["state"], called_off["effective_from"]) == ("published", None)
    assert governing(app, "HO", date(2026, 12, 1)) == 1
    assert (await posted(client, "2/widen", effective_from="2026-12-01")).status_code == 200
    assert governing(app, "HO", date(2026, 12, 1)) == 2


async def test_where_the_bank_s_version_is_ended_none_governs_until_another_begins(
    client: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, "2026-01-01")
    await posted(client, "1/end", on="2026-12-01")
    gone = await client.get(f"/v1/rulebooks/{NAME}?as_of=2026-12-01")
    assert refusal(gone) == (404, "rulebook_not_in_force")
    await publish(NAME, 2, "2026-12-05")
    gone = await client.get(f"/v1/rulebooks/{NAME}?as_of=2026-12-01")
    assert gone.json()["detail"].endswith("the next takes effect on 2026-12-05.")


async def test_what_does_not_govern_is_not_ended(client: httpx2.AsyncClient, publish: Publish) -> None:
    await publish(NAME, 1, "2026-01-01")
    await publish(NAME, 2, "2026-12-01")
    for number, asked in (
        (1, {"units": ["B1"]}),
        (1, {"on": "2026-12-01"}),  # version 2 has followed by then
        (2, {"units": ["B9"]}),
    ):
        assert refusal(await posted(client, f"{number}/end", **asked)) == (409, "not_governing")
    await posted(client, "2/end")
    assert refusal(await posted(client, "2/end")) == (409, "not_governing")


async def test_the_past_stays_decided(client: httpx2.AsyncClient, publish: Publish) -> None:
    yesterday = "2026-11-21"
    pilot = await publish(NAME, 1, yesterday, ["B1"], effective_until=END)
    assert refusal(pilot) == (409, "effective_date_past")
    await publish(NAME, 1, TODAY, ["B1"], effective_until=END)
    for path, asked in (
        ("1/widen", {"units": ["B2"], "effective_from": yesterday, "effective_until": END}),
        ("1/widen", {"effective_from": yesterday}),
        ("1/end", {"units": ["B1"], "on": yesterday}),
    ):
        assert refusal(await posted(client, path, **asked)) == (409, "effective_date_past")


async def test_a_key_of_a_unit_drafts_and_checks_but_has_nothing_govern(
    client: httpx2.AsyncClient, branch: httpx2.AsyncClient, publish: Publish, sessions: Sessions
) -> None:
    number = await drafted(branch, "3亿")
    assert (await branch.post(f"{PATH}/{number}/check", json={})).status_code == 200
    await publish(NAME, 1, TODAY, ["B1"], effective_until=END)
    for path, asked in (
        ("2/publish", {"units": ["B1"], "effective_until": END}),
        ("1/widen", {}),
        ("1/end", {"units": ["B1"]}),
    ):
        assert refusal(await branch.post(f"{PATH}/{path}", json=asked)) == (403, "whole_bank_matter")
    denied = await trail(sessions, "denied")
    assert [each[0] for each in denied] == ["rulebook.published", "rulebook.widened", "rulebook.ended"]


async def test_a_key_of_a_unit_sees_the_reigns_that_reach_it_and_no_other_unit(
    client: httpx2.AsyncClient, branch: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, TODAY, ["B1-S1", "B2"], effective_until=END)
    await publish(NAME, 2, "2027-06-01", ["HO"], effective_until="2027-07-01")
    first, second = [(await branch.get(f"{PATH}/{number}")).json() for number in (1, 2)]
    assert [each["unit"] for each in first["reigns"]] == ["B1-S1"]
    assert [each["unit"] for each in second["reigns"]] == ["B1"]
    listed = (await branch.get(PATH)).json()["items"]
    assert [each["reigns"] for each in listed] == [second["reigns"], first["reigns"]]
    whole = (await client.get(f"{PATH}/1")).json()
    assert {each["unit"] for each in whole["reigns"]} == {"B1-S1", "B2"}


async def test_a_pilot_of_a_sibling_does_not_show_by_its_first_day(
    client: httpx2.AsyncClient, branch: httpx2.AsyncClient, publish: Publish
) -> None:
    await publish(NAME, 1, TODAY, ["B2"], effective_until=END)
    assert (await branch.get(f"{PATH}/1")).json()["effective_from"] is None
    await posted(client, "1/widen", units=["B1-S1"], effective_from="2027-01-01", effective_until=END)
    listed = (await branch.get(PATH)).json()["items"]
    assert [(each["version"], each["effective_from"]) for each in listed] == [(2, None), (1, "2027-01-01")]
    assert (await client.get(f"{PATH}/1")).json()["effective_from"] == TODAY


async def test_every_step_is_on_the_trail_with_the_digest(
    client: httpx2.AsyncClient, publish: Publish, sessions: Sessions
) -> None:
    digest = (await publish(NAME, 1, TODAY, ["B1"], effective_until=END)).json()["digest"]
    await posted(client, "1/widen", units=["B2"], effective_until=END)
    await posted(client, "1/end", units=["B2"])
    noted = [each for each in await trail(sessions, "done") if each[1] == f"{NAME}@1"]
    assert [each[0].partition(".")[2] for each in noted] == ["drafted", "simulated", "published", "widened", "ended"]
    assert {each[3] for each in noted} == {digest}
    async with sessions() as session:
        query = text("SELECT person, before, after FROM audit_entry WHERE action = 'rulebook.ended'")
        [(person, before, after)] = (await session.execute(query)).all()
    assert person == SECOND
    assert before == {"reigns": [{"unit": "B2", "effective_from": TODAY, "effective_until": END}]}
    assert after == {"units": ["B2"], "on": TODAY}
