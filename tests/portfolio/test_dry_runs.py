"""Dry runs and stress: what would become of the book, and nothing of it stored."""

from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.scopes import Scope
from app.db.engine import Sessions
from app.rulebooks.reign import Term
from tests.clients.telling import govern
from tests.portfolio.conftest import BALANCES, Run, cells, moves
from tests.rulebooks.publishing import published
from tests.standing.conftest import CallerOf, Know, as_person
from tests.standing.watched import CLASSES, OWING, WATCHED

STRICTER = (
    WATCHED.replace("core: {enter: {score: 80}, stay: {score: 76}}", "core: {enter: {score: 96}, stay: {score: 90}}")
    .replace("{given: {balance: 80}, expect: {tier: core}}", "{given: {balance: 96}, expect: {tier: core}}")
    .replace("standing: {tier: core}, expect: {tier: key}", "standing: {tier: key}, expect: {tier: key}")
)
DOWNTURN = {"name": "downturn", "changes": {"balance": "-30%"}}
BY_ANOTHER = as_person("ho-corporate-2")
ARREARS = {"name": "arrears", "changes": {"overdue_days": "=90"}}
TABLES = ("assessment", "standing", "standing_move", "client_warning", "improvement_plan")


async def draft(client: httpx2.AsyncClient, document: str, name: str = "watched-clients") -> Any:
    answer = await client.post(
        f"/v1/rulebooks/{name}/versions", json={"document": document}, headers=as_person("ho-corporate")
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["version"]


async def counted(sessions: Sessions, *tables: str) -> dict[str, int]:
    async with sessions() as session:
        return {each: await session.scalar(text(f"SELECT count(*) FROM {each}")) or 0 for each in tables}  # noqa: S608


async def test_a_dry_run_compares_a_draft_with_what_governs(run: Run, client: httpx2.AsyncClient) -> None:
    found = await run(kind="dry_run", version=await draft(client, STRICTER))
    [scenario] = found["summary"]["scenarios"]
    assert cells(scenario) == {
        ("none", "none"): 2,
        ("key", "key"): 2,
        ("core", "key"): 2,
        ("core", "core"): 1,
    }
    matrix = scenario["migration"]
    assert (matrix["total"], matrix["down"], matrix["same"], scenario["moved"]) == (7, 2, 5, 2)


async def test_a_dry_run_tells_the_visits_of_each_role_before_and_after(
    run: Run, client: httpx2.AsyncClient, app: FastAPI
) -> None:
    """Three clients are core, two key: 5 × 2 visits; by the draft 3 × 3, and 5 of the president."""
    await govern(app, OWING)
    president = "{role: branch_president, when: {tier: {in: [key, core]}}, at_least: 1, per: month}"
    owing = OWING.replace(
        "{tier: {in: [key, core]}}, at_least: 2, per: month}", "{tier: core}, at_least: 3, per: month}"
    )
    number = await draft(client, owing.replace("per: month}]", f"per: month}}, {president}]"), "owing-clients")
    [scenario] = (await run(kind="dry_run", rulebook="owing-clients", version=number))["summary"]["scenarios"]
    assert {each["owed"]: (each["before"], each["after"]) for each in scenario["visits"]} == {
        "relationship_manager per month": (10, 9),
        "branch_president per month": (0, 5),
    }


async def test_a_dry_run_says_who_would_move_and_why(run: Run, client: httpx2.AsyncClient) -> None:
    found = await moves(client, await run(kind="dry_run", version=await draft(client, STRICTER)))
    assert [(each["client_id"], each["kind"], each["before"], each["after"]) for each in found] == [
        ("C-5", "down", "core", "key"),
        ("C-6", "down", "core", "key"),
    ]
    assert found[0]["reasons"] == ["score: 80 → 80", "core asks score of 96: has 80"]


async def test_a_dry_run_stores_nothing_but_itself(run: Run, client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await run(kind="dry_run", version=await draft(client, STRICTER))
    assert await counted(sessions, *TABLES) == dict.fromkeys(TABLES, 0)


async def test_a_dry_run_over_the_whole_bank_is_the_simulation_that_publishing_needs(
    run: Run, client: httpx2.AsyncClient
) -> None:
    number = await draft(client, STRICTER)
    path = f"/v1/rulebooks/watched-clients/versions/{number}"
    body = {"effective_from": "2027-01-01"}
    assert (await client.post(f"{path}/publish", json=body, headers=BY_ANOTHER)).status_code == 409
    found = await run(kind="dry_run", version=number)
    [simulation] = (await client.get(f"{path}/simulations")).json()["items"]
    assert (simulation["run_id"], simulation["digest"], simulation["clients"]) == (found["id"], found["digest"], 7)
    assert simulation["summary"] == found["summary"]
    assert (await client.post(f"{path}/publish", json=body, headers=BY_ANOTHER)).status_code == 200


@pytest.mark.parametrize("part", [{"unit": "B1"}, {"filter": {"segment": "corporate"}}])
async def test_a_dry_run_over_a_part_is_no_simulation(run: Run, client: httpx2.AsyncClient, part: Any) -> None:
    number = await draft(client, STRICTER)
    await run(kind="dry_run", version=number, **part)
    answer = await client.get(f"/v1/rulebooks/watched-clients/versions/{number}/simulations")
    assert answer.json()["items"] == []


async def test_a_dry_run_of_a_unit_covers_its_clients_alone(run: Run, client: httpx2.AsyncClient, of: CallerOf) -> None:
    branch = await of("B2", Scope.PORTFOLIO_RUN)
    found = await run(branch, kind="dry_run", version=await draft(client, STRICTER))
    assert found["summary"]["clients"] == 2
    assert [each["client_id"] for each in await moves(branch, found)] == ["C-6"]


async def test_a_rulebook_without_tiers_is_compared_by_its_classes(run: Run, client: httpx2.AsyncClient) -> None:
    lower = CLASSES.replace("large: 50}", "large: 60}").replace(
        "balance: 50}, expect: {size: large}", "balance: 60}, expect: {size: large}"
    )
    number = await draft(client, lower, "balance-classes")
    found = await run(kind="dry_run", rulebook="balance-classes", version=number)
    [scenario] = found["summary"]["scenarios"]
    assert found["by"] == "size"
    assert cells(scenario) == {("small", "small"): 1, ("large", "small"): 1, ("large", "large"): 5}
    [move] = await moves(client, found)
    assert (move["client_id"], move["reasons"]) == (
        "C-2",
        ["size: large (balance 57 from 50) → small (balance 57 below 60)"],
    )


async def test_stress_says_what_a_class_rests_on(run: Run, client: httpx2.AsyncClient) -> None:
    found = await run(kind="stress", rulebook="balance-classes", shocks=[DOWNTURN])
    [first, *_] = await moves(client, found)
    assert (first["client_id"], first["after"]) == ("C-2", "small")
    assert first["reasons"] == [
        "size: large (balance 57 from 50) → small (balance 39.90 below 50)",
        "balance: 57.00 → 39.90",
    ]


@pytest.mark.parametrize("kind", [{"kind": "dry_run"}, {"kind": "stress", "shocks": [DOWNTURN]}])
async def test_a_draft_with_faults_is_not_tried_and_its_faults_are_named(
    client: httpx2.AsyncClient, book: None, kind: Any
) -> None:
    number = await draft(client, STRICTER.replace("balance: {weight: 100", "unknown_fact: {weight: 100"))
    answer = await client.post("/v1/runs", json={**kind, "rulebook": "watched-clients", "version": number})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tierbook:problem:unsound_rulebook")
    assert any("unknown_fact" in each["detail"] for each in answer.json()["errors"])


async def test_a_version_that_another_build_published_is_not_tried_until_this_one_can_read_it(
    client: httpx2.AsyncClient, book: None, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await published(session, STRICTER, Term((), date(2027, 1, 1)), digest="sha256:of another build")
    body = {"kind": "dry_run", "rulebook": "watched-clients", "version": 2}
    answer = await client.post("/v1/runs", json=body)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:tierbook:problem:rulebook_unreadable")


async def test_stress_shows_each_scenario_against_the_facts_as_they_are(run: Run, know: Know) -> None:
    for client_id in BALANCES:
        await know(client_id, overdue_days="0")
    found = await run(kind="stress", shocks=[DOWNTURN, ARREARS])
    downturn, arrears = found["summary"]["scenarios"]
    assert (downturn["name"], arrears["name"]) == ("downturn", "arrears")
    assert cells(downturn) == {("none", "none"): 2, ("key", "none"): 2, ("core", "none"): 1, ("core", "key"): 2}
    assert cells(arrears) == {("none", "none"): 2, ("key", "key"): 2, ("core", "key"): 3}
    assert arrears["exits"] == [{"reason": "overdue_90", "before": 0, "after": 7}]
    assert downturn["exits"] == [{"reason": "overdue_90", "before": 0, "after": 0}]


async def test_stress_says_which_facts_became_others(run: Run, client: httpx2.AsyncClient) -> None:
    found = await run(kind="stress", shocks=[DOWNTURN])
    [first, *_] = await moves(client, found, scenario="downturn")
    assert (first["client_id"], first["before"], first["after"]) == ("C-3", "key", "none")
    assert "balance: 60.00 → 42.00" in first["reasons"]


async def test_stress_leaves_facts_and_standings_alone(run: Run, sessions: Sessions) -> None:
    before = await counted(sessions, "fact_record")
    await run(kind="stress", shocks=[DOWNTURN])
    assert await counted(sessions, "fact_record") == before
    assert await counted(sessions, *TABLES) == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize("role", ["tierbook_app", "NONE"])
@pytest.mark.parametrize("change", ["UPDATE portfolio_run_move SET after = 'core'", "DELETE FROM portfolio_run_move"])
async def test_who_moved_in_a_run_stays_as_it_was_told(run: Run, session: AsyncSession, role: str, change: str) -> None:
    await run(kind="stress", shocks=[DOWNTURN])
    await session.execute(text(f"SET LOCAL ROLE {role}"))
    with pytest.raises(DBAPIError, match=r"only added|permission denied"):
        await session.execute(text(change))


async def test_a_matrix_adds_up_to_all_clients(run: Run) -> None:
    found = await run(kind="stress", shocks=[DOWNTURN, ARREARS])
    for scenario in found["summary"]["scenarios"]:
        matrix = scenario["migration"]
        assert sum(map(sum, matrix["cells"])) == matrix["total"] == found["summary"]["clients"] == 7
        assert matrix["up"] + matrix["down"] + matrix["same"] + matrix["other"] == 7
