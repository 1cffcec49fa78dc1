"""Which keys work, and what they may do. Callers commit; `now` is handed in."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.keys import ServerSecret
from app.access.scopes import Scope
from app.access.tables import ApiKey

_SCOPES: Final = frozenset(scope.value for scope in Scope)


async def verified(session: AsyncSession, digests: Iterable[str], now: datetime) -> Sequence[ApiKey]:
    """Return those of the keys with these digests that work at `now`."""
    query = select(ApiKey).where(ApiKey.digest.in_(list(digests)), *_working(now))
    return (await session.scalars(query)).all()


async def made_under_another_secret(session: AsyncSession, secrets: Iterable[ServerSecret], now: datetime) -> bool:
    """Tell whether keys work at `now`, but none under these secrets: then a key made with one would work nowhere."""
    made_under = select(func.split_part(ApiKey.digest, ":", 1)).where(*_working(now)).distinct()
    ids = set(await session.scalars(made_under))
    return bool(ids) and ids.isdisjoint(secret.id for secret in secrets)


def known_scopes(key: ApiKey) -> frozenset[Scope]:
    """Return the key's scopes, without those that a later or an earlier Tierbook knew."""
    return frozenset(Scope(scope) for scope in key.scopes if scope in _SCOPES)


async def record_use(session: AsyncSession, used: Mapping[uuid.UUID, datetime]) -> None:
    """Write when keys were last used; never moves a moment back, as other replicas write too."""
    for key_id, moment in sorted(used.items()):
        latest = func.greatest(func.coalesce(ApiKey.last_used_at, moment), moment)
        await session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=latest))


def _working(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now)
