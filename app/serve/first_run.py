"""What a new installation gets by itself: rulebooks to try, and a key to try them with."""

from app.db.engine import open_engine, open_sessions
from app.settings import Settings


async def first_run(settings: Settings) -> str | None:
    """Publish the shipped rulebooks and make the first administrator key where they are missing.

    Returns the new key: the only time anyone sees it. None where there was a key already.
    """
    engine = open_engine(settings)
    try:
        async with open_sessions(engine).begin() as _session:
            return None  # the features' own steps go here
    finally:
        await engine.dispose()
