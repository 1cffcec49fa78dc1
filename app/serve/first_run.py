"""What a new installation gets by itself: rulebooks to try, and a key to try them with."""

from app.access.bootstrap import first_key
from app.access.keys import ServerSecret
from app.clock import SystemClock
from app.db.engine import open_engine, open_sessions
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings


async def first_run(settings: Settings) -> str | None:
    """Publish the shipped rulebooks and make the first administrator key where there are none.

    Returns the key where it was drawn just now: the only time anyone sees it. Raises `PresetKeyError` for a
    TIERBOOK_BOOTSTRAP_KEY that cannot be a key, `AnotherSecretError` where no key in the database could ever work.
    """
    now = SystemClock().now()
    preset = settings.bootstrap_key.get_secret_value() if settings.bootstrap_key else None
    engine = open_engine(settings)
    try:
        async with open_sessions(engine).begin() as session:
            await publish_shipped(session, now, settings.timezone)
            return await first_key(session, [ServerSecret(each) for each in settings.peppers], now, preset)
    finally:
        await engine.dispose()
