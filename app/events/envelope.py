"""The envelope: CloudEvents 1.0, structured; what is signed and sent, byte for byte."""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import orjson

from app.events.catalogue import Data

_NAMESPACE: Final = UUID("5f0d2f0e-5a53-4f4c-8f0e-7b1e7c6a9d21")
SOURCE: Final = "/tierbook"
PREFIX: Final = "evt_"


class Happened(NamedTuple):
    """Something that happened: what, to which client, whose matter it is, and when.

    `key` says which one it is among those of its type: the same key is the same event. `at` is the moment that it is
    about, which may be long past when it is told; `subject` is a client's id.
    """

    data: Data
    key: tuple[str, ...]
    at: datetime
    subject: str | None = None
    unit: str | None = None

    @property
    def id(self) -> UUID:
        """The id that follows from what happened."""
        return uuid5(_NAMESPACE, orjson.dumps([self.data.type, *self.key]).decode())


def body_of(happened: Happened, recorded_at: datetime, event_id: UUID | None = None) -> str:
    """The CloudEvent, as JSON; `event_id` is the event's where it is known already, for it takes a while."""
    kind = happened.data.type
    said: dict[str, Any] = {
        "specversion": "1.0",
        "id": public_id(event_id or happened.id),
        "source": SOURCE,
        "type": kind,
        "subject": happened.subject,
        "time": _moment(happened.at),
        "recordedtime": _moment(recorded_at),
        "datacontenttype": "application/json",
        "dataschema": schema_name(kind),
        "unit": happened.unit,
        "data": happened.data.model_dump(mode="json"),
    }
    return orjson.dumps({name: value for name, value in said.items() if value is not None}).decode()


def schema_name(type_name: str) -> str:
    """What names the schema of a type's data: absolute, as CloudEvents asks, wherever the service is reached."""
    return f"urn:tierbook:schema:{type_name}"


def public_id(event_id: UUID) -> str:
    """An event's id as receivers see it; no dot, for the signature is over `id.timestamp.body`."""
    return f"{PREFIX}{event_id.hex}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
