"""Settings with a database behind them."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.db.embedded import embedded_postgres, running_address
from app.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Settings]:
    """Yield settings whose `database_url` answers, for commands that run beside the service or without it.

    DATABASE_URL where it is given; else the embedded server that a running Tierbook has on this home; else one started
    for the length of the block. Raises `EmbeddedPostgresError`.
    """
    if settings.database_url is not None:
        yield settings
    elif (running := running_address(settings.home)) is not None:
        yield settings.with_database(running)
    else:
        with embedded_postgres(settings.home) as address:
            yield settings.with_database(address)
