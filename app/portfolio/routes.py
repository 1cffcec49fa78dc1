"""Runs over HTTP: ask for one, see how far it is and what it came to, cancel it."""

from typing import Annotated, Final
from urllib.parse import quote, unquote
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import StringConstraints

from app.access.guard import requires
from app.access.principal import Principal
from app.access.refusals import InsufficientScope
from app.access.scopes import Scope
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, MomentCursor, moment_cursor, next_cursor, read_moment
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.organisation.telling import shown_to
from app.portfolio import queries
from app.portfolio.asking import ask
from app.portfolio.refusals import QueryInvalid
from app.portfolio.run_schemas import Run, RunMovePage, RunPage
from app.portfolio.schemas import Kind, RunOrder, ScenarioName
from app.portfolio.tables import PortfolioRunMove
from app.portfolio.wire import as_move, as_run
from app.rulebooks.parameters import Known
from app.trail.change import Change
from app.trail.entry import Entry

router = Router(prefix="/v1/runs", tags=["portfolio"])

RunId = Annotated[UUID, Path(description="The run.")]
MoveCursor = Annotated[
    Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")] | None,
    CURSOR,
]
NO_RUN: Final = problem(404, "There is no such run, or none that this key may see.")
_PARTS: Final = 3


@router.post(
    "",
    operation_id="startRun",
    summary="Assess, try or stress a portfolio",
    status_code=202,
    responses=problem(404, "There is no such rulebook or version, or none in force on that day.")
    | problem(409, "20 runs of this key wait or go on."),
)
async def start_run(
    order: RunOrder,
    change: Acting,
    known: Known,
    response: Response,
    caller: Annotated[Principal, requires(Scope.PORTFOLIO_RUN)],
) -> Run:
    """Have a run begin within seconds, and go on beside the requests: `Location` says where to see how far it is.

    `assess` decides every client by the version that governs it, moves its standing and keeps it all for a replay; the
    same review of a client is decided once. It takes a key with `standing:assess` too. `dry_run` compares a version, a
    draft as a rule, with what governs, and changes nothing: who would stand where, and how many visits each role would
    owe, before and after; over the whole bank it becomes the simulation that publishing needs. `stress` compares the
    facts after shocks with the facts as they are, and changes nothing.
    """
    if order.kind == "assess":
        _check_may_assess(caller, change)
    run = await ask(change, known, order)
    response.headers["Location"] = f"{router.prefix}/{run.id}"
    return await shown_to(change, as_run(run, change.now))


@router.get("", operation_id="listRuns", summary="Runs", dependencies=[requires(Scope.PORTFOLIO_RUN)])
async def list_runs(
    reads: Reads,
    kind: Annotated[Kind | None, Query(description="Of this kind alone.")] = None,
    limit: Limit = 50,
    cursor: MomentCursor = None,
) -> RunPage:
    """Runs that the key sees, the latest first."""
    rows = await queries.runs_before(reads, kind, read_moment(cursor), limit + 1)
    items = [as_run(row, reads.now) for row in rows[:limit]]
    following = next_cursor(rows, limit, lambda row: moment_cursor(row.asked_at, row.id))
    return await shown_to(reads, RunPage(items=items, next_cursor=following))


@router.get(
    "/{run_id}",
    operation_id="readRun",
    summary="How far a run is, and what it came to",
    dependencies=[requires(Scope.PORTFOLIO_RUN)],
    responses=NO_RUN,
)
async def read_run(run_id: RunId, reads: Reads) -> Run:
    """Its progress while it runs; when it is done who stands where, which visits are owed, where the time went."""
    return await shown_to(reads, as_run(await queries.run_of(reads, run_id), reads.now))


@router.get(
    "/{run_id}/moves",
    operation_id="listRunMoves",
    summary="Who moved in a run, and why",
    dependencies=[requires(Scope.PORTFOLIO_RUN)],
    responses=NO_RUN,
)
async def list_run_moves(
    run_id: RunId,
    reads: Reads,
    scenario: Annotated[ScenarioName | None, Query(description="Of this scenario alone.")] = None,
    limit: Limit = 50,
    cursor: MoveCursor = None,
) -> RunMovePage:
    """Who moved, or would move: before, after, and why, by scenario and client."""
    await queries.run_of(reads, run_id)
    rows = await queries.moves_after(reads, run_id, scenario, _read(cursor), limit + 1)
    return RunMovePage(items=[as_move(row) for row in rows[:limit]], next_cursor=next_cursor(rows, limit, _place))


@router.post(
    "/{run_id}/cancel",
    operation_id="cancelRun",
    summary="Cancel a run",
    dependencies=[requires(Scope.PORTFOLIO_RUN)],
    responses=NO_RUN | problem(409, "The run has ended already."),
)
async def cancel_run(run_id: RunId, change: Acting) -> Run:
    """End it before its time. What it has stored stays, and is in the trail; what it was doing is undone.

    It is for a key of the unit that asked for it, or of one above.
    """
    return await shown_to(change, as_run(await queries.cancel(change, run_id), change.now))


def _check_may_assess(caller: Principal, change: Change) -> None:
    """Raise InsufficientScope for a key that may not assess one client, and so not all of them at once."""
    if not caller.may(Scope.STANDING_ASSESS):
        refusal = InsufficientScope(Scope.STANDING_ASSESS)
        reason = str(refusal.detail)
        change.deny(Entry("operation.refused", "operation", "startRun", caller.unit, reason=reason, outcome="denied"))
        raise refusal


def _place(move: PortfolioRunMove) -> str:
    """Scenario, client and kind of a move; `quote` leaves no comma in any of them."""
    return ",".join(quote(each, safe="") for each in (move.scenario, move.client_id, move.kind))


def _read(cursor: str | None) -> tuple[str, str, str] | None:
    """The place that a cursor names; raises QueryInvalid."""
    if cursor is None:
        return None
    parts = [unquote(each) for each in cursor.split(",")]
    if len(parts) != _PARTS or any("\x00" in each or "\ufffd" in each for each in parts):
        raise QueryInvalid("cursor", "is no `next_cursor` of this list")
    return parts[0], parts[1], parts[2]
