"""Assessments and standing over HTTP: decide and store, replay, say where a client stands and how it got there."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Query, Request, Response
from pydantic import Field

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients.parameters import Client
from app.clients.reading import visible
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, MomentCursor, moment_cursor, next_cursor, read_moment
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.http.types import InDigits
from app.organisation.telling import shown_to
from app.rulebooks.schemas import RulebookName
from app.standing import queries
from app.standing.assessing import Assessed, Order, assess
from app.standing.assessment_schemas import (
    AssessmentDetail,
    AssessmentOrder,
    AssessmentPage,
    Assessments,
    NotAssessed,
    Replay,
)
from app.standing.judges import Judges
from app.standing.parameters import NO_CLIENT, Judging
from app.standing.presenting import detailed, just_decided
from app.standing.reading import standings_of
from app.standing.replaying import replay
from app.standing.schemas import MovePage, Standings
from app.standing.wire import as_assessment, as_move, as_standing

router = Router(tags=["standing"])

AssessmentId = Annotated[UUID, Path(description="The assessment.")]
MoveId = Annotated[int, Field(ge=1, le=2**53 - 1), InDigits]
Rulebook = Annotated[RulebookName | None, Query(description="Of this rulebook alone.")]
NO_ASSESSMENT: Final = problem(404, "No such assessment, or none of a client that this key may see.")


@router.post(
    "/v1/clients/{client_id}/assessments",
    operation_id="assessClient",
    summary="Assess a client and store the decision",
    status_code=201,
    dependencies=[requires(Scope.STANDING_ASSESS)],
    responses=problem(404, "No such client, or no such rulebook in force.")
    | problem(409, "A later assessment stands.")
    | {200: {"model": Assessments, "description": "This review was decided before: its decisions."}},
)
async def assess_client(
    client_id: Client, order: AssessmentOrder, change: Acting, judges: Judging, request: Request, response: Response
) -> Assessments:
    """Decide the client under every rulebook that governs it, move its standing, and keep it all for a replay.

    Without `review` it is an assessment between reviews: ceilings and warnings follow at once, nothing is counted.
    """
    assessed = await assess(change, judges, client_id, Order(order.as_of, order.rulebook, order.review))
    for follow in request.app.state.followers:
        await follow(change, judges, assessed.settled)
    response.status_code = 201 if assessed.settled else 200
    return await shown_to(change, _answer(change, judges, assessed))


def _answer(change: Acting, judges: Judges, assessed: Assessed) -> Assessments:
    new = [just_decided(judges, each, change) for each in assessed.settled]
    undecided = [NotAssessed(rulebook=e.rulebook, reason=e.reason, facts=list(e.facts)) for e in assessed.undecided]
    return Assessments(
        client_id=assessed.client.id,
        assessments=[*new, *(detailed(judges, record) for record in assessed.stood)],
        repeated=not new,
        not_decided=undecided,
    )


@router.get(
    "/v1/clients/{client_id}/assessments",
    operation_id="listAssessments",
    summary="A client's assessments",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_CLIENT,
)
async def list_assessments(
    client_id: Client,
    reads: Reads,
    judges: Judging,
    rulebook: Rulebook = None,
    limit: Limit = 50,
    cursor: MomentCursor = None,
) -> AssessmentPage:
    """The latest first, with their facts and results; the reasons stand in each one's own answer."""
    await visible(reads, client_id)
    rows = await queries.assessments(reads, client_id, rulebook, read_moment(cursor), limit + 1)
    versions = [judges.registry.known_by_digest(row.digest) for row in rows[:limit]]
    books = [each.sound.rulebook if each else None for each in versions]
    items = [as_assessment(row, book) for row, book in zip(rows, books, strict=False)]
    following = next_cursor(rows, limit, lambda row: moment_cursor(row.assessed_at, row.id))
    return await shown_to(reads, AssessmentPage(items=items, next_cursor=following))


@router.get(
    "/v1/assessments/{assessment_id}",
    operation_id="readAssessment",
    summary="One assessment, with every reason",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_ASSESSMENT,
)
async def read_assessment(assessment_id: AssessmentId, reads: Reads, judges: Judging) -> AssessmentDetail:
    """What was stored, and the reasons, made again from it."""
    return await shown_to(reads, detailed(judges, await queries.assessment(reads, assessment_id)))


@router.post(
    "/v1/assessments/{assessment_id}/replay",
    operation_id="replayAssessment",
    summary="Decide again from what is stored",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_ASSESSMENT,
)
async def replay_assessment(assessment_id: AssessmentId, reads: Reads, judges: Judging) -> Replay:
    """The same version, facts and standing must give the stored result byte for byte. Changes nothing."""
    record = await queries.assessment(reads, assessment_id)
    replayed = replay(judges.by_digest(record.digest), record)
    return Replay(
        assessment_id=record.id,
        identical=replayed.identical,
        stored=replayed.stored,
        recomputed=replayed.recomputed,
    )


@router.get(
    "/v1/clients/{client_id}/standing",
    operation_id="readStanding",
    summary="Where a client stands",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_CLIENT,
)
async def read_standing(client_id: Client, reads: Reads) -> Standings:
    """Class, score, tier, warnings, plan and override, under each rulebook that decided the client."""
    await visible(reads, client_id)
    rows = await queries.standings(reads.session, client_id)
    names = [row.rulebook for row in rows]
    stands = await standings_of(reads.session, [client_id], names, reads.today)
    items = [as_standing(row, stands[client_id, row.rulebook].standing) for row in rows]
    return Standings(items=items)


@router.get(
    "/v1/clients/{client_id}/moves",
    operation_id="listMoves",
    summary="How a client's standing moved",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_CLIENT,
)
async def list_moves(
    client_id: Client,
    reads: Reads,
    rulebook: Rulebook = None,
    limit: Limit = 50,
    cursor: Annotated[MoveId | None, CURSOR] = None,
) -> MovePage:
    """Every step, the latest first, with its reasons and the assessment that led to it."""
    await visible(reads, client_id)
    rows = await queries.moves(reads.session, client_id, rulebook, cursor, limit + 1)
    items = [as_move(row) for row in rows[:limit]]
    return await shown_to(reads, MovePage(items=items, next_cursor=next_cursor(rows, limit, lambda row: row.id)))
