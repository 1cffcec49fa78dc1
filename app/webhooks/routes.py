"""Webhooks over HTTP: who is told of events, and how they know us."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.etag import PRECONDITIONS, TAGGED, etag, expect
from app.http.idempotency import keep_without
from app.http.openapi import problem
from app.http.paging import Limit, MomentCursor, moment_cursor, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.telling import shown_to
from app.standing.schemas import ReasonGiven
from app.trail.change import Reading
from app.webhooks import acting, queries, registering
from app.webhooks.keys import sealing_keys
from app.webhooks.registering import Means
from app.webhooks.schemas import (
    RotationOrder,
    State,
    WebhookDetail,
    WebhookDocument,
    WebhookOrder,
    WebhookPage,
    WebhookPinged,
    WebhookSecret,
)
from app.webhooks.sealing import SealingKeys
from app.webhooks.wire import details, with_secret

router = Router(prefix="/v1/webhooks", tags=["webhooks"])

WebhookId = Annotated[UUID, Path(description="The webhook.")]
READS: Final = requires(Scope.WEBHOOKS_READ)
WRITES: Final = requires(Scope.WEBHOOKS_WRITE)
SEALED: Final = problem(503, "The key that secrets are sealed under cannot be read.")
NO_WEBHOOK: Final = problem(404, "No such webhook, or none that this key may see.")
ONE: Final = NO_WEBHOOK | TAGGED | SEALED


async def _means(request: Request) -> Means:
    return Means(request.app.state.address_guard, sealing_keys(request.app.state.settings))


Given = Annotated[Means, Depends(_means)]


@router.post(
    "",
    operation_id="registerWebhook",
    summary="Register a webhook",
    status_code=201,
    dependencies=[WRITES],
    responses=SEALED,
)
async def register_webhook(
    order: WebhookOrder, change: Changing, means: Given, request: Request, response: Response
) -> WebhookSecret:
    """From now on events are sent there, as CloudEvents, signed by Standard Webhooks. The secret is shown this once.

    What was done already is not sent. At least once, in no order: the `id` of an event is the same on every attempt.
    """
    made, credential = await registering.register(change, means, order)
    response.headers["Location"] = f"/v1/webhooks/{made.id}"
    return await _once(await with_secret(change, means.keys, made, credential.secret), change, request, response)


@router.get("", operation_id="listWebhooks", summary="Webhooks", dependencies=[READS], responses=SEALED)
async def list_webhooks(
    reads: Reads,
    means: Given,
    state: Annotated[State | None, Query(description="In this state alone.")] = None,
    limit: Limit = 50,
    cursor: MomentCursor = None,
) -> WebhookPage:
    """Those of the key's unit and below, the latest first, with what became of the newest event of each."""
    rows = await queries.listed(reads, state, cursor, limit + 1)
    page = WebhookPage(
        items=await details(reads, means.keys, rows[:limit]),
        next_cursor=next_cursor(rows, limit, lambda row: moment_cursor(row.created_at, row.id)),
    )
    return await shown_to(reads, page)


@router.get("/{webhook_id}", operation_id="readWebhook", summary="One webhook", dependencies=[READS], responses=ONE)
async def read_webhook(webhook_id: WebhookId, reads: Reads, means: Given, response: Response) -> WebhookDetail:
    """What it is told, whether it answers, and the public key that it checks signatures with. Never its secret."""
    return await _tagged(await queries.webhook(reads, webhook_id), reads, means.keys, response)


@router.put(
    "/{webhook_id}",
    operation_id="putWebhook",
    summary="Change a webhook",
    dependencies=[WRITES],
    responses=ONE,
    openapi_extra=PRECONDITIONS,
)
async def put_webhook(
    webhook_id: WebhookId,
    document: WebhookDocument,
    change: Changing,
    means: Given,
    request: Request,
    response: Response,
) -> WebhookDetail:
    """Another URL, other types, headers. What is on its way already goes to the new URL. Its unit stays."""
    found = await registering.put(change, means, webhook_id, document, _expects(request))
    return await _tagged(found, change, means.keys, response)


