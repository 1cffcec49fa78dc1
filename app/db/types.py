"""Column types that refuse what would be stored wrongly."""

from datetime import UTC, datetime

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Timestamp(TypeDecorator[datetime]):
    """A moment: `timestamptz`, aware in and UTC out. A naive datetime raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a moment without a zone: PostgreSQL would silently take it for the session's."""
        if value is not None and value.tzinfo is None:
            message = f"{value!r} names no time zone"
            raise ValueError(message)
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return UTC whatever zone the session has."""
        return value if value is None else value.astimezone(UTC)
