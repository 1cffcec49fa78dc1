"""Private to rulebooks: the table of versions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class RulebookVersion(Base):
    """A draft, or once `published_at` is set a published version, which a trigger keeps from ever changing."""

    __tablename__ = "rulebook_version"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "(published_at IS NULL) = (effective_from IS NULL) AND (published_at IS NULL) = (published_by IS NULL)",
            name="published_whole",
        ),
        Index(
            "uq_rulebook_version_name_effective_from",
            "name",
            "effective_from",
            unique=True,
            postgresql_where=text("published_at IS NOT NULL"),
        ),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    document: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    effective_from: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
