"""Recording occasions, each once; and emptying what they are about when the client is erased (domain.md G4)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects.postgresql import insert

from app.clients.forgetting import follows_erasure
from app.clients.profile import PERSON
from app.clients.reading import ClientRow, visible
from app.clients.refusals import ClientNotFound
from app.coverage.named_client import client_named
from app.coverage.occasions.falling_due import watch
from app.coverage.occasions.noting import noted
from app.coverage.occasions.refusals import AboutErased, InvalidOccasion
from app.coverage.refusals import ExternalIdTaken
from app.coverage.tables import Occasion
from app.errors import FieldError
from app.kernel.cadence import Period
from app.organisation.lookup import known_roles
from app.trail.change import Change

_AHEAD: Final = Period(months=24, days=0)
"""How far ahead an occasion may be due."""


@dataclass(frozen=True, slots=True)
class Order:
    """A contact that a role owes a client by a day, both included; `about` may be personal."""

    client_id: str
    kind: str
    about: str | None
    role: str
    due_by: date
    external_id: str | None


async def record(change: Change, order: Order) -> tuple[Occasion, bool]:
    """Record an occasion, unless its external id is there: then that one, as it is now. Returns whether it is new.

    Raises NoSuchClient, InvalidOccasion, AboutErased, or ExternalIdTaken where another client's has the external id.
    """
    client = await client_named(change, order.client_id)
    there = await _sent_before(change, order)
    if there is not None:
        return there, False
    await _check(change, client, order)
    made = await _stored(change, order)
    if made is None:
        return await _taken_meanwhile(change, order), False
    await change.note(noted("recorded", made, client.unit, None))
    await watch(change, made)
    return made, True


@follows_erasure("occasions")
async def empty(change: Change, client_id: str) -> int:
    """Take away what a client's occasions are about; return of how many."""
    texts = update(Occasion).where(Occasion.client_id == client_id, Occasion.about.is_not(None))
    emptied = {"about": None, "revision": Occasion.revision + 1, "updated_at": change.now}
    return cast("CursorResult[Any]", await change.session.execute(texts.values(emptied))).rowcount


def day_faults(due_by: date, today: date, pointer: str) -> Iterator[FieldError]:
    """What is wrong with a day by which an occasion is to be due."""
    if due_by < today:
        yield FieldError(pointer=pointer, code="day_passed", detail="lies in the past")
    if due_by > (latest := _AHEAD.after(today)):
        yield FieldError(pointer=pointer, code="too_far", detail=f"is over two years ahead: {latest} at the latest")


async def _check(change: Change, client: ClientRow, order: Order) -> None:
    errors = list(day_faults(order.due_by, change.today, "/due_by"))
    if order.role not in await known_roles(change.session):
        errors.append(FieldError(pointer="/role", code="no_such_role", detail="no such role"))
    if errors:
        raise InvalidOccasion(errors)
    if order.about is not None and client.kind == PERSON and client.erased_at is not None:
        raise AboutErased


async def _sent_before(change: Change, order: Order) -> Occasion | None:
    """The occasion of the same external id; raises ExternalIdTaken where it is of another client, seen or not."""
    if order.external_id is None:
        return None
    found = await change.session.scalar(select(Occasion).where(Occasion.external_id == order.external_id))
    if found is not None and found.client_id != order.client_id:
        await _deny_unseen(change, found.client_id)
        raise ExternalIdTaken
    return found


async def _deny_unseen(change: Change, client_id: str) -> None:
    """Have the trail say so, where a client that the caller does not see was reached for."""
    try:
        await visible(change, client_id)
    except ClientNotFound:
        return


async def _stored(change: Change, order: Order) -> Occasion | None:
    """Write it; None where the external id was taken while we looked."""
    row = {
        "id": uuid.uuid4(),
        "client_id": order.client_id,
        "kind": order.kind,
        "about": order.about,
        "role": order.role,
        "due_by": order.due_by,
        "state": "open",
        "external_id": order.external_id,
        "moves": [],
        "recorded_at": change.now,
        "recorded_by": change.actor.identity,
        "revision": 1,
        "updated_at": change.now,
    }
    written = insert(Occasion).values(row).on_conflict_do_nothing().returning(Occasion)
    return (await change.session.scalars(written)).one_or_none()


async def _taken_meanwhile(change: Change, order: Order) -> Occasion:
    there = await _sent_before(change, order)
    if there is None:
        raise AssertionError("nothing but the external id can be taken")
    return there
