"""Planning over HTTP, by hand: December 2026 has 23 working days, from the 1st to the 31st."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from app.clock import ManualClock
from app.coverage.planning import spread
from app.coverage.tables import PlannedParticipant, PlannedVisit
from app.db.engine import Sessions
from app.rulebooks.reign import Term
from tests.coverage.attainment.conftest import Assess, Until, Visited
from tests.coverage.attainment.november import CLIENT, TEAM, VISITS, at
from tests.rulebooks.publishing import published
from tests.service import client_of, new_key

Asked = Callable[..., Awaitable[Any]]
Planned = Callable[..., Awaitable[None]]
Governed = Callable[[str], Awaitable[None]]
MANAGER, DIRECTOR, PRESIDENT, SECOND = "b1-s1-o1-rm", "b1-director", "b1-president", "b1-s1-rm"
DELEGATE, ELSEWHERE = "b1-s1-rm-2", "b1-s2-rm"
ALL = {PRESIDENT: 1, DIRECTOR: 2, MANAGER: 3}


@pytest.fixture
def asked(client: httpx2.AsyncClient) -> Asked:
    """Asks for `capacity`, `plan` or `targets`; of December, where nothing is said."""

    async def answered(path: str, status: int = 200, **query: Any) -> Any:
        when = {} if path == "targets" else {"period": "2026-12"}
        answer = await client.get(f"/v1/coverage/{path}", params=when | query)
        assert answer.status_code == status, answer.text
        return answer.json()

    return answered


@pytest.fixture
def planned(sessions: Sessions, clock: ManualClock) -> Planned:
    """Writes down a plan of December: `await planned(10, "relationship_manager")`."""

    async def made(day: int, *roles: str, kind: str = "visit", client_id: str = CLIENT) -> None:
        planned_id, when = uuid.uuid4(), at(day, month=12)
        plain = {"client_id": client_id, "day": when.date(), "kind": kind, "recorded_at": clock.now()}
        visit = {**plain, "id": planned_id, "at": when, "recorded_by": "test"}
        parts = [{**plain, "planned_id": planned_id, "officer_id": TEAM[role], "role": role} for role in roles]
        async with sessions.begin() as session:
            await session.execute(insert(PlannedVisit), [visit])
            await session.execute(insert(PlannedParticipant), parts)

    return made


@pytest.fixture
def governed(client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, assess: Assess) -> Governed:
    """Has another rulebook govern the client as well."""

    async def by(text: str) -> None:
        async with sessions.begin() as session:
            await published(session, text, Term((), date(2026, 1, 1)))
        await app.state.rulebooks.refresh()
        await assess(client)

    return by


@pytest.fixture
def second(client: httpx2.AsyncClient) -> Callable[[], Awaitable[None]]:
    """A second relationship manager from the 1st of December."""

    async def assigned() -> None:
        body = {"officer_id": SECOND, "role": "relationship_manager", "from": "2026-12-01"}
        answer = await client.post(f"/v1/clients/{CLIENT}/assignments", json=body)
        assert answer.status_code == 201, answer.text

    return assigned


def to_make(report: Any) -> dict[str, int]:
    return {each["officer_id"]: each["to_make"] for each in report["items"] if each["to_make"]}


def told(plan: Any) -> list[tuple[str, set[str]]]:
    return [(each["day"], {goer["officer_id"] for goer in each["participants"]}) for each in plan["items"]]


def below(target: Any) -> list[Any]:
    return [target, *(found for part in target["parts"] for found in below(part))]


async def away(client: httpx2.AsyncClient, first: str, until: str, officer: str = MANAGER, **more: str) -> None:
    """The manager is on leave; another stands in, so that all of it is still owed."""
    body = {"from": first, "until": until, "delegate_id": DELEGATE} | more
    answer = await client.post(f"/v1/officers/{officer}/leaves", json=body)
    assert answer.status_code == 201, answer.text


async def closed(client: httpx2.AsyncClient, unit: str, first: str, until: str) -> None:
    body = {"from": first, "until": until, "reason": "flood"}
    answer = await client.post(f"/v1/units/{unit}/closures", json=body)
    assert answer.status_code == 201, answer.text


async def handed_over(client: httpx2.AsyncClient, to: str, on: str) -> None:
    body = {"from_officer": MANAGER, "to_officer": to, "on": on, "reason": "moves"}
    answer = await client.post(f"/v1/clients/{CLIENT}/handovers", json=body)
    assert answer.status_code < 300, answer.text


# Capacity


async def test_what_a_month_to_come_asks_of_each_officer_is_seen_before_it_begins(asked: Asked, until: Until) -> None:
    until(at(20))
    report = await asked("capacity")
    assert (to_make(report), report["vacant"], report["total"]["to_make"]) == (ALL, 0, 6)
    assert report["period"] == {"name": "2026-12", "kind": "month", "from": "2026-12-01", "until": "2027-01-01"}
    [manager] = (await asked("capacity", officer=MANAGER))["items"]
    assert manager == {
        "officer_id": MANAGER,
        "to_make": 3,
        "working_days": 23,
        "capacity": 92,
        "load": "0.0326",
        "overload": 0,
        "verdict": {"code": "fits", "en": "it fits, with room to spare", "zh": "可以完成,尚有余量"},
    }


async def test_who_holds_a_role_that_owes_nothing_has_nothing_to_make(asked: Asked) -> None:
    [expert] = (await asked("capacity", officer="b1-expert"))["items"]
    assert expert["working_days"] == 23
    assert (expert["to_make"], expert["load"], expert["verdict"]["code"]) == (0, "0.0000", "nothing_to_make")


async def test_of_the_month_that_runs_what_remains_counts_from_today_on(
    asked: Asked, visited: Visited, until: Until
) -> None:
    until(at(26))
    await visited(at(25), "relationship_manager", "corporate_director")
    report = await asked("capacity", period="2026-11")
    assert to_make(report) == {PRESIDENT: 1, DIRECTOR: 1, MANAGER: 2}
    [manager] = (await asked("capacity", period="2026-11", officer=MANAGER, per_day=1))["items"]
    assert (manager["working_days"], manager["capacity"], manager["load"]) == (3, 3, "0.6667")  # 26, 27, 30


async def test_days_on_which_the_officer_s_unit_is_closed_are_taken_out_and_what_does_not_fit_is_told(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    """The client is handed over to a manager of another sub-branch; that one is closed but for the 30th and 31st."""
    until(at(20))
    await handed_over(client, ELSEWHERE, "2026-12-01")
    await closed(client, "B1-S2", "2026-12-01", "2026-12-30")
    report = await asked("capacity", officer=ELSEWHERE, per_day=1)
    [manager] = report["items"]
    assert (manager["to_make"], manager["working_days"], manager["overload"]) == (3, 2, 1)
    assert manager["verdict"]["zh"] == "超出可用工作日,超负荷"
    assert report["total"] == {name: each for name, each in manager.items() if name != "officer_id"}
    days = [day for day, going in told(await asked("plan")) if ELSEWHERE in going]
    assert days == ["2026-12-30", "2026-12-31"]
    year = (await asked("targets", year=2026, officer=ELSEWHERE, depth="day"))["target"]
    assert {each["name"] for each in below(year) if each["kind"] == "day" and each["visits"]} == {*days}
    whole = await asked("capacity", per_day=1)
    assert (whole["total"]["overload"], whole["total"]["verdict"]["code"]) == (1, "overloaded")


async def test_who_serves_another_unit_too_works_while_one_of_them_is_closed(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    until(at(20))
    posts = [{"unit_id": unit, "role": "relationship_manager", "from": "2020-01-01"} for unit in ("B1-S2", "B1-S2-O1")]
    body = {"name": "Two places", "postings": posts}
    assert (await client.put(f"/v1/officers/{ELSEWHERE}", json=body)).status_code == 200
    await handed_over(client, ELSEWHERE, "2026-12-01")
    await closed(client, "B1-S2-O1", "2026-12-01", "2026-12-12")
    [manager] = (await asked("capacity", officer=ELSEWHERE))["items"]
    assert manager["working_days"] == 23
    await closed(client, "B1-S2", "2026-12-07", "2026-12-19")  # and with it the outlet
    [manager] = (await asked("capacity", officer=ELSEWHERE))["items"]
    assert manager["working_days"] == 23 - 10


async def test_visits_of_days_of_leave_fall_to_the_delegate(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    """To the 15th 11 of 23 working days: 3 × 11/23 is rounded up to 2, and 1 is left to the manager's 12 days."""
    until(at(20))
    await away(client, "2026-12-01", "2026-12-16")
    report = await asked("capacity")
    assert (to_make(report), report["vacant"]) == ({PRESIDENT: 1, DIRECTOR: 2, DELEGATE: 2, MANAGER: 1}, 0)
    days = {each["officer_id"]: each["working_days"] for each in report["items"]}
    assert (days[DELEGATE], days[MANAGER]) == (23, 12)
    plan = told(await asked("plan"))
    assert [(day, going & {DELEGATE, MANAGER}) for day, going in plan] == [
        ("2026-12-01", {DELEGATE}),
        ("2026-12-10", {DELEGATE}),
        ("2026-12-21", {MANAGER}),
    ]
    assert told(await asked("plan", officer=DELEGATE)) == plan[:2]
    assert to_make(await asked("capacity", officer=DELEGATE)) == {DELEGATE: 2}
    december = [
        each["visits"]
        for officer in (DELEGATE, MANAGER)
        for each in below((await asked("targets", year=2026, officer=officer))["target"])
        if each["name"] == "2026-12"
    ]
    assert december == [2, 1]