@router.post(
    "/{webhook_id}/rotate-secret",
    operation_id="rotateWebhookSecret",
    summary="Give a webhook a new secret",
    dependencies=[WRITES],
    responses=ONE | problem(409, "Too many secrets of it live."),
    openapi_extra=PRECONDITIONS,
)
async def rotate_webhook_secret(
    webhook_id: WebhookId,
    order: RotationOrder,
    change: Changing,
    means: Given,
    request: Request,
    response: Response,
) -> WebhookSecret:
    """A new secret and a new key pair, shown this once. Until the overlap is over, bodies are signed by both."""
    overlap = timedelta(hours=order.overlap_hours)
    found, credential = await acting.rotate(change, means.keys, webhook_id, overlap, _expects(request))
    return await _once(await with_secret(change, means.keys, found, credential.secret), change, request, response)


@router.post(
    "/{webhook_id}/pause",
    operation_id="pauseWebhook",
    summary="Pause a webhook",
    dependencies=[WRITES],
    responses=ONE,
    openapi_extra=PRECONDITIONS,
)
async def pause_webhook(
    webhook_id: WebhookId, why: ReasonGiven, change: Changing, means: Given, request: Request, response: Response
) -> WebhookDetail:
    """Nothing is sent to it; its events are parked, none is dropped, until it resumes."""
    found = await acting.pause(change, webhook_id, why.reason, _expects(request))
    return await _tagged(found, change, means.keys, response)


@router.post(
    "/{webhook_id}/resume",
    operation_id="resumeWebhook",
    summary="Resume a webhook",
    dependencies=[WRITES],
    responses=ONE,
    openapi_extra=PRECONDITIONS,
)
async def resume_webhook(
    webhook_id: WebhookId, change: Changing, means: Given, request: Request, response: Response
) -> WebhookDetail:
    """One that was paused or disabled is active again, and what was parked is sent; its failures are forgotten."""
    return await _tagged(await acting.resume(change, webhook_id, _expects(request)), change, means.keys, response)


@router.post(
    "/{webhook_id}/ping",
    operation_id="pingWebhook",
    summary="Try a webhook",
    status_code=202,
    dependencies=[WRITES],
    responses=NO_WEBHOOK,
)
async def ping_webhook(webhook_id: WebhookId, change: Changing) -> WebhookPinged:
    """An event `tierbook.webhook.ping.v1` is sent to it alone, whatever it asked for, as any other is."""
    found, event_id = await acting.ping(change, webhook_id)
    return WebhookPinged.model_validate({"event_id": event_id, "state": found.state})


@router.delete(
    "/{webhook_id}",
    operation_id="deleteWebhook",
    summary="Delete a webhook",
    status_code=204,
    dependencies=[WRITES],
    responses=NO_WEBHOOK,
    openapi_extra=PRECONDITIONS,
)
async def delete_webhook(webhook_id: WebhookId, change: Changing, request: Request) -> None:
    """For good: what waits for it is not sent, its secrets are destroyed."""
    await acting.delete(change, webhook_id, _expects(request))


def _expects(request: Request) -> Any:
    return partial(expect, request.headers)


async def _tagged(found: Any, reads: Reading, keys: SealingKeys, response: Response) -> WebhookDetail:
    response.headers["ETag"] = etag(found.revision)
    [shown] = await details(reads, keys, [found])
    return await shown_to(reads, shown)


async def _once(shown: WebhookSecret, reads: Reading, request: Request, response: Response) -> WebhookSecret:
    """The answer with the secret, which is kept for a repetition without it."""
    response.headers["ETag"] = etag(shown.revision)
    shown = await shown_to(reads, shown)
    keep_without(request, shown.model_copy(update={"secret": None}))
    return shown
