"""Deliveries over HTTP: what became of each event, and sending it after all."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path

from app.http.openapi import problem
from app.http.paging import Limit, MomentCursor, moment_cursor, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.telling import shown_to
from app.webhooks import delivery_queries as queries
from app.webhooks import recovering
from app.webhooks.delivery_schemas import DeliveryDetail, DeliveryPage, DeliverySummary, Recovery, RecoveryOrder
from app.webhooks.delivery_wire import as_detail, as_summary
from app.webhooks.routes import NO_WEBHOOK, READS, WRITES, WebhookId

router = Router(prefix="/v1/webhooks/{webhook_id}", tags=["webhooks"])

DeliveryId = Annotated[UUID, Path(description="The delivery.")]
NOT_THERE: Final = problem(404, "No such webhook or delivery, or none that this key may see.")
TAKES_NOTHING: Final = problem(409, "The webhook is paused or disabled.")


@router.get(
    "/deliveries",
    operation_id="listDeliveries",
    summary="Deliveries",
    dependencies=[READS],
    responses=NO_WEBHOOK,
)
async def list_deliveries(
    webhook_id: WebhookId,
    reads: Reads,
    asked: Annotated[queries.Filter, Depends()],
    limit: Limit = 50,
    cursor: MomentCursor = None,
) -> DeliveryPage:
    """What became of each event that was written for the webhook, the latest first."""
    rows = await queries.listed(reads, webhook_id, asked, cursor, limit + 1)
    page = DeliveryPage(
        items=[as_summary(row) for row in rows[:limit]],
        next_cursor=next_cursor(rows, limit, lambda row: moment_cursor(row.Delivery.created_at, row.Delivery.id)),
    )
    return await shown_to(reads, page)


@router.get(
    "/deliveries/{delivery_id}",
    operation_id="readDelivery",
    summary="One delivery",
    dependencies=[READS],
    responses=NOT_THERE,
)
async def read_delivery(webhook_id: WebhookId, delivery_id: DeliveryId, reads: Reads) -> DeliveryDetail:
    """Every attempt, the latest 100: when, how long it took, and what was answered."""
    row = await queries.delivery(reads, webhook_id, delivery_id)
    return await shown_to(reads, as_detail(row, await queries.attempts(reads, delivery_id)))


@router.post(
    "/deliveries/{delivery_id}/retry",
    operation_id="retryDelivery",
    summary="Send an event again",
    status_code=202,
    dependencies=[WRITES],
    responses=NOT_THERE | TAKES_NOTHING,
)
async def retry_delivery(webhook_id: WebhookId, delivery_id: DeliveryId, change: Changing) -> DeliverySummary:
    """At once, and from then on as a new one, under the same `id` of the event; also what was delivered already."""
    return await shown_to(change, as_summary(await recovering.retry(change, webhook_id, delivery_id)))


@router.post(
    "/recover",
    operation_id="recoverWebhook",
    summary="Send what a webhook has missed",
    dependencies=[WRITES],
    responses=NO_WEBHOOK | TAKES_NOTHING,
)
async def recover_webhook(webhook_id: WebhookId, order: RecoveryOrder, change: Changing) -> Recovery:
    """All since a moment that is exhausted or parked; and what was told before the webhook was there, where it fits.

    The oldest first, up to 20,000 of each at one go; while `has_more`, send the same again. Once all are on their way,
    it does nothing more.
    """
    return Recovery.model_validate((await recovering.recover(change, webhook_id, order.since))._asdict())
