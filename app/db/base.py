"""The one metadata every feature's `tables` module adds to, with names that migrations can rely on."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import LargeBinary, MetaData, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from app.db.types import Timestamp

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Base(DeclarativeBase):
    """Declares a table by annotated columns; hot paths use `Model.__table__` through Core statements."""

    metadata = metadata
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this very name
        bytes: LargeBinary,
        datetime: Timestamp,
        Decimal: Numeric,
        dict[str, Any]: JSONB,
        str: Text,
        uuid.UUID: Uuid,
    }
