"""The first administrator key of an installation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import keys, service, verifying
from app.access.keys import KeyFormatError, ServerSecret
from app.access.scopes import Scope
from app.access.service import KeyOrder
from app.access.tables import ApiKey

_LOCK: Final = 0x71E2B001
_NAME: Final = "first administrator"


class PresetKeyError(ValueError):
    """TIERBOOK_BOOTSTRAP_KEY cannot be a key; the message says what would be."""


class AnotherSecretError(RuntimeError):
    """Keys work in this database, and none of them was made under a secret that we have: all would be refused."""

    def __init__(self) -> None:
        super().__init__(
            "the keys in this database were made under another secret: set TIERBOOK_KEY_SECRET to that one "
            "(or TIERBOOK_KEY_SECRET_PREVIOUS, to replace it); where it is lost, revoke them: tierbook keys list"
        )


async def first_key(
    session: AsyncSession, secrets: Sequence[ServerSecret], now: datetime, preset: str | None
) -> str | None:
    """Make the first key, with every scope, where there is none at all; return it, the only time anyone sees it.

    `preset` is TIERBOOK_BOOTSTRAP_KEY: then this very key is made, and nothing is returned, for whoever set it has
    it. Later starts change nothing, whatever is preset: a preset that was revoked stays revoked, and one that was
    changed is not added, for then anyone who can set an environment variable could make administrators.
    Replicas that start together make one key. `secrets` are those that we have, the current one first. Raises
    PresetKeyError, and AnotherSecretError.
    """
    if preset is not None:
        _check(preset)
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if await verifying.made_under_another_secret(session, secrets, now):
        raise AnotherSecretError
    if await session.scalar(select(select(ApiKey.id).exists())):
        return None
    order = KeyOrder(_NAME, frozenset({Scope.ADMIN}), None, "first start")
    new = service.create(session, secrets[0], now, order, preset)
    return new.token if preset is None else None


def _check(preset: str) -> None:
    try:
        keys.check(preset)
    except KeyFormatError as error:
        message = f"TIERBOOK_BOOTSTRAP_KEY: {error}. Make one with: openssl rand -hex 32"
        raise PresetKeyError(message) from None
