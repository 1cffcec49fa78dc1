"""Calendars over HTTP: read by version, amended by the whole bank's keys."""

from datetime import date, timedelta
from typing import Any, Final

import httpx2
import pytest

from app.clock import ManualClock
from app.db.engine import Sessions
from app.kernel.coverage.span import Span
from app.organisation.calendar_days import days_of, told
from app.organisation.calendar_keeping import store_told
from tests.organisation.conftest import Trail
from tests.organisation.test_officers import code
from tests.service import NOON, change_of

pytestmark = pytest.mark.anyio

PATH: Final = "/v1/calendars/CN"
REACH: Final = Span(date(2026, 1, 1), date(2027, 7, 1))
NEW_YEAR: Final = date(2026, 1, 1)
WHY: Final = "the notice of November 2026"


async def kept(sessions: Sessions, name: str) -> None:
    worked = {day for day in days_of(REACH) if day.weekday() < 5 and day != NEW_YEAR}
    async with sessions.begin() as session:
        await store_told(change_of(session), name, told(REACH, worked), "holidays 0.109")


@pytest.fixture(autouse=True)
async def _china(sessions: Sessions) -> None:
    await kept(sessions, "CN")


async def amended(caller: httpx2.AsyncClient, status: int = 201, **body: Any) -> dict[str, Any]:
    answer = await caller.post(f"{PATH}/versions", json={"reason": WHY, **body})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_calendar_is_read_year_by_year(bank: httpx2.AsyncClient) -> None:
    found = (await bank.get(PATH)).json()
    assert found.pop("digest").startswith("sha256:")
    assert found == {
        "name": "CN",
        "version": 1,
        "source": "holidays 0.109",
        "recorded_at": "2026-11-22T04:00:00Z",
        "from": "2026-01-01",
        "until": "2027-07-01",
        "years": [
            {"year": 2026, "working_days": 260, "rest": ["2026-01-01"], "work": []},
            {"year": 2027, "working_days": 129, "rest": [], "work": []},
        ],
    }


async def test_calendars_are_listed_by_name_in_pages(bank: httpx2.AsyncClient, sessions: Sessions) -> None:
    await kept(sessions, "DE")
    await amended(bank, rest=["2026-12-24"])
    first = (await bank.get("/v1/calendars", params={"limit": 1})).json()
    second = (await bank.get("/v1/calendars", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    pages = [[(each["name"], each["version"]) for each in page["items"]] for page in (first, second)]
    assert (pages, second["next_cursor"]) == ([[("CN", 2)], [("DE", 1)]], None)


async def test_an_amendment_is_a_version_and_those_before_stay(
    bank: httpx2.AsyncClient, clock: ManualClock, trail: Trail
) -> None:
    clock.advance(timedelta(hours=1))
    new = await amended(bank, rest=["2026-12-24"], work=["2026-12-26", "2026-01-01"])
    assert (new["version"], new["source"], new["recorded_at"]) == (2, "bank", "2026-11-22T05:00:00Z")
    year = new["years"][0]
    assert year == {"year": 2026, "working_days": 261, "rest": ["2026-12-24"], "work": ["2026-12-26"]}
    old, now = [(await bank.get(PATH, params={"version": number})).json() for number in (1, 2)]
    assert (old["years"][0]["rest"], now) == (["2026-01-01"], new)
    entry = (await trail("CN"))[-1]
    assert (entry["action"], entry["reason"]) == ("calendar.amended", WHY)
    assert (entry["after"]["rest"], entry["after"]["work"]) == (["2026-12-24"], ["2026-01-01", "2026-12-26"])


async def test_an_amendment_is_taken_back_by_another(bank: httpx2.AsyncClient) -> None:
    await amended(bank, rest=["2026-12-24"], work=["2026-12-26"])
    found = await amended(bank, rest=["2026-12-26"], work=["2026-12-24"])
    first = (await bank.get(PATH, params={"version": 1})).json()
    assert (found["version"], found["years"], found["digest"]) == (3, first["years"], first["digest"])


async def test_the_same_amendment_again_changes_nothing(bank: httpx2.AsyncClient) -> None:
    first = await amended(bank, rest=["2026-12-24"])
    assert await amended(bank, 200, rest=["2026-12-24"]) == first
    assert await amended(bank, 200) == first


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"rest": ["2025-12-31"]}, ["/rest/0"]),
        ({"rest": ["2026-12-24"], "work": ["2026-12-26", "2027-07-01"]}, ["/work/1"]),
        ({"rest": ["2026-12-24"], "work": ["2026-12-24"]}, ["/work/0"]),
    ],
)
async def test_days_that_the_calendar_cannot_have_are_named(
    bank: httpx2.AsyncClient, body: dict[str, Any], pointers: list[str]
) -> None:
    assert code(await amended(bank, 422, **body)) == ("beyond_calendar", pointers)
    assert (await bank.get(PATH)).json()["version"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"rest": "2026-12-24"},
        {"rest": [20261224]},
        {"rest": ["2026-12-24"] * 401},
        {"rest": ["2026-12-24"], "reason": " "},
        {"rest": ["2026-12-24"], "reason": "x" * 1001},
        {"holidays": ["2026-12-24"]},
    ],
)
async def test_a_hostile_amendment_is_refused(bank: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    await amended(bank, 422, **body)


async def test_a_key_of_a_unit_reads_calendars_and_amends_none(branch: httpx2.AsyncClient, trail: Trail) -> None:
    assert (await branch.get(PATH)).status_code == 200
    answer = await branch.post(f"{PATH}/versions", json={"rest": ["2026-12-24"], "reason": WHY})
    assert (answer.status_code, code(answer.json())[0]) == (403, "whole_bank_only")
    entry = (await trail("CN"))[-1]
    assert (entry["action"], entry["outcome"]) == ("calendar.refused", "denied")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/calendars/DE", 404),
        (f"{PATH}?version=2", 404),
        (f"{PATH}?version=0", 422),
        (f"{PATH}?version=2147483648", 422),
        (f"{PATH}?version=1.0", 422),
        ("/v1/calendars/cn", 422),
    ],
)
async def test_what_is_not_there_is_not_found(bank: httpx2.AsyncClient, path: str, status: int) -> None:
    assert (await bank.get(path)).status_code == status


async def test_a_calendar_that_is_not_kept_is_not_amended(bank: httpx2.AsyncClient) -> None:
    answer = await bank.post("/v1/calendars/DE/versions", json={"rest": ["2026-12-24"], "reason": WHY})
    assert (answer.status_code, code(answer.json())[0]) == (404, "calendar_not_found")


async def test_what_is_told_next_year_keeps_what_the_bank_amended(bank: httpx2.AsyncClient, sessions: Sessions) -> None:
    await amended(bank, rest=["2026-12-24"])
    longer = Span(REACH.start, date(2028, 1, 1))
    async with sessions.begin() as session:
        change = change_of(session, now=NOON + timedelta(days=60))
        worked = {day for day in days_of(longer) if day.weekday() < 5}
        await store_told(change, "CN", told(longer, worked), "holidays 0.110")
    found = (await bank.get(PATH)).json()
    assert (found["version"], found["source"], found["until"]) == (3, "holidays 0.110", "2028-01-01")
    assert found["years"][0]["rest"] == ["2026-12-24"]
