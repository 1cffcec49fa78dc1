"""Facts of clients over HTTP: record some of one client, read them, record many of many."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field
from starlette.status import HTTP_207_MULTI_STATUS

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients import fact_queries
from app.clients.fact_judging import Judge
from app.clients.fact_loading import load
from app.clients.fact_queries import Span
from app.clients.fact_schemas import (
    ClientFacts,
    FactHistory,
    FactLine,
    FactLineResult,
    FactLoadEnd,
    FactName,
    FactResults,
    FactsOrder,
)
from app.clients.fact_wire import as_facts, as_history, as_results, told_of
from app.clients.facts import facts_of, record_of
from app.clients.parameters import NOT_FOUND, Client
from app.clients.reading import ClientRow, locked, visible
from app.http.lines import Lines, content_of, lines_of
from app.http.ndjson import NdjsonAnswer
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit
from app.http.routing import Router
from app.http.strict_request import STREAM_BODY_LIMIT
from app.http.transaction import Changing, Reads
from app.http.types import Day, InDigits, Moment
from app.organisation.queries import unit_path
from app.organisation.telling import shown_to
from app.rulebooks.parameters import Known, Today
from app.rulebooks.published import Published
from app.rulebooks.registry import Registry
from app.trail.change import Reading

router = Router(prefix="/v1", tags=["facts"])

_LAST: Final = 2**63 - 1
Fact = Annotated[FactName, Path(description="The fact's name, as rulebooks have it.")]
_RESULTS: Final[dict[int | str, dict[str, Any]]] = {
    HTTP_207_MULTI_STATUS: {
        "description": "A line of result for each line, then one with the summary.",
        "content": content_of(FactLineResult | FactLoadEnd),
    }
}
After = Annotated[int, Field(ge=1, le=_LAST), InDigits]


async def span(
    since: Annotated[Day | None, Query(description="From this day on.")] = None,
    until: Annotated[Day | None, Query(description="Of days before this one.")] = None,
    cursor: Annotated[After | None, CURSOR] = None,
) -> Span:
    """Which records of a history are wanted."""
    return Span(since, until, cursor)


@router.post(
    "/clients/{client_id}/facts",
    operation_id="recordFacts",
    summary="Record facts of a client",
    status_code=HTTP_207_MULTI_STATUS,
    dependencies=[requires(Scope.FACTS_WRITE)],
    responses=NOT_FOUND,
)
async def record_facts(client_id: Client, order: FactsOrder, change: Changing, known: Known) -> FactResults:
    """Write down what is known of a client. Nothing is ever overwritten; what is known already is not written again.

    A value must be readable by at least one of the rulebooks in force that declare the fact. A name that none of them
    declares is kept: a rulebook to come may want its history. What the client's profile says (`segment`, `co_managed`,
    …) is refused: it is changed by `PUT /v1/clients/{client_id}`.
    """
    client = await locked(change, client_id)
    judge = Judge(await _governing(change, known, client, change.today), change.today)
    told = told_of(order, change.today)
    judgements = {fact.name: judge.judge(fact) for fact in told}
    kept = [fact for fact in told if not judgements[fact.name].fault]
    new = dict(zip((fact.name for fact in kept), await record_of(change, client, kept), strict=True))
    return FactResults(client_id=client_id, results=as_results(told, judgements, new))


@router.get(
    "/clients/{client_id}/facts",
    operation_id="readFacts",
    summary="What is known of a client",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NOT_FOUND,
)
async def read_facts(
    client_id: Client,
    reads: Reads,
    known: Known,
    as_of: Annotated[Day | None, Query(description="Of days up to this one; today where nothing is said.")] = None,
    known_at: Annotated[Moment | None, Query(description="As it was known at this moment.")] = None,
) -> ClientFacts:
    """The latest value of every fact, with its age; what the client's profile says counts before what was recorded.

    Whatever is recorded later, what was known at a moment stays the same, but for what was being recorded just then.
    """
    client = await visible(reads, client_id)
    day = as_of or reads.today
    facts = (await facts_of(reads.session, [client_id], day, known_at, zone=reads.zone))[client_id]
    governing = await _governing(reads, known, client, day)
    shown = as_facts(facts, governing, day)
    return await shown_to(reads, ClientFacts(client_id=client_id, as_of=day, known_at=known_at, facts=shown))


@router.get(
    "/clients/{client_id}/facts/{fact}",
    operation_id="listFactHistory",
    summary="The history of one fact",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NOT_FOUND,
)
async def list_history(
    client_id: Client,
    fact: Fact,
    reads: Reads,
    span: Annotated[Span, Depends(span)],
    limit: Limit = 50,
) -> FactHistory:
    """Every value that was recorded of a fact, the newest day first; none where nobody recorded one."""
    await visible(reads, client_id)
    rows = await fact_queries.history(reads.session, client_id, fact, span, limit + 1)
    return await shown_to(reads, as_history(rows, limit))


@router.post(
    "/facts/bulk",
    operation_id="recordFactsInBulk",
    summary="Record facts of many clients",
    status_code=HTTP_207_MULTI_STATUS,
    response_class=NdjsonAnswer,
    dependencies=[requires(Scope.FACTS_WRITE)],
    responses=_RESULTS | problem(415, "The body is not declared as NDJSON."),
    openapi_extra=lines_of(FactLine),
    max_body_size=STREAM_BODY_LIMIT,
)
async def record_in_bulk(lines: Lines, known: Known, today: Today, request: Request) -> Response:
    """Record a fact a line, up to 1 GiB of them; a bad line fails alone. Results stream back: a line each, a summary.

    Lines are committed by the thousand, in their order. Whoever is cut off sends the same again: what was recorded is
    then unchanged. An answer that does not end with the `summary` was broken off; its last line may be a `problem`.
    """
    return NdjsonAnswer(load(request, lines, Judge(known.governing_anywhere(today), today)), HTTP_207_MULTI_STATUS)


async def _governing(reads: Reading, known: Registry, client: ClientRow, day: date) -> list[Published]:
    """The rulebooks that govern a client on a day, pilots of its units included."""
    path = await unit_path(reads.session, client.unit, day)
    return known.all_governing(path, day)
