"""The database of a command: what it cannot do is said in a line."""

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from app.db.engine import Sessions
from app.db.opened import DatabaseUnusableError, in_database
from app.settings import Settings


def test_a_command_that_collided_is_to_be_tried_again(fresh_database_url: str, bare_settings: Settings) -> None:
    async def work(_: Sessions) -> None:
        error = psycopg.errors.DeadlockDetected("deadlock detected")
        raise DBAPIError.instance("UPDATE", {}, error, psycopg.Error)

    with pytest.raises(DatabaseUnusableError, match="try again"):
        in_database(bare_settings.with_database(fresh_database_url), work)
