"""Concentration over HTTP: how few carry how much, who they are, by class and band; fenced."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.access.scopes import Scope
from app.clock import ManualClock
from app.portfolio.carrying import LastList
from app.portfolio.measuring import measured
from tests.clients.telling import open_client
from tests.portfolio.conftest import BALANCES, OTHERS, Run
from tests.standing.conftest import CallerOf, Know

PATH = "/v1/concentration"
TOTAL = sum(map(int, BALANCES.values()))


async def report(client: httpx2.AsyncClient, **asked: str) -> Any:
    answer = await client.get(PATH, params={"measure": "balance", **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def carrying(client: httpx2.AsyncClient, share: str, **asked: str) -> list[Any]:
    """Every client that carries a share, two a page."""
    found: list[Any] = []
    while True:
        params = {"measure": "balance", "share": share, "limit": "2", **asked}
        page = (await client.get(f"{PATH}/clients", params=params)).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


@pytest.mark.parametrize("share", ["1%", "25%", "0.5", "80%", "99.9%", "1"])
async def test_the_clients_listed_are_the_fewest_that_carry_the_share(
    client: httpx2.AsyncClient, book: None, share: str
) -> None:
    [told] = (await report(client, share=share))["carriers"]
    listed = await carrying(client, share)
    values = [Decimal(each["value"]) for each in listed]
    assert len(listed) == told["clients"]
    assert [each["place"] for each in listed] == [*range(1, len(listed) + 1)]
    assert sum(values) == Decimal(told["carried"]) >= TOTAL * Decimal(told["share"]) > sum(values[:-1])
    assert values == sorted(map(Decimal, BALANCES.values()), reverse=True)[: len(values)]


async def test_a_share_that_a_report_shows_is_asked_for_as_it_is_shown(client: httpx2.AsyncClient, book: None) -> None:
    shown = (await report(client))["carriers"]
    assert [each["share"] for each in shown] == ["0.5", "0.8"]
    assert (await report(client, share=",".join(each["share"] for each in shown)))["carriers"] == shown


async def test_a_list_stays_as_it_was_when_its_first_page_was_read(
    client: httpx2.AsyncClient, book: None, know: Know, clock: ManualClock, app: FastAPI
) -> None:
    async def pages(*, forget: bool) -> list[str]:
        asked = {"measure": "balance", "share": "100%", "limit": "3"}
        first = (await client.get(f"{PATH}/clients", params=asked)).json()
        clock.advance(timedelta(seconds=1))
        await know("C-7", balance="1")
        await know("C-1", balance="98")
        if forget:
            app.state.last_list = LastList()
        rest = (
            await client.get(f"{PATH}/clients", params={**asked, "limit": "7", "cursor": first["next_cursor"]})
        ).json()
        assert rest["next_cursor"] is None
        return [each["client_id"] for each in (*first["items"], *rest["items"])]

    assert await pages(forget=False) == ["C-7", "C-6", "C-5", "C-4", "C-3", "C-2", "C-1"]
    assert await pages(forget=True) == ["C-1", "C-6", "C-5", "C-4", "C-3", "C-2", "C-7"]


async def test_the_bank_is_measured_once_for_all_pages(
    client: httpx2.AsyncClient, book: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []

    async def counted(*given: Any) -> Any:
        times.append(given)
        return await measured(*given)

    monkeypatch.setattr("app.portfolio.carrying.measured", counted)
    assert len(await carrying(client, "100%")) == 7
    assert len(times) == 1


async def test_a_client_that_has_left_the_unit_is_on_no_page(
    client: httpx2.AsyncClient, book: None, of: CallerOf
) -> None:
    branch = await of("B2", Scope.PORTFOLIO_RUN)
    asked = {"measure": "balance", "share": "100%", "limit": "1"}
    first = (await branch.get(f"{PATH}/clients", params=asked)).json()
    await open_client(client, "C-6", segment="corporate", unit="B1-S1")
    second = await branch.get(f"{PATH}/clients", params={**asked, "cursor": first["next_cursor"]})
    assert [each["client_id"] for each in first["items"]] == ["C-7"]
    assert second.json()["items"] == []


@pytest.mark.parametrize("cursor", ["", "1", "x,1.00,C-1", "1,x,C-1", "99.00,C-7", "9" * 18 + ",1.00,C-1"])
async def test_what_is_no_cursor_of_the_list_is_refused(client: httpx2.AsyncClient, book: None, cursor: str) -> None:
    answer = await client.get(f"{PATH}/clients", params={"measure": "balance", "cursor": cursor})
    assert answer.status_code == 422


async def test_the_curve_runs_from_nobody_to_everybody(client: httpx2.AsyncClient, book: None) -> None:
    found = await report(client)
    points = [(each["clients"], Decimal(each["value"])) for each in found["lorenz"]]
    assert [points[0], points[-1]] == [(0, Decimal(0)), (7, Decimal(TOTAL))]
    steps = [after[1] - before[1] for before, after in pairwise(points)]
    assert steps == sorted(steps)
    assert (found["clients"], found["idle"], found["unknown"], found["total"]) == (7, 0, 0, f"{TOTAL}.00")
    assert 0 < Decimal(found["gini"]) < 1


async def test_who_has_nothing_or_is_unknown_counts_as_a_client(
    client: httpx2.AsyncClient, book: None, know: Know
) -> None:
    await know("C-7", balance="much")
    await know("C-6", balance="0")
    found = await report(client)
    assert (found["clients"], found["idle"], found["unknown"]) == (7, 2, 1)


async def test_tiers_classes_and_bands_add_up(run: Run, client: httpx2.AsyncClient) -> None:
    await run()
    await run(rulebook="balance-classes")
    tiers = await report(client, rulebook="watched-clients", bands="50,90")
    assert [(each["label"], each["clients"], each["value"]) for each in tiers["bands"]] == [
        (None, 1, "10.00"),
        ("50.00", 4, "275.00"),
        ("90.00", 2, "194.00"),
    ]
    [grouping] = tiers["groupings"]
    assert (grouping["by"], [(each["label"], each["clients"]) for each in grouping["groups"]]) == (
        "tier",
        [("none", 7)],
    )
    [classes] = (await report(client, rulebook="balance-classes"))["groupings"]
    assert classes["by"] == "size"
    assert {each["label"]: each["clients"] for each in classes["groups"]} == {"large": 6, "small": 1}
    assert sum(Decimal(each["value"]) for each in classes["groups"]) == TOTAL


async def test_a_unit_sees_its_own_clients_alone(client: httpx2.AsyncClient, book: None, of: CallerOf) -> None:
    branch = await of("B2", Scope.PORTFOLIO_RUN)
    assert (await report(branch))["clients"] == 2
    assert {each["client_id"] for each in await carrying(branch, "100%")} == {*OTHERS}
    assert (await report(client, unit="B2"))["clients"] == 2
    outside = await branch.get(PATH, params={"measure": "balance", "unit": "B1"})
    assert outside.status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"measure": "overdue"}, 422, "measure_unknown"),
        ({"measure": "segment"}, 422, "measure_unknown"),
        ({"measure": "balance", "share": "0"}, 422, "query_invalid"),
        ({"measure": "balance", "share": "101%"}, 422, "query_invalid"),
        ({"measure": "balance", "share": "80"}, 422, "query_invalid"),
        ({"measure": "balance", "share": "half"}, 422, "query_invalid"),
        ({"measure": "balance", "bands": "90,50"}, 422, "query_invalid"),
        ({"measure": "balance", "as_of": "2026-11-23"}, 422, "day_to_come"),
        ({"measure": "balance", "rulebook": "no-such"}, 404, "rulebook_not_found"),
    ],
)
async def test_what_cannot_be_measured_is_refused(
    client: httpx2.AsyncClient, book: None, asked: dict[str, str], status: int, code: str
) -> None:
    answer = await client.get(PATH, params=asked)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:tierbook:problem:{code}")


async def test_nobody_carries_anything_where_there_is_nobody(client: httpx2.AsyncClient) -> None:
    found = await report(client)
    assert (found["total"], found["gini"], found["carriers"], found["lorenz"]) == ("0.00", None, [], [])
    assert await carrying(client, "80%") == []
