"""Occasions: contacts owed for a reason of their own, by a role, by a day (domain.md G4)."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date, datetime, timedelta
from typing import Any

import httpx2
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import text

from app.clock import ManualClock
from app.coverage.occasions.acting import MOST_MOVES
from app.db.engine import Sessions
from app.http.idempotency import HEADER
from app.logs import request_log
from app.organisation.tables import Leave
from tests.coverage.kept import visited
from tests.organisation.bank import open_bank
from tests.recognition.at_work import refusal, wrong
from tests.service import NOON, client_of, new_key

PATH = "/v1/occasions"
CallerOf = Callable[[str | None], Awaitable[httpx2.AsyncClient]]
TODAY = date(2026, 11, 22)
ASKED = {
    "client_id": "C-1",
    "kind": "product_matures",
    "about": "王总的理财到期",
    "role": "relationship_manager",
    "due_by": "2026-11-30",
}


@pytest.fixture
async def app(app: FastAPI, sessions: Sessions) -> FastAPI:
    async with sessions.begin() as session:
        await open_bank(session)
    return app


@pytest.fixture
async def client(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """An administrator of the whole bank; C-1 is led by B1-S1, C-2 by B2-S1."""
    await led(client, "C-1", "B1-S1")
    await led(client, "C-2", "B2-S1")
    return client


@pytest.fixture
async def of(app: FastAPI) -> AsyncIterator[CallerOf]:
    async with AsyncExitStack() as callers:

        async def made(unit: str | None) -> httpx2.AsyncClient:
            async with app.state.sessions.begin() as session:
                key = new_key(session, app.state.settings, name=f"key of {unit}", unit=unit)
            return await callers.enter_async_context(client_of(app, key.token))

        yield made


async def led(client: httpx2.AsyncClient, client_id: str, unit: str, kind: str = "company") -> None:
    profile = {"kind": kind, "name": f"Name of {client_id}", "unit": unit}
    answer = await client.put(f"/v1/clients/{client_id}", json=profile)
    assert answer.status_code in {200, 201}, answer.text


async def recorded(client: httpx2.AsyncClient, status: int = 201, **changed: Any) -> Any:
    answer = await client.post(PATH, json={**ASKED, **changed})
    assert answer.status_code == status, answer.text
    return answer.json()


async def acted(client: httpx2.AsyncClient, occasion: Any, verb: str, status: int = 200, **body: Any) -> Any:
    answer = await client.post(f"{PATH}/{occasion['id']}/{verb}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def read(client: httpx2.AsyncClient, occasion: Any) -> Any:
    answer = await client.get(f"{PATH}/{occasion['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids(client: httpx2.AsyncClient, **query: str) -> list[str]:
    answer = await client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


async def trail(sessions: Sessions) -> list[Any]:
    query = text("SELECT * FROM audit_entry WHERE object_type = 'occasion' ORDER BY id")
    async with sessions() as session:
        return [*await session.execute(query)]


# --- recording


async def test_an_occasion_is_owed_by_a_role_by_a_day(client: httpx2.AsyncClient) -> None:
    made = await recorded(client)
    assert await read(client, made) == {
        "id": made["id"],
        "client_id": "C-1",
        "kind": "product_matures",
        "about": "王总的理财到期",
        "role": "relationship_manager",
        "due_by": "2026-11-30",
        "state": "open",
        "late": False,
        "external_id": None,
        "visit_id": None,
        "moves": [],
        "ended_on": None,
        "ended_by": None,
        "reason": None,
        "recorded_at": "2026-11-22T04:00:00Z",
        "recorded_by": "test",
        "revision": 1,
        "updated_at": "2026-11-22T04:00:00Z",
    }


async def test_the_kinds_have_labels_in_both_languages(client: httpx2.AsyncClient) -> None:
    kinds = (await client.get(f"{PATH}/kinds")).json()["items"]
    assert {each["kind"]: each["label"]["zh"] for each in kinds} == {
        "product_matures": "产品到期",
        "anniversary": "周年纪念",
        "birthday": "生日",
        "news": "重大消息",
        "sales_follow_up": "营销跟进",
        "other": "其他事由",
    }
    assert all(each["label"]["en"] for each in kinds)


@pytest.mark.parametrize("day", ["2026-11-22", "2028-11-22"])
async def test_it_is_due_today_or_up_to_two_years_ahead(client: httpx2.AsyncClient, day: str) -> None:
    assert (await recorded(client, due_by=day))["due_by"] == day


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"due_by": "2026-11-21"}, [("/due_by", "day_passed")]),
        ({"due_by": "2028-11-23"}, [("/due_by", "too_far")]),
        ({"due_by": "9999-12-31"}, [("/due_by", "too_far")]),
        ({"role": "astrologer"}, [("/role", "no_such_role")]),
        ({"client_id": "C-NONE"}, [("/client_id", "no_such_client")]),
        ({"kind": "party"}, [("/kind", "literal_error")]),
        ({"about": ""}, [("/about", "string_too_short")]),
        ({"about": "\u200b \u202e"}, [("/about", "string_pattern_mismatch")]),
        ({"about": "x" * 501}, [("/about", "string_too_long")]),
        ({"external_id": ""}, [("/external_id", "string_pattern_mismatch")]),
        ({"external_id": "x" * 101}, [("/external_id", "string_pattern_mismatch")]),
        ({"external_id": "a b"}, [("/external_id", "string_pattern_mismatch")]),
        ({"due_by": 20261130}, [("/due_by", "value_error")]),
        ({"state": "done"}, [("/state", "extra_forbidden")]),
    ],
)
async def test_what_is_wrong_is_named_part_by_part_and_nothing_is_recorded(
    client: httpx2.AsyncClient, changed: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    assert wrong(await client.post(PATH, json={**ASKED, **changed})) == errors
    assert await ids(client) == []


async def test_the_same_external_id_twice_is_one_occasion_as_it_is_now(
    client: httpx2.AsyncClient, clock: ManualClock, sessions: Sessions
) -> None:
    made = await recorded(client, external_id="crm-7")
    await acted(client, made, "move", to="2026-12-05", reason="on holiday")
    clock.advance(timedelta(days=30))
    again = await recorded(client, 200, external_id="crm-7")
    assert (again["id"], again["due_by"], again["state"]) == (made["id"], "2026-12-05", "lapsed")
    assert await ids(client) == [made["id"]]
    assert [each.action for each in await trail(sessions)] == ["occasion.recorded", "occasion.moved"]


async def test_an_external_id_of_another_client_is_refused_in_the_same_words_seen_or_not(
    client: httpx2.AsyncClient, of: CallerOf, sessions: Sessions
) -> None:
    await recorded(client, external_id="crm-7")
    await led(client, "C-3", "B1-S1")
    seen = await (await of("B1")).post(PATH, json={**ASKED, "client_id": "C-3", "external_id": "crm-7"})
    outside = await (await of("B2")).post(PATH, json={**ASKED, "client_id": "C-2", "external_id": "crm-7"})
    assert refusal(seen) == refusal(outside) == (409, "external_id_taken")
    assert seen.json()["detail"] == outside.json()["detail"]
    async with sessions() as session:
        denied = text("SELECT key_unit, object_id FROM audit_entry WHERE outcome = 'denied'")
        assert [tuple(row) for row in await session.execute(denied)] == [("B2", "C-1")]


async def test_sent_by_several_at_once_it_is_one_occasion(
    lasting_app: FastAPI, lasting_client: httpx2.AsyncClient
) -> None:
    async with lasting_app.state.sessions.begin() as session:
        await open_bank(session)
    await led(lasting_client, "C-1", "B1-S1")
    sent = (lasting_client.post(PATH, json={**ASKED, "external_id": "crm-7"}) for _ in range(6))
    answers = await asyncio.gather(*sent)
    assert sorted(each.status_code for each in answers) == [*[200] * 5, 201]
    assert len({json.dumps(each.json()) for each in answers}) == 1
    assert len(await trail(lasting_app.state.sessions)) == 1


async def test_two_clients_that_are_given_one_external_id_at_once_do_not_share_it(
    lasting_app: FastAPI, lasting_client: httpx2.AsyncClient
) -> None:
    async with lasting_app.state.sessions.begin() as session:
        await open_bank(session)
    for number in range(4):
        await led(lasting_client, f"C-{number}", "B1-S1")
    bodies = ({**ASKED, "client_id": f"C-{number}", "external_id": "crm-7"} for number in range(4))
    answers = await asyncio.gather(*(lasting_client.post(PATH, json=body) for body in bodies))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


# --- done


async def test_done_today_without_a_visit(client: httpx2.AsyncClient) -> None:
    done = await acted(client, await recorded(client), "done", remark="by telephone")
    assert (done["state"], done["late"], done["ended_on"], done["ended_by"], done["reason"]) == (
        "done",
        False,
        "2026-11-22",
        "test",
        "by telephone",
    )
    assert done["revision"] == 2


async def test_done_by_a_visit_on_the_visit_s_day(
    client: httpx2.AsyncClient, sessions: Sessions, clock: ManualClock
) -> None:
    made = await recorded(client)
    async with sessions.begin() as session:
        visit = await visited(session, "C-1", date(2026, 11, 25))
    clock.advance(timedelta(days=20))
    assert (await read(client, made))["state"] == "lapsed"
    done = await acted(client, made, "done", visit_id=str(visit))
    assert (done["state"], done["late"], done["ended_on"], done["visit_id"]) == (
        "done",
        False,
        "2026-11-25",
        str(visit),
    )


async def test_a_visit_that_is_named_is_of_the_client_and_stands(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    made = await recorded(client)
    async with sessions.begin() as session:
        another = await visited(session, "C-2", TODAY)
        void = await visited(session, "C-1", TODAY, void=True)
    words = set()
    for visit in (another, void, "00000000-0000-4000-8000-000000000000"):
        answer = await client.post(f"{PATH}/{made['id']}/done", json={"visit_id": str(visit)})
        assert wrong(answer) == [("/visit_id", "no_such_visit")]
        words.add(answer.json()["detail"])
    assert len(words) == 1
    assert (await read(client, made))["state"] == "open"


async def test_a_visit_before_the_occasion_was_recorded_does_not_meet_it(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    made = await recorded(client)
    async with sessions.begin() as session:
        before = await visited(session, "C-1", TODAY - timedelta(days=1))
        on_the_day = await visited(session, "C-1", TODAY)
    answer = await client.post(f"{PATH}/{made['id']}/done", json={"visit_id": str(before)})
    assert wrong(answer) == [("/visit_id", "wrong_day")]
    assert (await acted(client, made, "done", visit_id=str(on_the_day)))["ended_on"] == "2026-11-22"


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-23", "0001-01-01", "9999-12-31"])
async def test_it_was_done_on_no_day_before_it_was_recorded_or_to_come(client: httpx2.AsyncClient, day: str) -> None:
    made = await recorded(client)
    assert wrong(await client.post(f"{PATH}/{made['id']}/done", json={"on": day})) == [("/on", "wrong_day")]


async def test_the_day_is_the_visit_s_and_no_other(
    client: httpx2.AsyncClient, sessions: Sessions, clock: ManualClock
) -> None:
    made = await recorded(client)
    clock.advance(timedelta(days=2))
    async with sessions.begin() as session:
        visit = str(await visited(session, "C-1", date(2026, 11, 23)))
    answer = await client.post(f"{PATH}/{made['id']}/done", json={"visit_id": visit, "on": "2026-11-24"})
    assert wrong(answer) == [("/on", "wrong_day")]
    await acted(client, made, "done", visit_id=visit, on="2026-11-23")


async def test_days_are_the_bank_s(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    """Recorded at 17:00 UTC on the 22nd: in Shanghai that is the 23rd."""
    clock.advance(timedelta(hours=13))
    assert wrong(await client.post(PATH, json={**ASKED, "due_by": "2026-11-22"})) == [("/due_by", "day_passed")]
    made = await recorded(client, due_by="2026-11-23")
    assert wrong(await client.post(f"{PATH}/{made['id']}/done", json={"on": "2026-11-22"})) == [("/on", "wrong_day")]
    assert (await acted(client, made, "done", on="2026-11-23"))["late"] is False


# --- lapsed, moved, cancelled


async def test_it_lapses_when_its_last_day_is_over_and_is_then_done_late(
    client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    made = await recorded(client)
    clock.advance(timedelta(days=8))
    assert (await read(client, made))["state"] == "open"
    clock.advance(timedelta(days=1))
    assert (await read(client, made))["state"] == "lapsed"
    done = await acted(client, made, "done")
    assert (done["state"], done["late"], done["ended_on"]) == ("done", True, "2026-12-01")


async def test_every_move_is_kept_and_one_after_it_lapsed_says_so(
    client: httpx2.AsyncClient, clock: ManualClock
) -> None:
    made = await recorded(client)
    await acted(client, made, "move", to="2026-12-05", reason="on holiday")
    clock.advance(timedelta(days=20))
    moved = await acted(client, made, "move", to="2026-12-20", reason="forgotten")
    assert moved["moves"] == [
        {
            "from": "2026-11-30",
            "to": "2026-12-05",
            "reason": "on holiday",
            "by": "test",
            "at": "2026-11-22T04:00:00Z",
            "late": False,
        },
        {
            "from": "2026-12-05",
            "to": "2026-12-20",
            "reason": "forgotten",
            "by": "test",
            "at": "2026-12-12T04:00:00Z",
            "late": True,
        },
    ]
    assert (moved["state"], moved["due_by"], moved["revision"]) == ("open", "2026-12-20", 3)


@pytest.mark.parametrize(
    ("to", "code"),
    [("2026-11-21", "day_passed"), ("2028-11-23", "too_far"), ("2026-11-30", "wrong_day")],
)
async def test_it_is_moved_to_another_day_to_come_within_two_years(
    client: httpx2.AsyncClient, to: str, code: str
) -> None:
    made = await recorded(client)
    answer = await client.post(f"{PATH}/{made['id']}/move", json={"to": to, "reason": "later"})
    assert wrong(answer) == [("/to", code)]
    assert (await read(client, made))["moves"] == []


async def test_it_is_not_moved_for_ever(client: httpx2.AsyncClient) -> None:
    made = await recorded(client)
    for number in range(MOST_MOVES):
        day = TODAY + timedelta(days=100 + number)
        await acted(client, made, "move", to=day.isoformat(), reason="later")
    await acted(client, made, "move", 409, to="2026-12-01", reason="later")
    await acted(client, made, "cancel", reason="nobody will")


async def test_a_cancelled_one_is_owed_no_more(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    made = await recorded(client)
    gone = await acted(client, made, "cancel", reason="the deposit was withdrawn")
    assert (gone["state"], gone["reason"], gone["ended_on"]) == ("cancelled", "the deposit was withdrawn", "2026-11-22")
    clock.advance(timedelta(days=30))
    assert (await read(client, made))["state"] == "cancelled"


@pytest.mark.parametrize(("first", "body"), [("done", {}), ("cancel", {"reason": "over"})])
async def test_what_has_ended_is_not_acted_on_again(client: httpx2.AsyncClient, first: str, body: Any) -> None:
    made = await recorded(client)
    await acted(client, made, first, **body)
    for verb, more in (("done", {}), ("move", {"to": "2026-12-01", "reason": "x"}), ("cancel", {"reason": "x"})):
        answer = await client.post(f"{PATH}/{made['id']}/{verb}", json=more)
        assert refusal(answer) == (409, "occasion_ended")


@pytest.mark.parametrize(("verb", "more"), [("move", {"to": "2026-12-01"}), ("cancel", {})])
async def test_moving_and_cancelling_need_a_reason(client: httpx2.AsyncClient, verb: str, more: Any) -> None:
    made = await recorded(client)
    for reason in ({}, {"reason": " "}, {"reason": "x" * 1001}):
        answer = await client.post(f"{PATH}/{made['id']}/{verb}", json={**more, **reason})
        assert [pointer for pointer, _ in wrong(answer)] == ["/reason"]


async def test_who_has_seen_another_revision_changes_nothing(client: httpx2.AsyncClient) -> None:
    made = await recorded(client)
    seen = (await client.get(f"{PATH}/{made['id']}")).headers["etag"]
    moved = await client.post(
        f"{PATH}/{made['id']}/move", json={"to": "2026-12-01", "reason": "x"}, headers={"If-Match": seen}
    )
    assert (moved.status_code, moved.headers["etag"]) == (200, '"2"')
    for verb, body in (("done", {}), ("move", {"to": "2026-12-02", "reason": "x"}), ("cancel", {"reason": "x"})):
        stale = await client.post(f"{PATH}/{made['id']}/{verb}", json=body, headers={"If-Match": seen})
        assert refusal(stale) == (412, "precondition_failed")
    assert (await read(client, made))["revision"] == 2


async def test_reported_several_times_at_once_it_is_done_once(
    lasting_app: FastAPI, lasting_client: httpx2.AsyncClient
) -> None:
    async with lasting_app.state.sessions.begin() as session:
        await open_bank(session)
    await led(lasting_client, "C-1", "B1-S1")
    made = await recorded(lasting_client)
    answers = await asyncio.gather(*(lasting_client.post(f"{PATH}/{made['id']}/done", json={}) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200, *[409] * 5]
    actions = [each.action for each in await trail(lasting_app.state.sessions)]
    assert actions == ["occasion.recorded", "occasion.done"]


# --- lists


async def test_a_list_runs_by_the_day_on_which_they_are_due_page_by_page(client: httpx2.AsyncClient) -> None:
    days = ["2026-12-03", "2026-12-01", "2026-12-02", "2026-12-01"]
    for day in days:
        await recorded(client, due_by=day)
    shown: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get(PATH, params={"limit": "1", **cursor})).json()
        shown += [each["due_by"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert shown == sorted(days)


@pytest.mark.parametrize("cursor", [f"{0:d}-{'0' * 32}", f"9999999-{'f' * 32}"])
async def test_any_cursor_of_the_right_form_is_a_place(client: httpx2.AsyncClient, cursor: str) -> None:
    await recorded(client)
    assert (await client.get(PATH, params={"cursor": cursor})).status_code == 200


async def test_a_list_is_narrowed_by_what_is_asked(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    soon = await recorded(client, due_by="2026-11-23")
    later = await recorded(client, due_by="2027-01-31", role="sub_branch_head")
    another = await recorded(client, client_id="C-2", due_by="2027-02-28")
    done = await recorded(client, due_by="2027-03-31")
    gone = await recorded(client, due_by="2027-04-30")
    await acted(client, done, "done")
    await acted(client, gone, "cancel", reason="over")
    clock.advance(timedelta(days=2))
    assert await ids(client, state="lapsed") == [soon["id"]]
    assert await ids(client, state="open") == [later["id"], another["id"]]
    assert await ids(client, state="done") == [done["id"]]
    assert await ids(client, state="cancelled") == [gone["id"]]
    assert await ids(client, role="sub_branch_head") == [later["id"]]
    assert await ids(client, client_id="C-2") == [another["id"]]
    assert await ids(client, unit="B2") == [another["id"]]
    assert await ids(client, unit="B1-S1-O1") == []
    assert await ids(client, due_before="2027-01-31") == [soon["id"]]


async def test_a_list_is_asked_for_what_is_there(client: httpx2.AsyncClient, of: CallerOf) -> None:
    branch = await of("B1")
    for query in ({"client_id": "C-2"}, {"unit": "B2"}, {"officer": "b2-president"}):
        assert (await branch.get(PATH, params=query)).status_code == 404
    for query in ({"unit": "B2"}, {"officer": "b2-president"}):
        assert (await branch.get(f"{PATH}/summary", params=query)).status_code == 404


async def assigned(client: httpx2.AsyncClient, officer: str, role: str, client_id: str = "C-1") -> None:
    order = {"officer_id": officer, "role": role}
    answer = await client.post(f"/v1/clients/{client_id}/assignments", json=order)
    assert answer.status_code == 201, answer.text


async def test_an_officer_owes_what_the_role_owes_that_they_hold_at_the_client(client: httpx2.AsyncClient) -> None:
    await assigned(client, "b1-s1-rm", "relationship_manager")
    of_the_manager = await recorded(client, due_by="2026-12-01")
    of_the_head = await recorded(client, due_by="2026-12-02", role="sub_branch_head")
    of_the_president = await recorded(client, due_by="2026-12-03", role="branch_president")
    elsewhere = await recorded(client, due_by="2026-12-04", client_id="C-2")
    assert await ids(client, officer="b1-s1-rm") == [of_the_manager["id"]]
    assert await ids(client, officer="b1-s1-rm-2") == []
    assert await ids(client, officer="b1-s1-head") == [of_the_head["id"]]
    assert await ids(client, officer="b1-president") == [of_the_president["id"]]
    assert await ids(client, officer="b1-s2-head") == []
    assert await ids(client, officer="b2-president") == []
    assert elsewhere["id"] in await ids(client)


async def test_a_handover_hands_the_occasions_over(client: httpx2.AsyncClient) -> None:
    await assigned(client, "b1-s1-rm", "relationship_manager")
    made = await recorded(client)
    order = {"from_officer": "b1-s1-rm", "to_officer": "b1-s1-rm-2", "on": "2026-11-22", "reason": "moved"}
    assert (await client.post("/v1/clients/C-1/handovers", json=order)).status_code == 200
    assert await ids(client, officer="b1-s1-rm") == []
    assert await ids(client, officer="b1-s1-rm-2") == [made["id"]]


@pytest.mark.parametrize(
    ("days", "ended_at", "stands_in"),
    [((0, 5), None, True), ((-5, 0), None, False), ((1, 5), None, False), ((0, 5), NOON, False)],
)
async def test_whoever_stands_in_for_an_officer_on_leave_owes_what_that_one_owes(
    client: httpx2.AsyncClient, sessions: Sessions, days: tuple[int, int], ended_at: datetime | None, *, stands_in: bool
) -> None:
    await assigned(client, "b1-s1-rm", "relationship_manager")
    made = await recorded(client)
    async with sessions.begin() as session:
        from_day, until = (TODAY + timedelta(days=each) for each in days)
        span = {"from_day": from_day, "until_day": until, "ended_at": ended_at}
        people = {"officer_id": "b1-s1-rm", "delegate_id": "b1-s1-rm-2", "recorded_at": NOON, "recorded_by": "test"}
        session.add(Leave(id=uuid.uuid4(), **people, **span))
    assert await ids(client, officer="b1-s1-rm-2") == ([made["id"]] if stands_in else [])


# --- counted apart


async def test_they_are_counted_by_what_became_of_them(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    """Due in November: done in time, done late, cancelled, lapsed and moved within; one moved out to December."""
    in_time, late, gone, lapsed, out = [await recorded(client, due_by=f"2026-11-2{n}") for n in (5, 5, 6, 7, 8)]
    await acted(client, in_time, "done")
    await acted(client, gone, "cancel", reason="over")
    await acted(client, lapsed, "move", to="2026-11-24", reason="sooner")
    await acted(client, out, "move", to="2026-12-24", reason="later")
    clock.advance(timedelta(days=5))
    await acted(client, late, "done")
    november = {"since": "2026-11-01", "until": "2026-12-01"}
    assert (await client.get(f"{PATH}/summary", params=november)).json() == {
        "open": 0,
        "done": 1,
        "done_late": 1,
        "lapsed": 1,
        "cancelled": 1,
        "moved": 1,
        "total": 4,
    }
    everything = (await client.get(f"{PATH}/summary")).json()
    assert (everything["total"], everything["open"], everything["moved"]) == (5, 1, 2)


async def test_counts_are_of_a_unit_of_an_officer_and_of_what_the_key_sees(
    client: httpx2.AsyncClient, of: CallerOf
) -> None:
    await assigned(client, "b1-s1-rm", "relationship_manager")
    await recorded(client)
    await recorded(client, role="sub_branch_head")
    await recorded(client, client_id="C-2")
    for query, total in (({}, 3), ({"unit": "B1"}, 2), ({"officer": "b1-s1-rm"}, 1), ({"unit": "B1-S2"}, 0)):
        assert (await client.get(f"{PATH}/summary", params=query)).json()["total"] == total
    assert (await (await of("B2")).get(f"{PATH}/summary")).json()["total"] == 1


async def test_days_that_are_none_are_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"{PATH}/summary", params={"since": "2026-12-01", "until": "2026-12-01"})
    assert wrong(answer) == [("query/until", "wrong_day")]


# --- what is personal


async def test_what_it_is_about_is_in_no_log_not_in_the_trail_and_in_no_answer_that_is_kept(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    lines: list[bytes] = []
    request_log.write_to(lines.append)
    try:
        with structlog.testing.capture_logs() as events:
            made = (await client.post(PATH, json=ASKED, headers={HEADER: "one"})).json()
            assert wrong(await client.post(PATH, json={**ASKED, "role": "astrologer"}))
            await acted(client, made, "move", to="2026-12-01", reason="later")
            await acted(client, made, "done")
    finally:
        request_log.write_to(None)
    assert b"/v1/occasions" in b"".join(lines)
    async with sessions() as session:
        kept = [str(row) for row in await session.execute(text("SELECT * FROM audit_entry"))]
        kept += [bytes(body).decode() for body in await session.scalars(text("SELECT body FROM idempotent_answer"))]
    assert made["id"] in str(kept)
    assert "王总" not in b"".join(lines).decode() + str(events) + str(kept)


@pytest.mark.parametrize("kind", ["company", "person"])
async def test_erasing_the_client_empties_what_it_is_about(
    client: httpx2.AsyncClient, sessions: Sessions, kind: str
) -> None:
    await led(client, "K-1", "B1-S1", kind)
    made, another = await recorded(client, client_id="K-1"), await recorded(client, client_id="C-2")
    assert (await client.post("/v1/clients/K-1/erasure", json={"reason": "asked"})).status_code == 200
    erased = await read(client, made)
    assert (erased["about"], erased["revision"], erased["state"]) == (None, 2, "open")
    assert (await read(client, another))["about"] == ASKED["about"]
    async with sessions() as session:
        dumped = [str(row) for row in await session.execute(text("SELECT * FROM occasion WHERE client_id = 'K-1'"))]
    assert "王总" not in str(dumped)


async def test_what_is_written_of_a_company_after_it_was_erased_is_erased_in_its_turn(
    client: httpx2.AsyncClient,
) -> None:
    for _ in range(2):
        made = await recorded(client)
        assert (await client.post("/v1/clients/C-1/erasure", json={"reason": "asked"})).status_code == 200
        assert (await read(client, made))["about"] is None


async def test_of_a_person_who_was_erased_nothing_is_written(client: httpx2.AsyncClient) -> None:
    await led(client, "P-1", "B1-S1", "person")
    assert (await client.post("/v1/clients/P-1/erasure", json={"reason": "asked"})).status_code == 200
    assert refusal(await client.post(PATH, json={**ASKED, "client_id": "P-1"})) == (409, "about_erased")
    assert (await recorded(client, client_id="P-1", about=None))["client_id"] == "P-1"


# --- the trail


async def test_every_step_is_on_the_trail(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    made = await recorded(client)
    await acted(client, made, "move", to="2026-12-05", reason="on holiday")
    await acted(client, made, "done", remark="by telephone")
    recorded_, moved, done = await trail(sessions)
    assert (recorded_.action, recorded_.unit, recorded_.before) == ("occasion.recorded", "B1-S1", None)
    assert (moved.action, moved.reason) == ("occasion.moved", "on holiday")
    assert (moved.before["due_by"], moved.after["due_by"]) == ("2026-11-30", "2026-12-05")
    assert (done.action, done.reason, done.after) == (
        "occasion.done",
        "by telephone",
        {
            "client": "C-1",
            "kind": "product_matures",
            "role": "relationship_manager",
            "state": "done",
            "due_by": "2026-12-05",
            "ended_on": "2026-11-22",
            "visit": None,
        },
    )
