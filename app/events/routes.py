"""The feed over HTTP: what happened, in an order without gaps, page by page or as it happens; and what can happen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import Depends, Header, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field, StringConstraints

from app.access.guard import PRINCIPAL, requires
from app.access.scopes import Scope
from app.events import feed
from app.events.catalogue import TYPES
from app.events.envelope import PREFIX
from app.events.feed import LAST_PLACE, Page, Placed, Wanted
from app.events.refusals import EventTypeNotFound, NoSuchEventType
from app.events.schemas import EventTypeDetail, EventTypeList, FeedEvent, FeedPage
from app.events.shapes import CloudEvent, data_schema, event_schema, meaning
from app.events.streaming import Stream
from app.http import request_id
from app.http.openapi import problem
from app.http.paging import Limit
from app.http.routing import Router
from app.http.transaction import Reads
from app.http.types import InDigits
from app.trail.change import Reading

router = Router(prefix="/v1/events", tags=["events"])

_SCHEMA_JSON: Final = "application/schema+json"
_Place = Annotated[int, Field(ge=0, le=LAST_PLACE), InDigits]
_Client = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$")]
_TYPES_OF: Final = Query(description="Of these types alone, with commas between them; all, where left out.")


async def wanted(
    types: Annotated[Annotated[str, StringConstraints(max_length=2000)] | None, _TYPES_OF] = None,
    subject: Annotated[_Client | None, Query(description="About this client.")] = None,
) -> Wanted:
    """Which events are asked for; raises NoSuchEventType."""
    named = types.split(",") if types else []
    if any(each not in TYPES for each in named):
        raise NoSuchEventType("query/types")
    return Wanted(named, subject)


@router.get(
    "",
    operation_id="listEvents",
    summary="What happened, in order",
    response_model_exclude_unset=True,  # an event is shown as it is sent
    dependencies=[requires(Scope.EVENTS_READ)],
)
async def list_events(
    reads: Reads,
    asked: Annotated[Wanted, Depends(wanted)],
    after: Annotated[_Place, Query(description="`next_after` of the page before; 0 for the beginning.")] = 0,
    limit: Limit = 50,
) -> FeedPage:
    """Events of the key's unit and of those below it; what is the whole bank's alone, for keys of the whole bank.

    Each has a place, given after its commit, and places have no gaps: whoever reads on after `next_after` misses
    nothing. A page may be empty and yet more follow: go on while `has_more`.
    """
    found = await feed.page(reads, asked, after, limit)
    return FeedPage(items=[_shown(each) for each in found.items], next_after=found.after, has_more=found.more)


@router.get(
    "/stream",
    operation_id="streamEvents",
    summary="What happens, as it happens",
    dependencies=[requires(Scope.EVENTS_READ)],
    response_class=EventSourceResponse,
)
async def stream_events(
    request: Request,
    asked: Annotated[Wanted, Depends(wanted)],
    after: Annotated[_Place | None, Query(description="Begin after this place; where left out, from now on.")] = None,
    last_event_id: Annotated[_Place | None, Header(description="The place of the last one received.")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `id` is the place, `event` the type, `data` the CloudEvent.

    It goes on where `Last-Event-ID`, else `after`, says. A comment comes every 15 seconds where nothing happens. It
    ends after 15 minutes, and when the server stops: connect again and go on.
    """
    state = request.app.state

    async def read(after: int, limit: int) -> Page:
        async with _reading(request) as reads:
            return await feed.page(reads, asked, after, limit)

    begin = after if last_event_id is None else last_event_id
    if begin is None:
        async with _reading(request) as reads:
            begin = await feed.top(reads)
    async for each in Stream(state.sequencer, state.clock, read, lambda: state.draining).events(begin):
        yield each


@router.get(
    "/types",
    operation_id="listEventTypes",
    summary="What can happen",
    dependencies=[requires(Scope.EVENTS_READ)],
)
async def list_types() -> EventTypeList:
    """Every type of event, with its JSON Schemas."""
    return EventTypeList(
        items=[
            EventTypeDetail(
                type=name,
                description=meaning(kind),
                schema=event_schema(name),
                data_schema=data_schema(name),
            )
            for name, kind in TYPES.items()
        ]
    )


@router.get(
    "/types/{type}/schema",
    operation_id="readEventSchema",
    summary="The JSON Schema of a type's data",
    dependencies=[requires(Scope.EVENTS_READ)],
    response_class=Response,
    responses=problem(404, "The catalogue has no such type.")
    | {200: {"description": "JSON Schema 2020-12.", "content": {_SCHEMA_JSON: {"schema": {"type": "object"}}}}},
)
async def read_schema(type_: Annotated[str, Path(alias="type", description="The type.")]) -> Response:
    """What `dataschema` of an event of the type names."""
    if type_ not in TYPES:
        raise EventTypeNotFound
    return Response(orjson.dumps(data_schema(type_)), media_type=_SCHEMA_JSON)


@router.get(
    "/{event_id}",
    operation_id="readEvent",
    summary="One event",
    response_model_exclude_unset=True,
    dependencies=[requires(Scope.EVENTS_READ)],
    responses=problem(404, "No such event, or none that this key may see."),
)
async def read_event(
    event_id: Annotated[str, Path(pattern=f"^{PREFIX}[0-9a-f]{{32}}$", description="Its `id`.")], reads: Reads
) -> FeedEvent:
    """As its receivers are told of it."""
    return _shown(await feed.one(reads, UUID(event_id.removeprefix(PREFIX))))


@asynccontextmanager
async def _reading(request: Request) -> AsyncIterator[Reading]:
    """A transaction for a piece of a long answer."""
    state, caller = request.app.state, request.scope[PRINCIPAL]
    now, zone = state.clock.now(), state.settings.timezone
    async with state.sessions.begin() as session:
        actor = caller.actor(request_id.of(request.scope))
        yield Reading(actor, now, state.clock.today(zone), zone, session=session)


def _shown(placed: Placed) -> FeedEvent:
    said: dict[str, Any] = orjson.loads(placed.body)
    return FeedEvent(sequence=placed.sequence, event=CloudEvent.model_validate(said))
