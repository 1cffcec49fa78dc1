"""What seals an entry: a hash over the hash before it, its position, and everything that it says. Pure."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import orjson

ORIGIN: Final = "tierbook-audit-v1"
"""Names the way of hashing: a hash of another version, or of something else, is never one of this chain."""

GENESIS: Final = bytes(32)
"""What stands before the first entry."""

COLUMNS: Final = (
    "action",
    "after",
    "at",
    "before",
    "digest",
    "id",
    "key_id",
    "key_name",
    "key_unit",
    "object_id",
    "object_type",
    "outcome",
    "person",
    "reason",
    "request_id",
    "sealed_at",
    "unit",
)
"""What is hashed, sorted: every column of the entry, and when it was sealed. Another column is another version."""

Value = str | int | None
Values = Sequence[Value]
"""An entry as it is hashed, in the order of `COLUMNS`: `app.audit.hashed` reads it from the database."""

_PREFIX: Final = f"{ORIGIN}\n".encode()


def link(previous: bytes, position: int, values: Values) -> bytes:
    """The hash at `position`, counted from 1: over the one at `position - 1`, or GENESIS, and the entry."""
    place = position.to_bytes(8, "big", signed=True)
    return sha256(_PREFIX + previous + place + encoded(values)).digest()


def encoded(values: Values) -> bytes:
    """The one way an entry becomes bytes: a JSON object without spaces, its keys sorted, in UTF-8."""
    return orjson.dumps(dict(zip(COLUMNS, values, strict=True)))
