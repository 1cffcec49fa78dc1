"""Where Alembic finds the tables and the database.

`app.db.migrate` hands over a connection; the `alembic` command opens one from DATABASE_URL, or from the embedded
PostgreSQL of TIERBOOK_HOME.
"""

from collections.abc import Mapping
from typing import Any

from alembic import context
from sqlalchemy import Connection

from app.db.migrate import TABLES, import_tables, sync_engine

_SETTINGS: Mapping[str, Any] = {"compare_type": True, "compare_server_default": True, "transaction_per_migration": True}


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=import_tables(TABLES), **_SETTINGS)
    with context.begin_transaction():
        context.run_migrations()


def _main() -> None:
    given = context.config.attributes.get("connection")
    if isinstance(given, Connection):
        _run(given)
        return
    from app.db.opened import opened
    from app.settings import Settings

    with opened(Settings()) as settings, sync_engine(settings).connect() as connection:
        _run(connection)


_main()
