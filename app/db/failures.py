"""Which database errors mean 'not now' rather than 'never'."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_AWAY_CLASSES = ("08", "53", "57", "58")
_COLLIDED = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_LOCK_NOT_AVAILABLE = "55P03"
_TIMED_OUT = frozenset({"57014", "25P03"})  # a statement, a transaction that did nothing
_READ_ONLY = "25006"  # a failover in progress: the old primary answers, but takes no writes


def sqlstate(error: BaseException) -> str | None:
    """Return the five-character PostgreSQL code behind `error`, or None where the server said none."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlstate", None)
    return code if isinstance(code, str) else None


def is_database_away(error: BaseException) -> bool:
    """Tell whether `error` means that the database cannot answer now: what was to be done is to be done later.

    Covers a refused or broken connection, a full pool, a server that starts, stops or has no room, and whatever ran
    into its time limit.
    """
    if isinstance(error, PoolTimeoutError | TimeoutError | ConnectionError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    code = sqlstate(error)
    if code is None:
        return isinstance(error, OperationalError | InterfaceError)
    return code.startswith(_AWAY_CLASSES) or code in {_LOCK_NOT_AVAILABLE, _READ_ONLY, *_TIMED_OUT}


def has_waited_for_others(error: BaseException) -> bool:
    """Tell whether `error` means that others held a lock until our patience ended; nothing is wrong with the server."""
    return sqlstate(error) == _LOCK_NOT_AVAILABLE


def has_taken_too_long(error: BaseException) -> bool:
    """Tell whether `error` means that a statement, or a transaction between two of them, ran into its time limit."""
    return sqlstate(error) in _TIMED_OUT


class DatabaseMayBeAway:
    """`with DatabaseMayBeAway():` a block that is left where the database is away; any other error is raised.

    For work that is done again before long, or can be done without. What is said only then stands behind the block,
    which returns at its end.
    """

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        """Whether the error goes no further."""
        return error is not None and is_database_away(error)


def has_collided(error: BaseException) -> bool:
    """Tell whether `error` means that two transactions were in each other's way: this one is undone, try it again."""
    return sqlstate(error) in _COLLIDED
