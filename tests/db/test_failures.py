import asyncio

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.db.failures import DatabaseMayBeAway, has_collided, is_database_away


def _stop_the_server() -> None:
    raise _wrapped(errors.AdminShutdown("terminating"))


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
        _wrapped(errors.IdleInTransactionSessionTimeout("nothing was asked")),
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


def test_work_that_meets_no_database_is_left_where_it_was() -> None:
    done: list[str] = []
    with DatabaseMayBeAway():
        done.append("begun")
        _stop_the_server()
        done.append("ended")
    assert done == ["begun"]


def test_what_is_wrong_with_the_work_is_raised_as_it_is() -> None:
    wrong = _wrapped(errors.UniqueViolation("twice"))
    with pytest.raises(DBAPIError) as raised, DatabaseMayBeAway():
        raise wrong
    assert raised.value is wrong


def test_work_that_is_cancelled_is_not_taken_for_a_database_that_is_away() -> None:
    with pytest.raises(asyncio.CancelledError), DatabaseMayBeAway():
        raise asyncio.CancelledError


@pytest.mark.parametrize("error", [errors.SerializationFailure("retry"), errors.DeadlockDetected("each waits")])
def test_transactions_that_collided_may_be_tried_again(error: psycopg.Error) -> None:
    assert has_collided(_wrapped(error))


@pytest.mark.parametrize("error", [errors.UniqueViolation("twice"), errors.AdminShutdown("terminating")])
def test_other_failures_are_no_collision(error: psycopg.Error) -> None:
    assert not has_collided(_wrapped(error))
