import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.db.failures import is_database_away


def _wrapped(error: psycopg.Error) -> DBAPIError:
    return OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    "error",
    [
        _wrapped(psycopg.OperationalError("connection refused")),
        _wrapped(errors.AdminShutdown("terminating")),
        _wrapped(errors.TooManyConnections("no room")),
        _wrapped(errors.QueryCanceled("statement timeout")),
        _wrapped(errors.LockNotAvailable("lock timeout")),
        _wrapped(errors.ReadOnlySqlTransaction("standby")),
        InterfaceError("SELECT 1", {}, psycopg.InterfaceError("the connection is closed")),
        DBAPIError("SELECT 1", {}, psycopg.Error(), connection_invalidated=True),
        PoolTimeoutError("QueuePool limit"),
        TimeoutError(),
        ConnectionRefusedError(),
    ],
    ids=lambda error: type(getattr(error, "orig", error)).__name__,
)
def test_not_now(error: BaseException) -> None:
    assert is_database_away(error)


@pytest.mark.parametrize(
    "error",
    [
        _wrapped(errors.UniqueViolation("twice")),
        _wrapped(errors.UndefinedTable("nowhere")),
        _wrapped(errors.DeadlockDetected("each waits")),
        ValueError("ours"),
    ],
    ids=lambda error: type(getattr(error, "orig", error)).__name__,
)
def test_not_that(error: BaseException) -> None:
    assert not is_database_away(error)
