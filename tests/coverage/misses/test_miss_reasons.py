"""Reasons for a miss: proposed, decided by a second person, beside the figure (issue: coverage, point 6)."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.access.scopes import Scope
from app.coverage.misses.key import ReasonKey
from app.coverage.misses.queries import reasons_of
from app.db.engine import Sessions
from tests.coverage.kept import owed
from tests.organisation.bank import open_bank
from tests.recognition.at_work import refusal, wrong
from tests.service import client_of, new_key
from tests.standing.conftest import as_person

PATH = "/v1/coverage/reasons"
BOOK = "corporate-classes"
CallerOf = Callable[..., Awaitable[httpx2.AsyncClient]]
ASKED = {
    "client_id": "C-1",
    "rulebook": BOOK,
    "role": "relationship_manager",
    "period": "2026-11",
    "code": "client_refused",
    "explanation": "asked us not to come before the audit",
}
YES = {"remark": "agreed"}
MANAGER, HEAD = "b1-s1-rm", "b1-s1-head"


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions) -> FastAPI:
    async with sessions.begin() as session:
        await open_bank(session)
    return app


@pytest.fixture
async def client(client: httpx2.AsyncClient, sessions: Sessions) -> httpx2.AsyncClient:
    """An administrator of the whole bank; C-1 of B1-S1 and C-2 of B2-S1 are owed visits since July."""
    await founded(client, sessions)
    return client


@pytest.fixture
async def of(app: FastAPI) -> AsyncIterator[CallerOf]:
    async with AsyncExitStack() as callers:

        async def made(unit: str | None, *scopes: Scope, person: str | None = None) -> httpx2.AsyncClient:
            async with app.state.sessions.begin() as session:
                name = f"key of {person or unit}"
                key = new_key(session, app.state.settings, *scopes, name=name, unit=unit, person=person)
            return await callers.enter_async_context(client_of(app, key.token))

        yield made


async def founded(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    for client_id, unit in (("C-1", "B1-S1"), ("C-2", "B2-S1")):
        profile = {"kind": "company", "name": f"Name of {client_id}", "unit": unit}
        assert (await client.put(f"/v1/clients/{client_id}", json=profile)).is_success
        async with sessions.begin() as session:
            await owed(session, client_id, date(2026, 7, 1), "relationship_manager", "corporate_director")


async def proposed(client: httpx2.AsyncClient, person: str = MANAGER, **changed: Any) -> Any:
    answer = await client.post(PATH, json={**ASKED, **changed}, headers=as_person(person))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def said(
    client: httpx2.AsyncClient, reason: Any, verb: str, person: str = HEAD, body: Any = None
) -> httpx2.Response:
    body = body or ({"reason": "a mistake"} if verb == "withdraw" else YES)
    return await client.post(f"{PATH}/{reason['id']}/{verb}", json=body, headers=as_person(person))


async def states(client: httpx2.AsyncClient, **query: str) -> list[str]:
    answer = await client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return sorted(each["state"] for each in answer.json()["items"])


# --- proposing


async def test_a_proposed_reason_names_the_obligation_and_who_proposed_it(client: httpx2.AsyncClient) -> None:
    made = await proposed(client)
    assert made == (await client.get(f"{PATH}/{made['id']}")).json()
    assert made == {
        "id": made["id"],
        **ASKED,
        "officer_id": None,
        "label": {"en": "The client refused", "zh": "客户拒访"},
        "state": "proposed",
        "proposed_by": MANAGER,
        "proposed_at": "2026-11-22T04:00:00Z",
        "decided_by": None,
        "decided_at": None,
        "decision": None,
    }


@pytest.mark.parametrize(
    ("code", "zh"),
    [("client_refused", "客户拒访"), ("suspended", "业务暂停"), ("client_closed", "客户歇业"), ("other", "其他原因")],
)
async def test_every_code_is_labelled(client: httpx2.AsyncClient, code: str, zh: str) -> None:
    assert (await proposed(client, code=code))["label"]["zh"] == zh


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"client_id": "C-NONE"}, [("/client_id", "no_such_client")]),
        ({"role": "sub_branch_head"}, [("/role", "nothing_owed")]),
        ({"rulebook": "strategic-clients"}, [("/role", "nothing_owed")]),
        ({"period": "2026-Q4"}, [("/role", "nothing_owed")]),
        ({"period": "2026-06"}, [("/role", "nothing_owed")]),
        ({"period": "2026-12"}, [("/period", "not_begun")]),
        ({"period": "2026-13"}, [("/period", "string_pattern_mismatch")]),
        ({"period": "2026-11-01"}, [("/period", "string_pattern_mismatch")]),
        ({"period": "0000"}, [("/period", "string_pattern_mismatch")]),
        ({"period": "\uff12\uff10\uff12\uff16-11"}, [("/period", "string_pattern_mismatch")]),
        ({"officer_id": "nobody"}, [("/officer_id", "no_such_officer")]),
        ({"officer_id": "b2-s1-rm"}, []),
        ({"code": "rain"}, [("/code", "literal_error")]),
        ({"explanation": "\u200b"}, [("/explanation", "string_pattern_mismatch")]),
        ({"explanation": "x" * 1001}, [("/explanation", "string_too_long")]),
        ({"state": "accepted"}, [("/state", "extra_forbidden")]),
    ],
)
async def test_what_is_wrong_is_named_part_by_part(
    client: httpx2.AsyncClient, changed: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    """An officer of anywhere is one for a key of the whole bank."""
    answer = await client.post(PATH, json={**ASKED, **changed}, headers=as_person(MANAGER))
    assert (wrong(answer) if errors else answer.status_code) == (errors or 201)


async def test_it_is_of_what_was_owed_on_some_day_of_the_period(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    """Owed by another role from 15 September on, by none at all from 5 October on."""
    async with sessions.begin() as session:
        await owed(session, "C-1", date(2026, 9, 15), "corporate_director")
        await owed(session, "C-1", date(2026, 10, 5))
    for period, role, status in (
        ("2026-08", "relationship_manager", 201),
        ("2026-09", "relationship_manager", 201),
        ("2026-10", "relationship_manager", 422),
        ("2026-10", "corporate_director", 201),
        ("2026-11", "corporate_director", 422),
    ):
        body = {**ASKED, "period": period, "role": role}
        assert (await client.post(PATH, json=body, headers=as_person(MANAGER))).status_code == status, body


async def test_terms_that_were_replaced_on_their_first_day_never_held(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await owed(session, "C-1", date(2026, 11, 10), "branch_president")
        await owed(session, "C-1", date(2026, 11, 10), "relationship_manager")
    answer = await client.post(PATH, json={**ASKED, "role": "branch_president"}, headers=as_person(MANAGER))
    assert wrong(answer) == [("/role", "nothing_owed")]


@pytest.mark.parametrize("officer", ["b1-s1-rm", "b1-director", "ho-corporate", "b1-s2-rm"])
async def test_an_officer_is_named_who_serves_within_the_key_s_unit_or_above_the_client_s(
    client: httpx2.AsyncClient, of: CallerOf, officer: str
) -> None:
    branch = await of("B1")
    assert (await proposed(branch, officer_id=officer))["officer_id"] == officer


async def test_an_officer_of_elsewhere_is_nobody_unless_assigned(
    client: httpx2.AsyncClient, of: CallerOf, sessions: Sessions
) -> None:
    branch = await of("B1")
    body = {**ASKED, "officer_id": "b2-director"}
    there = await branch.post(PATH, json=body, headers=as_person(MANAGER))
    missing = await branch.post(PATH, json={**ASKED, "officer_id": "nobody"}, headers=as_person(MANAGER))
    assert there.json()["errors"] == missing.json()["errors"]
    async with sessions() as session:
        denied = text("SELECT object_id FROM audit_entry WHERE outcome = 'denied'")
        assert [*await session.scalars(denied)] == ["b2-director"]
    order = {"officer_id": "b2-director", "role": "corporate_director", "from": "2026-11-30"}
    assert (await client.post("/v1/clients/C-1/assignments", json=order)).status_code == 201
    await proposed(branch, officer_id="b2-director")
    october = await branch.post(PATH, json={**body, "period": "2026-10"}, headers=as_person(MANAGER))
    assert wrong(october) == [("/officer_id", "no_such_officer")]


# --- one at a time


async def test_there_is_one_reason_for_an_obligation_until_it_is_refused_or_withdrawn(
    client: httpx2.AsyncClient,
) -> None:
    first = await proposed(client)
    again = await client.post(PATH, json={**ASKED, "code": "other"}, headers=as_person(HEAD))
    assert refusal(again) == (409, "reason_there")
    assert (await said(client, first, "refuse")).json()["state"] == "refused"
    second = await proposed(client)
    assert (await said(client, second, "withdraw", MANAGER)).json()["state"] == "withdrawn"
    third = await proposed(client)
    assert (await said(client, third, "accept")).json()["state"] == "accepted"
    assert refusal(await client.post(PATH, json=ASKED, headers=as_person(MANAGER))) == (409, "reason_there")
    assert await states(client) == ["accepted", "refused", "withdrawn"]


@pytest.mark.parametrize(
    "changed",
    [{"client_id": "C-2"}, {"role": "corporate_director"}, {"officer_id": MANAGER}, {"period": "2026-10"}],
)
async def test_another_obligation_has_a_reason_of_its_own(client: httpx2.AsyncClient, changed: Any) -> None:
    await proposed(client)
    await proposed(client, **changed)
    assert await states(client) == ["proposed", "proposed"]


async def test_of_several_that_are_proposed_at_once_one_is(
    lasting_app: FastAPI, lasting_client: httpx2.AsyncClient
) -> None:
    async with lasting_app.state.sessions.begin() as session:
        await open_bank(session)
    await founded(lasting_client, lasting_app.state.sessions)
    sent = (lasting_client.post(PATH, json=ASKED, headers=as_person(MANAGER)) for _ in range(6))
    assert Counter(each.status_code for each in await asyncio.gather(*sent)) == {201: 1, 409: 5}


async def test_accepted_refused_and_withdrawn_at_once_it_is_one_of_them(
    lasting_app: FastAPI, lasting_client: httpx2.AsyncClient
) -> None:
    async with lasting_app.state.sessions.begin() as session:
        await open_bank(session)
    await founded(lasting_client, lasting_app.state.sessions)
    made = await proposed(lasting_client)
    verbs = (("accept", HEAD), ("refuse", "b1-director"), ("withdraw", MANAGER), ("accept", "b1-president"))
    answers = await asyncio.gather(*(said(lasting_client, made, *each) for each in verbs))
    assert Counter(each.status_code for each in answers) == {200: 1, 409: 3}
    async with lasting_app.state.sessions() as session:
        decided = text("SELECT count(*) FROM audit_entry WHERE object_type = 'miss_reason'")
        assert await session.scalar(decided) == 2


# --- the second person


async def test_a_second_person_accepts_with_a_remark(client: httpx2.AsyncClient) -> None:
    accepted = (await said(client, await proposed(client), "accept")).json()
    assert (accepted["state"], accepted["decided_by"], accepted["decided_at"], accepted["decision"]) == (
        "accepted",
        HEAD,
        "2026-11-22T04:00:00Z",
        "agreed",
    )


@pytest.mark.parametrize("verb", ["accept", "refuse"])
async def test_who_proposed_it_does_not_decide_and_the_try_is_kept(
    client: httpx2.AsyncClient, sessions: Sessions, verb: str
) -> None:
    made = await proposed(client)
    assert refusal(await said(client, made, verb, MANAGER)) == (403, "second_person_needed")
    assert await states(client) == ["proposed"]
    async with sessions() as session:
        denied = text("SELECT person, object_id FROM audit_entry WHERE action = 'miss_reason.refused_to_proposer'")
        assert [tuple(row) for row in await session.execute(denied)] == [(MANAGER, made["id"])]


@pytest.mark.parametrize(("first", "second"), [({}, as_person(HEAD)), (as_person(MANAGER), {}), ({}, {})])
async def test_one_key_once_with_a_person_and_once_without_is_no_second_person(
    client: httpx2.AsyncClient, first: dict[str, str], second: dict[str, str]
) -> None:
    made = (await client.post(PATH, json=ASKED, headers=first)).json()
    answer = await client.post(f"{PATH}/{made['id']}/accept", json=YES, headers=second)
    assert refusal(answer) == (403, "second_person_needed")


async def test_whoever_is_named_serves_the_bank(client: httpx2.AsyncClient) -> None:
    made = await proposed(client)
    assert refusal(await client.post(PATH, json=ASKED, headers=as_person("ghost"))) == (403, "not_an_officer")
    for verb in ("accept", "refuse", "withdraw"):
        assert refusal(await said(client, made, verb, "ghost")) == (403, "not_an_officer")
    assert await states(client) == ["proposed"]


async def test_who_may_only_write_does_not_decide(client: httpx2.AsyncClient, of: CallerOf) -> None:
    made = await proposed(client)
    writer = await of("B1", Scope.COVERAGE_WRITE, Scope.COVERAGE_READ, person=HEAD)
    for verb in ("accept", "refuse"):
        answer = await writer.post(f"{PATH}/{made['id']}/{verb}", json=YES)
        assert refusal(answer) == (403, "insufficient_scope")
    approver = await of("B1", Scope.COVERAGE_APPROVE, person=HEAD)
    assert (await approver.post(f"{PATH}/{made['id']}/accept", json=YES)).status_code == 200


async def test_who_proposed_it_withdraws_it_and_nobody_else(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    made = await proposed(client)
    assert refusal(await said(client, made, "withdraw", HEAD)) == (403, "not_the_proposer")
    async with sessions() as session:
        denied = text("SELECT person FROM audit_entry WHERE action = 'miss_reason.withdrawal_refused'")
        assert [*await session.scalars(denied)] == [HEAD]
    withdrawn = (await said(client, made, "withdraw", MANAGER)).json()
    assert (withdrawn["state"], withdrawn["decided_by"], withdrawn["decision"]) == ("withdrawn", MANAGER, "a mistake")


@pytest.mark.parametrize(("first", "person"), [("accept", HEAD), ("refuse", HEAD), ("withdraw", MANAGER)])
async def test_what_is_decided_stays_so(client: httpx2.AsyncClient, first: str, person: str) -> None:
    made = await proposed(client)
    before = (await said(client, made, first, person)).json()
    for verb, by in (("accept", HEAD), ("refuse", HEAD), ("withdraw", MANAGER)):
        assert refusal(await said(client, made, verb, by)) == (409, "reason_decided")
    assert (await client.get(f"{PATH}/{made['id']}")).json() == before


@pytest.mark.parametrize("remark", [{}, {"remark": ""}, {"remark": " \u202e"}, {"remark": "x" * 1001}])
async def test_whoever_decides_says_why(client: httpx2.AsyncClient, remark: dict[str, str]) -> None:
    made = await proposed(client)
    for verb in ("accept", "refuse"):
        answer = await client.post(f"{PATH}/{made['id']}/{verb}", json=remark, headers=as_person(HEAD))
        assert [pointer for pointer, _ in wrong(answer)] == ["/remark"]


# --- reading


async def test_a_list_is_narrowed_by_what_is_asked(client: httpx2.AsyncClient, of: CallerOf) -> None:
    first = await proposed(client)
    await proposed(client, client_id="C-2", period="2026-10")
    await said(client, first, "accept")
    assert await states(client, client_id="C-1") == ["accepted"]
    assert await states(client, period="2026-10") == ["proposed"]
    assert await states(client, unit="B2") == ["proposed"]
    assert await states(client, state="accepted") == ["accepted"]
    assert await states(client, state="refused") == []
    branch = await of("B1")
    assert await states(branch) == ["accepted"]
    for query in ({"client_id": "C-2"}, {"unit": "B2"}):
        assert (await branch.get(PATH, params=query)).status_code == 404


async def test_a_list_comes_page_by_page(client: httpx2.AsyncClient) -> None:
    made = {(await proposed(client, period=f"2026-{month:02}"))["id"] for month in (8, 9, 10)}
    first = (await client.get(PATH, params={"limit": "2"})).json()
    second = (await client.get(PATH, params={"limit": "2", "cursor": first["next_cursor"]})).json()
    assert second["next_cursor"] is None
    assert {each["id"] for each in first["items"] + second["items"]} == made


async def test_beside_figures_stand_those_that_are_proposed_or_accepted(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    keys = {period: ReasonKey("C-1", BOOK, "relationship_manager", None, period) for period in ("2026-08", "2026-09")}
    of_officer = ReasonKey("C-1", BOOK, "relationship_manager", MANAGER, "2026-09")
    refused = await proposed(client, period="2026-08")
    await said(client, refused, "refuse")
    accepted = await proposed(client, period="2026-09", code="suspended")
    await said(client, accepted, "accept")
    own = await proposed(client, period="2026-09", officer_id=MANAGER)
    await proposed(client, client_id="C-2", period="2026-09")
    async with sessions() as session:
        found = await reasons_of(session, [*keys.values(), of_officer])
        assert {key: (str(each.id), each.state, each.code) for key, each in found.items()} == {
            keys["2026-09"]: (accepted["id"], "accepted", "suspended"),
            of_officer: (own["id"], "proposed", "client_refused"),
        }
        assert await reasons_of(session, []) == {}


async def test_every_step_is_on_the_trail(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    made = await proposed(client, officer_id=MANAGER)
    await said(client, made, "accept")
    query = text("SELECT * FROM audit_entry WHERE object_type = 'miss_reason' ORDER BY id")
    async with sessions() as session:
        first, second = [*await session.execute(query)]
    told = {
        "client": "C-1",
        "rulebook": BOOK,
        "role": "relationship_manager",
        "officer": MANAGER,
        "period": "2026-11",
        "code": "client_refused",
    }
    assert (first.action, first.unit, first.person, first.before) == ("miss_reason.proposed", "B1-S1", MANAGER, None)
    assert (first.after, first.reason) == ({**told, "state": "proposed"}, ASKED["explanation"])
    assert (second.action, second.person, second.before) == ("miss_reason.accepted", HEAD, {"state": "proposed"})
    assert (second.after, second.reason) == ({**told, "state": "accepted"}, "agreed")


async def test_it_is_seen_and_touched_inside_the_unit_alone(client: httpx2.AsyncClient, of: CallerOf) -> None:
    made = await proposed(client)
    outside = await of("B2", person="b2-president")
    told = set()
    for path in (made["id"], "00000000-0000-4000-8000-000000000000"):
        for verb, body in (("accept", YES), ("refuse", YES), ("withdraw", {"reason": "mine"})):
            answer = await outside.post(f"{PATH}/{path}/{verb}", json=body)
            told.add((*refusal(answer), json.dumps(answer.json()["detail"])))
        assert (await outside.get(f"{PATH}/{path}")).status_code == 404
    assert len(told) == 1
    assert wrong(await outside.post(PATH, json=ASKED)) == [("/client_id", "no_such_client")]
