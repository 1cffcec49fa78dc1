"""Runs that assess: decided and stored as one by one, once each, fenced, resumed where they stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from structlog.testing import capture_logs

from app.access.guard import ON_BEHALF_OF
from app.access.scopes import Scope
from app.clock import ManualClock
from app.db.engine import Sessions
from app.exits.proposing import propose_triggered
from app.portfolio.comparing import Done
from app.portfolio.job import Job, Shop
from app.portfolio.runner import Runner
from app.portfolio.tables import PortfolioRun
from app.portfolio.trying import Read, tried
from app.standing.judges import Judges
from app.standing.moving import Subject, recognised
from app.standing.settled import Settled
from app.trail.change import Change
from tests.clients.telling import govern, open_client
from tests.portfolio.conftest import BALANCES, OTHERS, Begin, MakeRunner, Run, cells, moves
from tests.service import SHANGHAI, change_of
from tests.standing.conftest import CallerOf, Know
from tests.standing.watched import OWING

ASSESSES = (Scope.PORTFOLIO_RUN, Scope.STANDING_ASSESS)
DOWNTURN = {"name": "downturn", "changes": {"balance": "-30%"}}
STORED = (
    "SELECT client_id, review, run_id, result FROM assessment WHERE rulebook = :name ORDER BY client_id, assessed_at"
)


async def stored(sessions: Sessions, name: str = "watched-clients") -> list[Any]:
    async with sessions() as session:
        return list((await session.execute(text(STORED), {"name": name})).all())


async def actions(session: AsyncSession) -> list[str]:
    return list(await session.scalars(text("SELECT action FROM audit_entry ORDER BY id")))


async def recognise(client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock) -> None:
    """Every client is core by recognition."""
    async with sessions.begin() as session:
        change = change_of(session, now=clock.now())
        governing = app.state.rulebooks.in_force("watched-clients", change.today)
        for client_id in BALANCES:
            await recognised(change, Subject(client_id, "B1-S1", governing), "core", ("committee",))


async def test_a_run_decides_every_client_and_says_how_far_it_is(run: Run, sessions: Sessions) -> None:
    found = await run(review="2026-Q4")
    assert found["progress"] == {"total": 7, "done": 7, "share": 1.0, "eta_seconds": None}
    rows = await stored(sessions)
    assert [row.client_id for row in rows] == [*BALANCES]
    assert {str(row.run_id) for row in rows} == {found["id"]}
    [scenario] = found["summary"]["scenarios"]
    assert cells(scenario) == {(None, "none"): 7}
    assert scenario["decided"] == {"before": None, "after": 7}


async def test_what_a_run_stored_replays_to_the_byte(
    run: Run, client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock, know: Know
) -> None:
    await recognise(client, app, sessions, clock)
    for review in ("2026-Q3", "2026-Q4", "2027-Q1"):
        await run(review=review)
        await know("C-4", balance="not a number")
        await know("C-5", overdue_days="95")
    async with sessions() as session:
        ids = list(await session.scalars(text("SELECT id FROM assessment")))
    assert len(ids) == 21
    for each in ids:
        assert (await client.post(f"/v1/assessments/{each}/replay")).json()["identical"]


async def test_a_review_is_decided_once_however_often_it_runs(run: Run, sessions: Sessions) -> None:
    await run(review="2026-Q4")
    again = await run(review="2026-Q4")
    assert len(await stored(sessions)) == 7
    [scenario] = again["summary"]["scenarios"]
    assert scenario["undecided"] == [{"reason": "decided_already", "before": None, "after": 7}]


async def test_who_moved_has_an_entry_of_its_own_and_the_others_share_one(
    run: Run, client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock, session: AsyncSession
) -> None:
    await recognise(client, app, sessions, clock)
    before = len(await actions(session))
    found = await run()
    entries = (await actions(session))[before:]
    moved = {each["client_id"] for each in await moves(client, found)}
    assert moved == {"C-1", "C-2", "C-3", "C-4"}
    assert entries.count("client.assessed") == len(moved)
    assert entries.count("run.advanced") == 4
    assert [each for each in entries if each in {"run.asked", "run.finished"}] == ["run.asked", "run.finished"]


async def test_a_run_says_who_moved_and_why(
    run: Run, client: httpx2.AsyncClient, app: FastAPI, sessions: Sessions, clock: ManualClock
) -> None:
    await recognise(client, app, sessions, clock)
    found = await moves(client, await run())
    raised = {each["client_id"]: each["reasons"] for each in found if each["kind"] == "warning_raised"}
    assert raised["C-4"] == ["near_stay_bound"]
    assert raised["C-1"] == ["below_stay_bound"]


async def test_required_visits_are_those_of_the_tiers_that_are_held(
    run: Run, app: FastAPI, sessions: Sessions, clock: ManualClock
) -> None:
    await govern(app, OWING)
    [found] = (await run(rulebook="owing-clients"))["summary"]["scenarios"]
    assert (found["decided"]["after"], found["visits"]) == (7, [])
    async with sessions.begin() as session:
        change = change_of(session, now=clock.now())
        governing = app.state.rulebooks.in_force("owing-clients", change.today)
        await recognised(change, Subject("C-5", "B1-S1", governing), "core", ("committee",))
    [found] = (await run(rulebook="owing-clients"))["summary"]["scenarios"]
    assert found["visits"] == [{"owed": "relationship_manager per month", "before": None, "after": 2}]


@pytest.fixture
def exits(begin: Begin, make_runner: MakeRunner, client: httpx2.AsyncClient) -> Callable[[], Awaitable[Any]]:
    """Assesses all, has exits proposed, and says of how many the run tells."""

    async def ran() -> Any:
        asked = await begin()
        await make_runner(propose_triggered).do_waiting()
        [found] = (await client.get(f"/v1/runs/{asked['id']}")).json()["summary"]["scenarios"]
        return found["exits"]

    return ran


@pytest.mark.usefixtures("book")
async def test_exits_are_those_that_are_proposed(
    exits: Callable[[], Awaitable[Any]],
    client: httpx2.AsyncClient,
    app: FastAPI,
    sessions: Sessions,
    clock: ManualClock,
    know: Know,
) -> None:
    for client_id in BALANCES:
        await know(client_id, overdue_days="90")
    assert await exits() == []  # nobody has a tier to leave
    await recognise(client, app, sessions, clock)
    assert await exits() == [{"reason": "overdue_90", "before": None, "after": 7}]
    assert await exits() == []  # they are leaving already


async def test_a_run_that_was_cut_off_is_carried_on_and_every_client_is_done_once(
    begin: Begin,
    make_runner: MakeRunner,
    client: httpx2.AsyncClient,
    book: None,
    clock: ManualClock,
    sessions: Sessions,
) -> None:
    pieces = []

    async def dies(change: Change, judges: Judges, settled: list[Settled]) -> None:
        pieces.append([each.client_id for each in settled])
        if len(pieces) == 3:
            raise asyncio.CancelledError

    asked = await begin()
    with pytest.raises(asyncio.CancelledError):
        await make_runner(dies).do_waiting()
    half = (await client.get(f"/v1/runs/{asked['id']}")).json()
    assert (half["state"], half["progress"]["done"]) == ("running", 4)
    await make_runner().do_waiting()
    assert len(await stored(sessions)) == 4  # another worker waits for the lease to end
    clock.advance(timedelta(seconds=61))
    await make_runner().do_waiting()
    whole = (await client.get(f"/v1/runs/{asked['id']}")).json()
    assert (whole["state"], whole["progress"]["done"]) == ("done", 7)
    assert [row.client_id for row in await stored(sessions)] == [*BALANCES]


async def test_a_cancelled_run_stops_and_what_it_was_doing_is_undone(
    begin: Begin, app: FastAPI, client: httpx2.AsyncClient, book: None, sessions: Sessions, clock: ManualClock
) -> None:
    asked = await begin()

    class Interrupted(Runner):
        async def _step(self, job: Job) -> bool:
            if job.run.done == 2:
                assert (await client.post(f"/v1/runs/{asked['id']}/cancel")).status_code == 200
            return await super()._step(job)

    await Interrupted(sessions, clock, Shop(app.state.judges, (), SHANGHAI), piece=2).do_waiting()
    assert [row.client_id for row in await stored(sessions)] == ["C-1", "C-2"]
    found = (await client.get(f"/v1/runs/{asked['id']}")).json()
    assert (found["state"], found["progress"]["done"]) == ("cancelled", 2)


async def test_a_run_that_waits_can_be_cancelled_and_then_not_again(
    begin: Begin, make_runner: MakeRunner, client: httpx2.AsyncClient, book: None, sessions: Sessions
) -> None:
    asked = await begin()
    answer = await client.post(f"/v1/runs/{asked['id']}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    await make_runner().do_waiting()
    assert await stored(sessions) == []
    assert (await client.post(f"/v1/runs/{asked['id']}/cancel")).status_code == 409


async def test_a_run_is_cancelled_by_the_unit_that_asked_or_one_above(
    client: httpx2.AsyncClient, begin: Begin, of: CallerOf, sessions: Sessions
) -> None:
    branch, below = await of("B2", *ASSESSES), await of("B2-S1", *ASSESSES)
    theirs = await begin(client, unit="B2-S1")
    for caller in (branch, below):
        answer = await caller.post(f"/v1/runs/{theirs['id']}/cancel")
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:asked_above")
    async with sessions() as session:
        denied = text("SELECT object_id FROM audit_entry WHERE outcome = 'denied'")
        assert [*await session.scalars(denied)] == [theirs["id"]] * 2
    asked = await begin(branch, unit="B2-S1")
    read = [(await each.get(f"/v1/runs/{asked['id']}")).json()["asked_by"] for each in (client, branch, below)]
    assert read == ["key of B2", "key of B2", None]
    ours = await begin(below)
    assert (await branch.post(f"/v1/runs/{ours['id']}/cancel")).json()["state"] == "cancelled"


async def test_a_run_covers_the_clients_of_the_key_that_asks(
    run: Run, of: CallerOf, sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    branch = await of("B2", *ASSESSES)
    found = await run(branch)
    assert [row.client_id for row in await stored(sessions)] == [*OTHERS]
    assert found["unit"] == "B2"
    sibling = await of("B1", Scope.PORTFOLIO_RUN)
    assert (await sibling.get(f"/v1/runs/{found['id']}")).status_code == 404
    assert (await sibling.get(f"/v1/runs/{found['id']}/moves")).status_code == 404
    assert (await sibling.post(f"/v1/runs/{found['id']}/cancel")).status_code == 404
    assert (await sibling.get("/v1/runs")).json()["items"] == []
    assert [each["id"] for each in (await client.get("/v1/runs")).json()["items"]] == [found["id"]]


async def test_a_run_that_assesses_takes_a_key_that_may_assess(
    begin: Begin, of: CallerOf, sessions: Sessions, book: None
) -> None:
    runs = await of("B2", Scope.PORTFOLIO_RUN)
    refused = await begin(runs, 403)
    assert refused["type"] == "urn:tierbook:problem:insufficient_scope"
    assert refused["detail"] == "The scope standing:assess is needed."
    await begin(runs, kind="stress", shocks=[DOWNTURN])
    async with sessions() as session:
        denied = text("SELECT object_id, reason, key_unit FROM audit_entry WHERE outcome = 'denied'")
        assert [tuple(row) for row in await session.execute(denied)] == [("startRun", refused["detail"], "B2")]


async def test_whoever_asks_for_a_run_or_cancels_it_is_an_officer_who_serves(
    client: httpx2.AsyncClient, begin: Begin
) -> None:
    ghost, body = {ON_BEHALF_OF: "ghost-nobody"}, {"kind": "assess", "rulebook": "watched-clients"}
    asked = await begin()
    for path in ("/v1/runs", f"/v1/runs/{asked['id']}/cancel"):
        answer = await client.post(path, json=body if path == "/v1/runs" else None, headers=ghost)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:tierbook:problem:not_an_officer")
    assert [each["state"] for each in (await client.get("/v1/runs")).json()["items"]] == ["queued"]


async def test_the_runs_of_a_unit_are_seen_after_it_closed(run: Run, of: CallerOf, sessions: Sessions) -> None:
    branch, elsewhere = await of("B2", *ASSESSES), await of("B1", Scope.PORTFOLIO_RUN)
    found = await run(await of("B2-S1", *ASSESSES))
    async with sessions.begin() as session:
        await session.execute(text("UPDATE unit SET closed_on = '2026-11-22' WHERE id = 'B2-S1'"))
        await session.execute(text("UPDATE unit_tree SET until_day = '2026-11-22' WHERE descendant = 'B2-S1'"))
    assert (await branch.get(f"/v1/runs/{found['id']}")).status_code == 200
    assert [each["id"] for each in (await branch.get("/v1/runs")).json()["items"]] == [found["id"]]
    assert (await elsewhere.get("/v1/runs")).json()["items"] == []


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"unit": "B1"}, "no_such_unit"),
        ({"unit": "B9"}, "no_such_unit"),
        ({"filter": {"client_ids": ["C-6", "C-1"]}}, "no_such_client"),
        ({"filter": {"client_ids": ["C-6", "C-99"]}}, "no_such_client"),
    ],
)
async def test_what_lies_outside_is_refused_as_what_does_not_exist(
    begin: Begin, of: CallerOf, book: None, order: Any, code: str
) -> None:
    branch = await of("B2", *ASSESSES)
    refused = await begin(branch, 422, **order)
    assert [each["code"] for each in refused["errors"]] == [code]


@pytest.mark.parametrize(
    ("wanted", "clients"),
    [
        ({"client_ids": ["C-2", "C-7"]}, ["C-2", "C-7"]),
        ({"segment": "retail"}, []),
        ({"segment": "corporate", "client_ids": ["C-3"]}, ["C-3"]),
        ({"tier": "core"}, []),
    ],
)
async def test_a_filter_picks_the_clients(run: Run, sessions: Sessions, wanted: Any, clients: list[str]) -> None:
    await run(filter=wanted)
    assert [row.client_id for row in await stored(sessions)] == clients


async def test_a_unit_picks_the_clients(run: Run, sessions: Sessions) -> None:
    found = await run(unit="B2-S1")
    assert [row.client_id for row in await stored(sessions)] == [*OTHERS]
    assert found["progress"]["total"] == 2


async def test_who_is_not_decided_is_counted(run: Run, client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await open_client(client, "C-2", segment="retail", unit="B2-S1")
    found = await run(rulebook="balance-classes")
    [scenario] = found["summary"]["scenarios"]
    assert scenario["undecided"] == [{"reason": "not_applicable", "before": None, "after": 1}]
    assert len(await stored(sessions, "balance-classes")) == 6


async def test_facts_that_come_while_a_run_goes_on_do_not_count(
    begin: Begin, make_runner: MakeRunner, book: None, know: Know, clock: ManualClock, sessions: Sessions
) -> None:
    await begin()

    async def tells(change: Change, judges: Judges, settled: list[Settled]) -> None:
        if settled[0].client_id == "C-1":
            clock.advance(timedelta(seconds=1))
            await know("C-7", balance="0")

    await make_runner(tells).do_waiting()
    last = [row for row in await stored(sessions) if row.client_id == "C-7"]
    assert '"score":"99' in last[0].result


async def test_a_worker_that_lost_a_run_does_not_fail_it_and_says_nothing(
    begin: Begin, app: FastAPI, book: None, client: httpx2.AsyncClient, clock: ManualClock, session: AsyncSession
) -> None:
    asked = await begin()

    class Overtaken(Runner):
        async def _step(self, job: Job) -> bool:
            await session.execute(text("UPDATE portfolio_run SET worker = gen_random_uuid()"))
            await session.commit()
            raise ValueError(job.run.id)

    await Overtaken(app.state.sessions, clock, Shop(app.state.judges, (), SHANGHAI)).do_waiting()
    found = (await client.get(f"/v1/runs/{asked['id']}")).json()
    assert (found["state"], found["error"]) == ("running", None)
    assert "run.failed" not in await actions(session)


async def test_no_transaction_is_open_while_a_stress_computes(
    begin: Begin, make_runner: MakeRunner, book: None, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(kind="stress", shocks=[DOWNTURN])
    seen = []

    async def watched(job: Job, read: Read) -> Done:
        seen.append(connection.in_nested_transaction())
        return await tried(job, read)

    monkeypatch.setattr("app.portfolio.runner.tried", watched)
    await make_runner().do_waiting()
    assert seen == [False]


@pytest.mark.parametrize("scenarios", [1, 2, 5, 20])
async def test_the_more_scenarios_there_are_the_fewer_clients_are_done_at_one_go(
    begin: Begin, make_runner: MakeRunner, book: None, monkeypatch: pytest.MonkeyPatch, scenarios: int
) -> None:
    await begin(kind="stress", shocks=[{**DOWNTURN, "name": str(number)} for number in range(scenarios)])
    seen = []

    async def watched(job: Job, read: Read) -> Done:
        seen.append(len(read.piece.members))
        return await tried(job, read)

    monkeypatch.setattr("app.portfolio.runner.tried", watched)
    await make_runner(piece=1).do_waiting()
    assert seen == {1: [5, 2], 2: [2, 2, 2, 1]}.get(scenarios, [1] * 7)


@pytest.mark.parametrize("kind", [{"kind": "assess"}, {"kind": "stress", "shocks": [DOWNTURN]}])
async def test_who_is_created_after_a_run_started_is_not_of_it_however_often_it_is_carried_on(
    begin: Begin,
    app: FastAPI,
    client: httpx2.AsyncClient,
    book: None,
    clock: ManualClock,
    kind: Any,
) -> None:
    asked = await begin(**kind)

    class Dying(Runner):
        async def _step(self, job: Job) -> bool:
            if job.run.done >= 4:
                raise asyncio.CancelledError
            return await super()._step(job)

    shop, sessions = Shop(app.state.judges, (), SHANGHAI), app.state.sessions
    with pytest.raises(asyncio.CancelledError):
        await Dying(sessions, clock, shop, piece=2 if kind["kind"] == "assess" else 1).do_waiting()
    clock.advance(timedelta(seconds=61))
    for late in ("C-61", "C-62", "C-8", "C-9"):
        await open_client(client, late, segment="corporate")
    await Runner(sessions, clock, shop, piece=2).do_waiting()
    whole = (await client.get(f"/v1/runs/{asked['id']}")).json()
    assert (whole["state"], whole["progress"]["total"], whole["progress"]["done"]) == ("done", 7, 7)


async def test_whoever_comes_to_be_meant_while_a_run_goes_on_its_share_is_never_more_than_all(
    begin: Begin, app: FastAPI, client: httpx2.AsyncClient, book: None, clock: ManualClock, sessions: Sessions
) -> None:
    for client_id in OTHERS:
        await open_client(client, client_id, segment="retail", unit="B2-S1")
    asked = await begin(filter={"segment": "corporate"})
    shares = []

    class Watched(Runner):
        async def _step(self, job: Job) -> bool:
            if job.run.done == 2:
                for client_id in OTHERS:
                    await open_client(client, client_id, segment="corporate", unit="B2-S1")
            more = await super()._step(job)
            shares.append((await client.get(f"/v1/runs/{asked['id']}")).json()["progress"]["share"])
            return more

    await Watched(sessions, clock, Shop(app.state.judges, (), SHANGHAI), piece=2).do_waiting()
    assert shares == [0.4, 0.8, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"version": 1}, "not_for_assess"),
        ({"kind": "dry_run"}, "version_needed"),
        ({"kind": "stress"}, "shocks_needed"),
        ({"shocks": [{"name": "a", "changes": {"balance": "-30%"}}]}, "only_for_stress"),
        ({"kind": "stress", "shocks": [{"name": "a", "changes": {"rating": "-30%"}}]}, "unknown_fact"),
        ({"kind": "stress", "shocks": [{"name": "a", "changes": {"balance": "30"}}]}, "invalid_shock"),
        ({"kind": "stress", "shocks": [{"name": "a", "changes": {"balance": "-101%"}}]}, "invalid_shock"),
        ({"kind": "dry_run", "version": 1, "review": "Q4"}, "only_for_assess"),
        ({"kind": "dry_run", "version": 1, "by": "colour"}, "unknown_class"),
        ({"as_of": "2026-11-23"}, "day_to_come"),
    ],
)
async def test_what_does_not_fit_together_is_refused(begin: Begin, book: None, order: Any, code: str) -> None:
    refused = await begin(status=422, **order)
    assert [each["code"] for each in refused["errors"]] == [code]


async def test_a_run_that_is_asked_for_twice_with_one_key_is_one(client: httpx2.AsyncClient, book: None) -> None:
    body, once = {"kind": "assess", "rulebook": "watched-clients"}, {"Idempotency-Key": "one"}
    first, second = [await client.post("/v1/runs", json=body, headers=once) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"] == f"/v1/runs/{first.json()['id']}"
    assert len((await client.get("/v1/runs")).json()["items"]) == 1


async def test_a_key_has_no_more_than_twenty_runs_wait_or_go_on(
    begin: Begin, client: httpx2.AsyncClient, book: None, of: CallerOf
) -> None:
    asked = [await begin() for _ in range(20)]
    refused = await begin(status=409)
    assert refused["type"] == "urn:tierbook:problem:too_many_runs"
    assert await begin(await of("B2", Scope.PORTFOLIO_RUN, Scope.STANDING_ASSESS))
    assert (await client.post(f"/v1/runs/{asked[7]['id']}/cancel")).status_code == 200
    assert await begin()


async def test_a_run_that_assesses_goes_before_those_that_try(
    begin: Begin, app: FastAPI, book: None, sessions: Sessions, clock: ManualClock
) -> None:
    for order in ({"kind": "stress", "shocks": [DOWNTURN]}, {"kind": "assess"}):
        await begin(**order)
        clock.advance(timedelta(seconds=1))
    done = []

    class Watched(Runner):
        async def _do(self, run: PortfolioRun) -> None:
            done.append(run.kind)
            await super()._do(run)

    await Watched(sessions, clock, Shop(app.state.judges, (), SHANGHAI)).do_waiting()
    assert done == ["assess", "stress"]


async def test_what_follows_a_run_is_done_in_its_transaction(
    begin: Begin, make_runner: MakeRunner, book: None, know: Know
) -> None:
    await know("C-5", overdue_days="95")
    leaving: list[str] = []

    async def follows(change: Change, judges: Judges, settled: list[Settled]) -> None:
        leaving.extend(each.client_id for each in settled if each.verdict.outcome["exits"])

    await begin()
    await make_runner(follows).do_waiting()
    assert leaving == ["C-5"]


async def test_a_fault_of_our_own_fails_the_run_and_says_so(
    begin: Begin, make_runner: MakeRunner, book: None, client: httpx2.AsyncClient, session: AsyncSession
) -> None:
    async def fails(change: Change, judges: Judges, settled: list[Settled]) -> None:
        raise ZeroDivisionError(f"balance of {settled[0].client_id}")

    asked = await begin()
    with capture_logs() as logs:
        await make_runner(fails).do_waiting()
    [failure] = [each for each in logs if each["event"] == "run_failed"]
    assert (failure["log_level"], failure["run"], failure["error"]) == ("error", asked["id"], "ZeroDivisionError")
    assert failure["at"][-1].endswith(" fails")
    assert failure.keys() == {"event", "log_level", "run", "error", "at"}
    assert "C-1" not in str(failure)
    found = (await client.get(f"/v1/runs/{asked['id']}")).json()
    assert (found["state"], found["error"]) == ("failed", "ZeroDivisionError")
    assert "run.failed" in await actions(session)
    assert (await session.execute(select(text("count(*)")).select_from(text("assessment")))).scalar_one() == 0
