"""Registering webhooks and changing what they are told: the place vetted, what proves anything sealed."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from app.errors import FieldError
from app.events.catalogue import TYPES
from app.events.tables import Endpoint
from app.organisation.faults import no_such_unit, raise_first
from app.organisation.lookup import unit_kinds, units_within
from app.trail.change import Change
from app.webhooks.credentials import Credential, drawn, packed
from app.webhooks.destination import Destination, UrlRefusedError, is_same_host, read_url
from app.webhooks.guard import AddressForbiddenError, AddressGuard, NameNotFoundError
from app.webhooks.header_rules import header_faults
from app.webhooks.noting import noted, told
from app.webhooks.queries import webhook
from app.webhooks.refusals import InvalidWebhook
from app.webhooks.schemas import WebhookDocument, WebhookOrder
from app.webhooks.sealing import SealingKeys
from app.webhooks.targets import HEADERS, SECRETS

Expects = Callable[[int], None]
"""Raises where the revision is another than a request was written for."""

_CHANGED: Final = ("url", "types", "description", "concurrency")


@dataclass(frozen=True, slots=True)
class Means:
    """What registering needs beside the transaction: who vets places, and what secrets are sealed under."""

    guard: AddressGuard
    keys: SealingKeys


async def register(change: Change, means: Means, order: WebhookOrder) -> tuple[Endpoint, Credential]:
    """Register a receiver; it, and what it knows us by. Raises NoSuchUnit, InvalidWebhook."""
    await _check_unit(change, order.unit)
    url = await _checked(means.guard, order)
    credential, made_id = drawn(), uuid.uuid4()
    made = Endpoint(
        id=made_id,
        url=url,
        description=order.description,
        types=_sorted(order.types),
        unit=order.unit or change.actor.unit,
        headers=_sealed_headers(means.keys, made_id, order.headers),
        secrets=means.keys.seal(made_id, SECRETS, packed([credential])),
        public_key=credential.public_key,
        state="active",
        state_why=None,
        concurrency=order.concurrency,
        failures=0,
        failing_since=None,
        resume_at=None,
        created_at=change.now,
        created_by=change.actor.identity,
        revision=1,
        updated_at=change.now,
    )
    change.session.add(made)
    await change.session.flush()
    await change.note(noted("registered", made, None))
    return made, credential


async def put(
    change: Change, means: Means, endpoint_id: uuid.UUID, document: WebhookDocument, expects: Expects
) -> Endpoint:
    """Change what a webhook is; the same again changes nothing. Raises WebhookNotFound, InvalidWebhook."""
    await webhook(change, endpoint_id)
    url = await _checked(means.guard, document)  # asks for names, which may take seconds: before anything is locked
    found = await webhook(change, endpoint_id, lock=True)
    expects(found.revision)
    before = told(found)
    wanted = {**document.model_dump(include={*_CHANGED}), "types": _sorted(document.types), "url": url}
    if found.headers is not None and document.headers is None and not is_same_host(found.url, url):
        raise InvalidWebhook([_HEADERS_OF_ANOTHER])
    if document.headers is None and all(getattr(found, name) == value for name, value in wanted.items()):
        return found
    for name, value in wanted.items():
        setattr(found, name, value)
    if document.headers is not None:
        found.headers = _sealed_headers(means.keys, found.id, document.headers)
    return await kept(change, found, "changed", before)


_HEADERS_OF_ANOTHER: Final = FieldError(
    pointer="/headers",
    code="headers_of_another_host",
    detail="must be told anew, or {}: those that are kept were meant for the host before",
)


async def kept(
    change: Change, endpoint: Endpoint, step: str, before: dict[str, object], reason: str | None = None
) -> Endpoint:
    """Write a change of a webhook, at its next revision, with its line in the trail."""
    endpoint.revision += 1
    endpoint.updated_at = change.now
    await change.session.flush()
    await change.note(noted(step, endpoint, before, reason))
    return endpoint


async def _check_unit(change: Change, unit: str | None) -> None:
    if unit is not None and not await units_within(change.session, [unit], change.actor.unit, change.today):
        there = await unit_kinds(change.session, [unit])
        raise_first(change, [no_such_unit(("unit",), unit if there else None)])


async def _checked(guard: AddressGuard, document: WebhookDocument) -> str:
    """The URL in its one spelling, once everything is found right; raises InvalidWebhook."""
    errors = [*_type_faults(document.types), *header_faults(document.headers or {})]
    found = _read(document.url)
    if isinstance(found, FieldError):
        raise InvalidWebhook([found, *errors])
    if (fault := await _place_fault(guard, found)) is not None:
        errors.insert(0, fault)
    if errors:
        raise InvalidWebhook(errors)
    return found.url


def _type_faults(types: Sequence[str]) -> Iterator[FieldError]:
    for at, name in enumerate(types):
        if name not in TYPES:
            yield FieldError(pointer=f"/types/{at}", code="no_such_type", detail="no such type of event")


def _read(url: str) -> Destination | FieldError:
    try:
        return read_url(url)
    except UrlRefusedError as error:
        return _url_fault(error.code, str(error))


async def _place_fault(guard: AddressGuard, destination: Destination) -> FieldError | None:
    try:
        await guard.vetted(destination)
    except AddressForbiddenError as error:
        return _url_fault(error.code, str(error))
    except NameNotFoundError:
        return _url_fault("dns", "has a host whose name has no address")
    return None


def _url_fault(code: str, detail: str) -> FieldError:
    return FieldError(pointer="/url", code=code, detail=detail)


def _sealed_headers(keys: SealingKeys, endpoint_id: uuid.UUID, headers: dict[str, str] | None) -> bytes | None:
    if not headers:
        return None
    lower = {name.lower(): value for name, value in headers.items()}
    return keys.seal(endpoint_id, HEADERS, orjson.dumps(lower))


def _sorted(types: Sequence[str]) -> list[str]:
    return sorted(set(types))
