"""Brings the schema to the newest revision; safe when several replicas start at once."""

import importlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.base import metadata
from app.db.engine import require_url
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "migrations"
TABLES = (
    "app.access.tables",
    "app.clients.tables",
    "app.coverage.tables",
    "app.due.tables",
    "app.events.tables",
    "app.exits.tables",
    "app.http.tables",
    "app.organisation.tables",
    "app.portfolio.tables",
    "app.recognition.tables",
    "app.reviews.tables",
    "app.rulebooks.tables",
    "app.standing.tables",
    "app.trail.tables",
)
"""Every module that declares tables; they are imported by name because `db` lies below the features."""

_LOCK = 0x71E2B00C
_LINE = re.compile(r"^(revision|down_revision)(?:\s*:[^=]+)?\s*=\s*(.+)$", re.MULTILINE)
_NAME = re.compile(r"""["']([^"']+)["']""")


class MigrationTreeError(RuntimeError):
    """The revisions on disk do not end in exactly one head."""


class SchemaIsNewerError(RuntimeError):
    """The database stands at a revision that this build does not have; the message says which."""


def migrate(settings: Settings) -> bool:
    """Upgrade to head where the database is not there yet; return whether anything was done.

    All revisions in one transaction, so that a failing one leaves the schema as it was. Raises SchemaIsNewerError.
    Waits for another replica that is migrating. Alembic is imported only when there is work: a start that finds the
    schema current saves its import time.
    """
    with sync_engine(settings).connect() as connection:
        found = _revision(connection)
        if found == newest_revision():
            return False
        if found is not None and found not in _revisions()["revision"]:
            raise SchemaIsNewerError(f"the database's schema ({found}) is of a newer Tierbook than this one")
        # One transaction from lock to commit: behind a pooler the next statement may be another server process's.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        upgrade(connection)
    return True


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision` on `connection`."""
    from alembic import command  # slow, and seldom needed
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini", attributes={"connection": connection})
    command.upgrade(config, revision)
    connection.commit()


async def schema_is_current(connection: AsyncConnection) -> bool:
    """Tell whether the database stands at this build's newest revision; for `/readyz`."""
    return await connection.run_sync(_revision) == newest_revision()


def newest_revision() -> str | None:
    """Read the head from the files' text, without Alembic; None while there is no migration."""
    named = _revisions()
    heads = named["revision"] - named["down_revision"]
    if len(heads) > 1:
        message = f"several heads in {MIGRATIONS}: {', '.join(sorted(heads))}"
        raise MigrationTreeError(message)
    return next(iter(heads), None)


@cache
def _revisions() -> dict[str, set[str]]:
    """What the files name as `revision` and as `down_revision`."""
    named: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in (MIGRATIONS / "versions").glob("*.py"):
        for key, value in _LINE.findall(path.read_text(encoding="utf-8")):
            named[key].update(_NAME.findall(value))
    return named


def import_tables(modules: Iterable[str] = TABLES) -> MetaData:
    """Import every `tables` module and return the metadata they filled."""
    for module in modules:
        importlib.import_module(module)
    return metadata


def sync_engine(settings: Settings) -> Engine:
    """Make an engine for migrations: synchronous, unpooled, without the service's statement time limit."""
    return create_engine(
        require_url(settings),
        poolclass=NullPool,
        connect_args={"connect_timeout": 5, "application_name": "tierbook-migrate"},
    )


def _revision(connection: Connection) -> str | None:
    """Return the revision the database stands at; None where it was never migrated."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
