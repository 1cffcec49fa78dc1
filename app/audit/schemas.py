"""What the trail looks like over the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.http.types import Wire
from app.trail.entry import Outcome


class AuditEntrySummary(Wire):
    """What was done or denied, by whom, to what."""

    id: int
    at: datetime
    key_id: UUID | None = Field(description="The key that acted; null for a command or the service itself.")
    key_name: str | None = Field(
        description="Null, as all that tells who acted, where the key's unit lies outside the caller's."
    )
    key_unit: str | None = Field(description="Where that key sees and acts; null for the whole bank.")
    person: str | None = Field(description="The staff number of the person behind it, where that is known.")
    request_id: str | None
    action: str = Field(description="As `client.updated`.")
    object_type: str
    object_id: str
    unit: str | None = Field(description="Whose matter it is; null for the whole bank's.")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    digest: str | None = Field(description="Of the rulebook version that decided, or that is the object.")
    outcome: Outcome


class Seal(Wire):
    """Where an entry stands in the chain."""

    position: int
    hash: str = Field(description="SHA-256 over the hash before it and the entry, in hexadecimal digits.")
    sealed_at: datetime


class AuditEntryDetail(AuditEntrySummary):
    """An entry with its seal."""

    seal: Seal | None = Field(description="Null until it is sealed, a second or two after it was written.")


class AuditPage(Wire):
    """Entries, the newest first."""

    items: list[AuditEntrySummary]
    next_cursor: str | None


class AuditCheckpoint(Wire):
    """How far the chain reaches, signed."""

    size: int = Field(description="How many entries are sealed.")
    root: str = Field(description="The hash of the last of them, in base64: the chain is linear, not a Merkle tree.")
    note: str = Field(description="The signed note, as c2sp.org/tlog-checkpoint has it: keep it elsewhere.")
    verifier: str = Field(description="The public key, as `tierbook audit verify --key` takes it.")
    pending: int = Field(description="How many entries are not sealed yet.")
    waiting_since: datetime | None = Field(description="When the oldest of them was written.")
