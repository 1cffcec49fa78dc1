"""What is owed follows the version and the tier without an assessment, from the day on which they change."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from app.coverage.obligations.rederiving import START, rederive
from app.db.engine import Sessions
from app.rulebooks.reign import Term
from tests.coverage.attainment.conftest import Covered, Until
from tests.coverage.attainment.november import CLIENT, VISITS, at
from tests.rulebooks.publishing import published
from tests.service import change_of

Rederived = Callable[[], Awaitable[int]]
STRICTER = VISITS.replace("at_least: 3", "at_least: 6")


@pytest.fixture
def rederived(app: FastAPI, sessions: Sessions, clock: ManualClock) -> Rederived:
    """Compares once what is owed with what governs; how many were owed something else."""

    async def once() -> int:
        await app.state.rulebooks.refresh()
        async with sessions.begin() as session:
            return (await rederive(change_of(session, "upkeep", now=clock.now()), app.state.judges, START)).changed

    return once


@pytest.fixture
async def elsewhere(client: Any, know: Any, assess: Any) -> None:
    """A client of the other branch, which is owed visits as well."""
    profile = {"kind": "company", "name": "南", "unit": "B2-S1", "segment": "corporate"}
    await client.put("/v1/clients/C-9", json=profile)
    await know("C-9", deposit_balance="1")
    await assess(client, "C-9")


async def publish(sessions: Sessions, term: Term, text: str = STRICTER) -> None:
    async with sessions.begin() as session:
        await published(session, text, term)


async def manager_of(covered: Covered) -> Any:
    [group] = (await covered(by="client", role="relationship_manager", client_id=CLIENT))["items"]
    return group["details"][0]


async def test_where_nothing_changed_nothing_is_written(client: Any, rederived: Rederived) -> None:
    assert await rederived() == 0


async def test_another_version_is_owed_by_from_the_day_on_which_it_governs(
    covered: Covered, sessions: Sessions, until: Until, rederived: Rederived
) -> None:
    await publish(sessions, Term((), date(2026, 11, 25)))
    until(at(24))
    assert await rederived() == 0
    until(at(27))  # two days late
    assert (await rederived(), await rederived()) == (1, 0)
    manager = await manager_of(covered)
    shares = [(each["from"], each["share"], each["why"]) for each in manager["basis"]]
    assert shares == [("2026-11-01", "3 × 17/21", "assessed"), ("2026-11-25", "6 × 4/21", "version")]
    assert (manager["required"], manager["prorated_required"]) == (6, 4)  # 51/21 + 24/21 = 25/7, rounded up
    assert manager["rulebook"]["version"] == 2


async def test_a_pilot_is_owed_by_in_its_unit_alone(
    elsewhere: None, covered: Covered, sessions: Sessions, until: Until, rederived: Rederived
) -> None:
    await publish(sessions, Term(("B1",), date(2026, 11, 23), date(2026, 11, 30)))
    until(at(23))
    assert await rederived() == 1
    until(at(30))
    assert await rederived() == 1
    manager = await manager_of(covered)
    assert [(each["from"], each["at_least"]) for each in manager["basis"]] == [
        ("2026-11-01", 3),
        ("2026-11-23", 6),
        ("2026-11-30", 3),
    ]


async def test_a_client_that_moves_into_a_pilot_is_owed_by_it_from_that_day(
    client: Any, covered: Covered, sessions: Sessions, until: Until, rederived: Rederived
) -> None:
    await publish(sessions, Term(("B2",), date(2026, 11, 23), date(2026, 12, 30)))
    until(at(24))
    assert await rederived() == 0
    profile = {"kind": "company", "name": "北方重工", "unit": "B2-S1", "segment": "corporate", "co_managed": True}
    assert (await client.put("/v1/clients/C-1", json=profile)).status_code == 200
    until(at(25))
    assert await rederived() == 1
    manager = await manager_of(covered)
    assert [(each["from"], each["at_least"]) for each in manager["basis"]] == [("2026-11-01", 3), ("2026-11-24", 6)]


async def test_where_no_version_governs_any_more_nothing_is_owed_from_then_on(
    client: Any, covered: Covered, sessions: Sessions, until: Until, rederived: Rederived
) -> None:
    until(at(11, 9))
    answer = await client.post("/v1/rulebooks/visits/versions/1/end", json={"on": "2026-11-16"})
    assert answer.status_code == 200, answer.text
    until(at(16))
    assert (await rederived(), await rederived()) == (1, 0)
    manager = await manager_of(covered)
    assert [(each["until"], each["share"]) for each in manager["basis"]] == [("2026-11-16", "3 × 10/21")]
