import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.coverage.visits.told import fingerprint
from app.db.migrate import MIGRATIONS, ROOT, migrate, newest_revision, schema_is_current, sync_engine, upgrade
from app.settings import Settings

_VISIT_OF_BEFORE = text("""
WITH client AS (
  INSERT INTO client (id, kind, name, segment, co_managed, revision, created_at, updated_at)
  VALUES ('C-1', 'company', 'Client', 'corporate', false, 1, now(), now())
)
INSERT INTO visit (id, revision, client_id, at, day, kind, outside, evidence, fingerprint, recorded_at, recorded_by)
VALUES (gen_random_uuid(), 1, 'C-1', :at, '2026-03-02', 'visit', '[]', '{}', :was, now(), 'test')
""")


def _alembic(connection: Connection | None = None) -> Config:
    return Config(ROOT / "alembic.ini", attributes={"connection": connection})


def _settings(url: str) -> Settings:
    return Settings(database_url=SecretStr(url))


def test_there_is_one_head_and_we_read_it_as_alembic_does() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [newest_revision()]


def test_every_migration_bounds_its_wait_for_locks() -> None:
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert path.read_text(encoding="utf-8").count("SET LOCAL lock_timeout") >= 2, path.name


def test_the_tables_are_what_the_migrations_make(database_url: str) -> None:
    with sync_engine(_settings(database_url)).connect() as connection:
        command.check(_alembic(connection))


def test_up_down_up(empty_database_url: str) -> None:
    with sync_engine(_settings(empty_database_url)).connect() as connection:
        upgrade(connection)
        whole = set(inspect(connection).get_table_names())
        command.downgrade(_alembic(connection), "base")
        connection.commit()
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        upgrade(connection)
        assert set(inspect(connection).get_table_names()) == whole


def test_a_visit_of_before_is_still_known_when_it_is_sent_again(empty_database_url: str) -> None:
    at = datetime(2026, 3, 2, 2, 30, 59, 999_999, tzinfo=UTC)
    said = "\n".join(("C-1", str(int(at.timestamp()) // 60), "rm-1", "rm-2"))
    with sync_engine(_settings(empty_database_url)).connect() as connection:
        upgrade(connection, "0020")
        was = hashlib.blake2b(said.encode(), digest_size=16).digest()
        connection.execute(_VISIT_OF_BEFORE, {"at": at, "was": was})
        connection.commit()
        upgrade(connection)
        found = connection.execute(text("SELECT fingerprint FROM visit")).scalar_one()
    assert bytes(found) == fingerprint("C-1", at, ["rm-2", "rm-1"])


def test_a_second_start_has_nothing_to_do(empty_database_url: str) -> None:
    assert migrate(_settings(empty_database_url))
    assert not migrate(_settings(empty_database_url))


def test_replicas_that_start_at_once_take_turns(empty_database_url: str) -> None:
    code = "import sys; from app.settings import Settings; from app.db.migrate import migrate; migrate(Settings())"
    environment = os.environ | {"DATABASE_URL": empty_database_url}
    replicas = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment) for _ in range(3)]
    assert [replica.wait() for replica in replicas] == [0, 0, 0]
    assert not migrate(_settings(empty_database_url))


async def test_readiness_knows_this_builds_schema(connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await schema_is_current(connection)
    monkeypatch.setattr("app.db.migrate.newest_revision", lambda: "of another build")
    assert not await schema_is_current(connection)
