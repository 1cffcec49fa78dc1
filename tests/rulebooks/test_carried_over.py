"""What was published before there were reigns goes on governing the whole bank from its day."""

from alembic import command
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import Connection, text

from app.db.migrate import ROOT, sync_engine, upgrade
from app.settings import Settings

PUBLISHED = """
INSERT INTO rulebook_version
  (name, number, digest, document, created_at, created_by, effective_from, published_at, published_by)
VALUES ('book', 1, 'd1', '', '2026-01-01Z', 'a', '2017-01-01', '2026-01-02Z', 'b'),
  ('book', 2, 'd2', '', '2026-01-01Z', 'a', '2026-06-01', '2026-01-03Z', 'c'),
  ('book', 3, 'd3', '', '2026-01-01Z', 'a', NULL, NULL, NULL)
"""
REIGNS = "SELECT number, unit_id, from_day::text, until_day, made_at = published_at, made_by FROM rulebook_reign"


def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]


def test_published_versions_get_one_reign_of_the_whole_bank(empty_database_url: str) -> None:
    with sync_engine(Settings(database_url=SecretStr(empty_database_url))).connect() as connection:
        upgrade(connection, "0007")
        connection.execute(text(PUBLISHED))
        connection.commit()
        upgrade(connection, "0008")
        assert rows(connection, f"{REIGNS} JOIN rulebook_version USING (name, number) ORDER BY number") == [
            (1, None, "2017-01-01", None, True, "b"),
            (2, None, "2026-06-01", None, True, "c"),
        ]
        connection.commit()
        command.downgrade(Config(ROOT / "alembic.ini", attributes={"connection": connection}), "0007")
        days = "SELECT number, effective_from::text FROM rulebook_version ORDER BY number"
        assert rows(connection, days) == [(1, "2017-01-01"), (2, "2026-06-01"), (3, None)]
