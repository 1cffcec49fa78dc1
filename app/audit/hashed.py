"""Entries as they are hashed: read from the database, never taken from whoever wrote them.

Moments, keys and JSON are read as the text that PostgreSQL makes of them, whatever the session's settings: so nothing
is lost to a float, and a value that Python has no type for (`infinity`) is a broken seal instead of a crash.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, extract, literal
from sqlalchemy.orm import InstrumentedAttribute

from app.audit.chain import COLUMNS
from app.db.types import Timestamp
from app.trail.tables import AuditChain, AuditEntry

_Column = InstrumentedAttribute[Any] | ColumnElement[Any]


def hashed(sealed_at: datetime | None = None) -> list[ColumnElement[Any]]:
    """What to select of AuditEntry, in the order of COLUMNS; `sealed_at` of AuditChain where it is not given."""
    sealed: _Column = AuditChain.sealed_at if sealed_at is None else literal(sealed_at, Timestamp)
    moments = {"at": seconds(AuditEntry.at), "sealed_at": seconds(sealed)}
    texts = {name: cast(getattr(AuditEntry, name), Text) for name in ("after", "before", "key_id")}
    written = moments | texts
    return [written[name] if name in written else getattr(AuditEntry, name) for name in COLUMNS]


def seconds(moment: _Column) -> ColumnElement[str]:
    """Write a moment as the seconds since 1970 in decimals: `1795320000.000000`."""
    return cast(extract("epoch", moment), Text)