async def test_a_suggestion_to_a_delegate_taken_over_serves_the_role_and_once_made_is_credited(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    until(at(20))
    await away(client, "2026-12-01", "2027-01-01")
    [first, *rest] = (await asked("plan", officer=DELEGATE))["items"]
    body = {"client_id": CLIENT, "at": f"{first['day']}T10:00:00+08:00", "kind": "visit"}
    body["participants"] = first["participants"]
    assert (await client.post("/v1/visits/planned", json=body)).status_code == 201
    assert (await asked("plan", officer=DELEGATE))["items"] == rest
    until(at(1, 12, month=12))
    assert (await client.post("/v1/visits", json=body)).status_code == 201
    assert to_make(await asked("capacity")) == {DIRECTOR: 1, DELEGATE: 2}


async def test_a_delegate_who_is_on_leave_himself_is_suggested_nothing_on_these_days(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    """Nobody stands in from the 7th to the 23rd: 13 of 23 working days do not count, and 3 × 10/23 ask for 2."""
    until(at(20))
    await away(client, "2026-12-01", "2026-12-24")
    await away(client, "2026-12-07", "2027-01-01", officer=DELEGATE, delegate_id=SECOND)
    plan = told(await asked("plan"))
    assert [(day < "2026-12-07", going & {DELEGATE, MANAGER, SECOND}) for day, going in plan] == [
        (True, {DELEGATE}),
        (False, {MANAGER}),
    ]
    assert plan[1][0] >= "2026-12-24"


async def test_where_each_holder_owes_the_delegate_makes_the_visits_of_the_one_on_leave(
    client: httpx2.AsyncClient, asked: Asked, until: Until, governed: Governed, second: Any
) -> None:
    await governed(
        VISITS.replace("rulebook: visits", "rulebook: each").replace("coverage:", "coverage:\n  satisfied_by: each")
    )
    await second()
    until(at(20))
    await away(client, "2026-12-01", "2026-12-16")
    assert to_make(await asked("capacity")) == {PRESIDENT: 1, DIRECTOR: 2, DELEGATE: 2, MANAGER: 1, SECOND: 3}
    first, *_ = (await asked("plan"))["items"]
    going = {goer["officer_id"] for goer in first["participants"]}
    assert going == {PRESIDENT, DIRECTOR, DELEGATE, SECOND}
    body = {"client_id": CLIENT, "at": f"{first['day']}T10:00:00+08:00", "kind": "visit"}
    answer = await client.post("/v1/visits/planned", json=body | {"participants": first["participants"]})
    assert answer.status_code == 201, answer.text
    made = [going & {DELEGATE, MANAGER, SECOND} for _, going in told(await asked("plan"))]
    assert made == [{DELEGATE, SECOND}, {MANAGER, SECOND}]
    assert {each["officer_id"]: each["acting_for"] for each in answer.json()["participants"]}[DELEGATE] == MANAGER
    query = {"period": "2026-12", "by": "officer", "role": "relationship_manager", "rulebook": "each"}
    report = (await client.get("/v1/coverage", params=query)).json()
    assert {each["group"]: each["planned"] for each in report["items"]} == {MANAGER: 1, SECOND: 1}


async def test_a_handover_parts_a_month_to_come_by_its_days(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    until(at(20))
    await handed_over(client, SECOND, "2026-12-11")
    found = to_make(await asked("capacity"))
    assert (found[MANAGER], found[SECOND]) == (2, 1)  # 3 × 8/23 rounded up, and the rest
    by_coverage = (
        await client.get("/v1/coverage", params={"period": "2026-12", "by": "officer", "role": "relationship_manager"})
    ).json()
    assert {each["group"]: each["remaining"] for each in by_coverage["items"]} == {MANAGER: 2, SECOND: 1}


async def test_two_who_hold_a_role_at_once_halve_it(asked: Asked, until: Until, second: Any) -> None:
    until(at(20))
    await second()
    assert to_make(await asked("capacity")) == {PRESIDENT: 1, DIRECTOR: 2, MANAGER: 2, SECOND: 1}


async def test_what_is_due_while_nobody_holds_the_role_is_vacant(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    until(at(20))
    path = f"/v1/clients/{CLIENT}/assignments"
    [manager] = [each for each in (await client.get(path)).json()["items"] if each["role"] == "relationship_manager"]
    answer = await client.post(f"{path}/{manager['assignment_id']}/end", json={"on": "2026-12-11"})
    assert answer.status_code < 300, answer.text
    report = await asked("capacity")
    assert (to_make(report), report["vacant"]) == (ALL | {MANAGER: 2}, 1)
    [unplaced] = (await asked("plan"))["unplaced"]
    assert (unplaced["officer_id"], unplaced["visits"], unplaced["reason"]["code"]) == (None, 1, "vacant")
    assert {each["day"] < "2026-12-11" for each in (await asked("plan", officer=MANAGER))["items"]} == {True}


async def test_who_has_left_is_asked_for_nothing_though_the_client_was_not_handed_over(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    """He leaves on the 11th: to the 10th 8 of 23 working days; 3 × 8/23 is rounded up to 2, and 1 is vacant."""
    until(at(20))
    answer = await client.put(f"/v1/officers/{MANAGER}", json={"name": "Leaves", "left_on": "2026-12-11"})
    assert answer.status_code == 200, answer.text
    report = await asked("capacity")
    assert (to_make(report), report["vacant"]) == (ALL | {MANAGER: 2}, 1)
    [manager] = (await asked("capacity", officer=MANAGER))["items"]
    assert manager["working_days"] == 8
    days = [day for day, going in told(await asked("plan")) if MANAGER in going]
    assert (len(days), max(days) < "2026-12-11") == (2, True)


async def test_one_visit_serves_the_obligations_of_several_rulebooks(
    asked: Asked, until: Until, governed: Governed
) -> None:
    await governed(VISITS.replace("rulebook: visits", "rulebook: more").replace("at_least: 3", "at_least: 4"))
    until(at(20))
    assert to_make(await asked("capacity")) == ALL | {MANAGER: 4}
    assert len((await asked("plan"))["items"]) == 4


async def test_kinds_that_one_rulebook_alone_counts_are_visits_of_their_own(
    asked: Asked, until: Until, governed: Governed
) -> None:
    other = VISITS.replace("rulebook: visits", "rulebook: surveys").replace("[visit, contact]", "[survey]")
    await governed(other)
    until(at(20))
    assert to_make(await asked("capacity")) == {officer: 2 * visits for officer, visits in ALL.items()}


async def test_where_each_holder_owes_nobody_makes_it_for_another(
    asked: Asked, until: Until, governed: Governed, second: Any
) -> None:
    await governed(
        VISITS.replace("rulebook: visits", "rulebook: each").replace("coverage:", "coverage:\n  satisfied_by: each")
    )
    await second()
    until(at(20))
    assert to_make(await asked("capacity")) == {PRESIDENT: 1, DIRECTOR: 2, MANAGER: 3, SECOND: 3}
    plan = await asked("plan")
    assert [len(going & {MANAGER, SECOND}) for _, going in told(plan)] == [2, 2, 2]
    assert (await asked("targets", year=2027, officer=SECOND))["target"]["visits"] == 36


async def test_officers_come_in_pages_and_the_total_is_of_all(asked: Asked, until: Until) -> None:
    until(at(20))
    seen, cursor = [], None
    while True:
        page = await asked("capacity", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["officer_id"] for each in page["items"]]
        assert page["total"]["to_make"] == 6
        cursor = page["next_cursor"]
        if cursor is None:
            break
    whole = await asked("capacity", limit=200)
    assert seen == sorted(seen) == [each["officer_id"] for each in whole["items"]]


async def test_the_bank_s_figure_counts_where_none_is_named(asked: Asked, app: FastAPI) -> None:
    assert (await asked("capacity"))["per_day"] == app.state.settings.visits_per_day == 4
    assert (await asked("plan", per_day=7))["per_day"] == 7


@pytest.mark.parametrize("path", ["capacity", "plan"])
async def test_a_period_that_is_over_is_not_planned(asked: Asked, until: Until, path: str) -> None:
    until(at(30))
    assert (await asked(path, period="2026-11"))["period"]["from"] == "2026-11-30"
    until(at(1, month=12))
    assert (await asked(path, 422, period="2026-11"))["errors"][0]["pointer"] == "query/period"


@pytest.mark.parametrize("per_day", ["0", "51", "-1", "1.5", "many"])
async def test_a_figure_that_no_day_has_is_refused(asked: Asked, per_day: str) -> None:
    assert (await asked("capacity", 422, per_day=per_day))["errors"][0]["pointer"] == "query/per_day"


# Plan


async def test_six_visits_owed_are_suggested_as_three(asked: Asked, until: Until) -> None:
    """23 working days in three parts of 7: the 1st, 8th and 15th of them."""
    until(at(20))
    plan = await asked("plan")
    assert told(plan) == [
        ("2026-12-01", {PRESIDENT, DIRECTOR, MANAGER}),
        ("2026-12-10", {DIRECTOR, MANAGER}),
        ("2026-12-21", {MANAGER}),
    ]
    assert plan["items"][2]["participants"] == [{"officer_id": MANAGER, "role": "relationship_manager"}]
    assert (plan["clients"], plan["planned"], plan["unplaced"]) == (1, 0, [])


async def test_what_is_planned_is_not_suggested_again(asked: Asked, until: Until, planned: Planned) -> None:
    until(at(20))
    await planned(10, "relationship_manager", "corporate_director")
    plan = await asked("plan")
    assert plan["planned"] == 1
    assert [going for _, going in told(plan)] == [{PRESIDENT, DIRECTOR, MANAGER}, {MANAGER}]
    assert "2026-12-10" not in {day for day, _ in told(plan)}


async def test_a_suggestion_is_taken_over_as_a_planned_visit(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    until(at(20))
    first, *rest = (await asked("plan"))["items"]
    body = {"client_id": first["client_id"], "at": f"{first['day']}T10:00:00+08:00", "kind": "visit"}
    answer = await client.post("/v1/visits/planned", json=body | {"participants": first["participants"]})
    assert answer.status_code == 201, answer.text
    plan = await asked("plan")
    assert (plan["items"], plan["planned"]) == (rest, 1)


async def test_a_plan_of_a_kind_that_does_not_count_fills_the_day_and_serves_nothing(
    asked: Asked, until: Until, planned: Planned
) -> None:
    until(at(20))
    await planned(1, "relationship_manager", kind="survey")
    plan = await asked("plan")
    assert plan["planned"] == 0
    assert (len(plan["items"]), "2026-12-01" in {day for day, _ in told(plan)}) == (3, False)


async def test_plans_for_other_clients_fill_the_officers_days(
    client: httpx2.AsyncClient, asked: Asked, until: Until, planned: Planned
) -> None:
    until(at(20))
    await client.put("/v1/clients/C-2", json={"kind": "company", "name": "东", "unit": "B2", "segment": "corporate"})
    await planned(1, "relationship_manager", client_id="C-2")
    days = [day for day, going in told(await asked("plan", per_day=1)) if MANAGER in going]
    assert (len(days), "2026-12-01" in days) == (3, False)


async def test_a_visit_made_today_counts_against_today(asked: Asked, visited: Visited, until: Until) -> None:
    until(at(27, 12))
    await visited(at(27), "relationship_manager")
    plan = await asked("plan", period="2026-11")
    assert told(plan) == [("2026-11-30", {PRESIDENT, DIRECTOR, MANAGER})]
    left = {each["officer_id"]: (each["visits"], each["reason"]["code"]) for each in plan["unplaced"]}
    assert left == {DIRECTOR: (1, "client_visited"), MANAGER: (1, "client_visited")}


async def test_an_officer_s_plan_has_the_visits_in_which_the_officer_takes_part(asked: Asked, until: Until) -> None:
    until(at(20))
    assert told(await asked("plan", officer=PRESIDENT)) == [("2026-12-01", {PRESIDENT, DIRECTOR, MANAGER})]
    assert told(await asked("plan", officer="b1-expert")) == []
    assert len(told(await asked("plan", client_id=CLIENT))) == 3
    assert told(await asked("plan", unit="B2")) == []


async def test_what_finds_no_day_is_told_with_the_reason(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    until(at(20))
    await handed_over(client, ELSEWHERE, "2026-12-01")
    await closed(client, "B1-S2", "2026-12-01", "2027-01-01")
    [left] = (await asked("plan", officer=ELSEWHERE))["unplaced"]
    why = {"code": "no_days", "en": "the officer has no working day left", "zh": "该人员无可用工作日"}
    assert (left["officer_id"], left["visits"], left["reason"]) == (ELSEWHERE, 3, why)


async def test_of_too_many_clients_a_plan_says_how_to_ask(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "MOST_CLIENTS", 0)
    answer = await asked("plan", 422)
    assert (answer["type"], "Name a unit further down" in answer["detail"]) == (
        "urn:tierbook:problem:too_many_clients",
        True,
    )


async def test_a_key_plans_for_the_clients_of_its_unit_alone(
    app: FastAPI, client: httpx2.AsyncClient, know: Any, assess: Assess, asked: Asked, until: Until
) -> None:
    until(at(20))
    profile = {"kind": "company", "name": "南", "unit": "B2-S1", "segment": "corporate"}
    await client.put("/v1/clients/C-9", json=profile)
    body = {"officer_id": MANAGER, "role": "relationship_manager", "from": "2026-12-01"}
    assert (await client.post("/v1/clients/C-9/assignments", json=body)).status_code == 201
    await know("C-9", deposit_balance="1")
    await assess(client, "C-9")
    assert to_make(await asked("capacity", officer=MANAGER)) == {MANAGER: 6}
    async with app.state.sessions.begin() as session:
        key = new_key(session, app.state.settings, unit="B1")
    async with client_of(app, key.token) as branch:
        whose = {"period": "2026-12", "officer": MANAGER}
        plan = (await branch.get("/v1/coverage/plan", params=whose)).json()
        assert {each["client_id"] for each in plan["items"]} == {CLIENT}
        assert to_make((await branch.get("/v1/coverage/capacity", params=whose)).json()) == {MANAGER: 3}
        year = (await branch.get("/v1/coverage/targets", params={"year": 2027, "officer": MANAGER})).json()
        assert year["target"]["visits"] == 36


# Targets


async def test_a_year_is_built_up_of_its_months(asked: Asked) -> None:
    year = (await asked("targets", year=2027, officer=MANAGER))["target"]
    assert (year["name"], year["visits"]) == ("2027", 36)
    months = [each for each in below(year) if each["kind"] == "month"]
    assert [each["visits"] for each in months] == [3] * 12
    assert months[0]["parts"] == []


async def test_parts_add_up_at_every_level(asked: Asked, governed: Governed) -> None:
    await governed(VISITS.replace("rulebook: visits", "rulebook: quarterly").replace("per: month", "per: quarter"))
    year = (await asked("targets", year=2027, officer=MANAGER, depth="day"))["target"]
    assert year["visits"] == 12 * 3 + 4 * 3
    for target in below(year):
        assert target["kind"] == "day" or target["visits"] == sum(each["visits"] for each in target["parts"])
    assert {each["kind"] for each in below(year)} == {"year", "half_year", "quarter", "month", "week", "day"}


async def test_the_targets_of_officers_add_up_to_the_unit_s(asked: Asked, second: Any) -> None:
    await second()
    officers = [(await asked("targets", year=2026, officer=each))["target"] for each in (*ALL, SECOND)]
    unit = (await asked("targets", year=2026, unit="B1"))["target"]
    for name in ("2026", "2026-H2", "2026-Q4", "2026-11", "2026-12"):
        of = [next(each["visits"] for each in below(target) if each["name"] == name) for target in (*officers, unit)]
        assert sum(of[:-1]) == of[-1] > 0
    december = [next(each["visits"] for each in below(target) if each["name"] == "2026-12") for target in officers]
    assert december == [1, 2, 2, 1]


async def test_an_officer_s_days_of_leave_have_no_target(
    client: httpx2.AsyncClient, asked: Asked, until: Until
) -> None:
    """Of December 3 × 11/23, rounded up, fall to the delegate, and 1 to the manager: on the first of his days."""
    until(at(20))
    await away(client, "2026-12-01", "2026-12-16")
    year = (await asked("targets", year=2026, officer=MANAGER, depth="day"))["target"]
    december = [each for each in below(year) if each["kind"] == "day" and each["name"] >= "2026-12"]
    assert [each["name"] for each in december[:2]] == ["2026-12-16", "2026-12-17"]
    assert [each["visits"] for each in december] == [1] + [0] * 11


async def test_a_year_beyond_the_calendar_has_no_targets(asked: Asked) -> None:
    beyond = await asked("targets", 422, year=2150)
    assert (beyond["type"], beyond["errors"][0]["pointer"]) == ("urn:tierbook:problem:beyond_calendar", "query/year")
    assert (await asked("capacity", 422, period="2150-01"))["errors"][0]["pointer"] == "query/period"
    assert "and not to 2150-01-31" in (await asked("plan", 422, period="2150-01"))["detail"]
    assert (await asked("targets", 422, year=1999))["errors"][0]["pointer"] == "query/year"
