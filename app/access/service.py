"""What is done with keys: create, list, rotate, revoke. Callers commit; `now` is handed in."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import keys
from app.access.keys import ServerSecret
from app.access.scopes import Scope
from app.access.tables import ApiKey
from app.access.verifying import known_scopes
from app.trail.actor import Actor
from app.trail.entry import Entry
from app.trail.recording import stage

OVERLAP: Final = timedelta(hours=24)
"""How long a rotated key goes on working, so that its users can change over."""

LONGEST_NAME: Final = 100
_ROTATION: Final = "rotation"


class KeyNotFoundError(LookupError):
    """No key answers to what was asked for, or more than one does."""


class KeyStateError(ValueError):
    """The key is in no state for this: revoked or expired already."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. `token` is its only copy: show it once, store it nowhere, log it never."""

    token: str
    key: ApiKey

    def __repr__(self) -> str:
        """Return the public part: a repr ends up in logs."""
        return f"NewKey({self.key.prefix})"


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """What the next key shall be called, what it may do, until when (None: for ever), and who asked for it.

    `unit` fences it in, None for the whole bank; `person` is the member of staff whose key it is, None for a program's.
    """

    name: str
    scopes: frozenset[Scope]
    expires_at: datetime | None
    created_by: str
    unit: str | None = None
    person: str | None = None


def create(
    session: AsyncSession, secret: ServerSecret, now: datetime, order: KeyOrder, token: str | None = None
) -> NewKey:
    """Add a key: a minted one, or `token` where one is preset.

    Raises KeyFormatError for a preset that cannot be a key, ValueError for an order without a name or
    a scope, or one that has expired before it begins.
    """
    if not order.name.strip() or not order.scopes:
        message = "a key needs a name and at least one scope"
        raise ValueError(message)
    if len(order.name) > LONGEST_NAME or not order.name.isprintable():
        message = f"a key's name has at most {LONGEST_NAME} characters, and none that a terminal obeys"
        raise ValueError(message)
    if order.expires_at is not None and order.expires_at <= now:
        message = "the expiry lies in the past"
        raise ValueError(message)
    return _add(session, secret, now, order, token or keys.mint(), rotated_from=None)


async def listed(session: AsyncSession) -> Sequence[ApiKey]:
    """Return every key that ever was, the newest first."""
    return (await session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc(), ApiKey.id))).all()


async def find(session: AsyncSession, reference: str) -> ApiKey:
    """Return the one key with this id, prefix or name; raises KeyNotFoundError for none or several.

    Where several keys share a name, as after a rotation, only the one that still works long counts.
    """
    matches = [ApiKey.prefix == reference, ApiKey.name == reference]
    if (key_id := _as_id(reference)) is not None:
        matches.append(ApiKey.id == key_id)
    found = (await session.scalars(select(ApiKey).where(or_(*matches)).with_for_update())).all()
    if len(found) > 1:
        replaced = {key.rotated_from for key in found}
        newest = [key for key in found if key.id not in replaced]
        found = [key for key in newest if key.revoked_at is None] or newest
    if len(found) != 1:
        several = f"several keys answer ({', '.join(key.prefix for key in found)})"
        message = f"{several if found else 'no key answers'} to {reference!r}"
        raise KeyNotFoundError(message)
    return found[0]


async def units_of_keys(session: AsyncSession, names: Collection[str]) -> set[tuple[str, str | None]]:
    """The units of the keys of these names, by name; None for the whole bank. Of a name there may be several keys."""
    if not names:
        return set()
    rows = await session.execute(select(ApiKey.name, ApiKey.unit).where(ApiKey.name.in_(list(names))).distinct())
    return {(row.name, row.unit) for row in rows}


async def revoke(session: AsyncSession, reference: str, now: datetime, *, by: str) -> list[ApiKey]:
    """Stop a key for good, everywhere within 60 seconds, and return it; a second time changes nothing.

    By its name, the keys that it replaced stop and are returned too: whoever has the name has them.
    """
    key = await find(session, reference)
    stopped = [key, *(await _replaced_by(session, key) if reference == key.name else ())]
    for each in stopped:
        if each.revoked_at is None:
            each.revoked_at = now
            _note(session, by, now, "key.revoked", each)
    return stopped


async def rotate(
    session: AsyncSession,
    secret: ServerSecret,
    reference: str,
    now: datetime,
    overlap: timedelta = OVERLAP,
    *,
    by: str,
) -> NewKey:
    """Replace a key by a new one of the same name, scopes and life span; the old one ends after `overlap`.

    Raises KeyStateError for a key that is revoked or expired: there is nothing left to hand over.
    """
    old = await find(session, reference)
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now):
        message = "the key is revoked or expired already: create a new one"
        raise KeyStateError(message)
    order = KeyOrder(
        name=old.name,
        scopes=known_scopes(old),
        expires_at=None if old.expires_at is None else now + (old.expires_at - old.created_at),
        created_by=by,
        unit=old.unit,
        person=old.person,
    )
    new = _add(session, secret, now, order, keys.mint(), rotated_from=old)
    _end(session, old, now, overlap, by)
    return new


def _end(session: AsyncSession, old: ApiKey, now: datetime, overlap: timedelta, by: str) -> None:
    """Have a key that was replaced stop after the overlap, never later than it would have; noted as what it is."""
    if overlap <= timedelta(0):
        old.revoked_at = now
        _note(session, by, now, "key.revoked", old, _ROTATION)
    elif old.expires_at is None or now + overlap < old.expires_at:
        old.expires_at = now + overlap
        _note(session, by, now, "key.ending", old, _ROTATION)


def _add(
    session: AsyncSession,
    secret: ServerSecret,
    now: datetime,
    order: KeyOrder,
    token: str,
    *,
    rotated_from: ApiKey | None,
) -> NewKey:
    keys.check(token)
    stored = keys.digest(token, secret)
    key = ApiKey(
        id=uuid.uuid4(),
        name=order.name.strip(),
        prefix=keys.prefix(token, stored),
        digest=stored,
        scopes=sorted(order.scopes),
        created_at=now,
        created_by=order.created_by,
        expires_at=order.expires_at,
        unit=order.unit,
        person=order.person,
        rotated_from=rotated_from.id if rotated_from else None,
    )
    session.add(key)
    reason = f"rotation of {rotated_from.prefix}" if rotated_from else None
    _note(session, order.created_by, now, "key.created", key, reason)
    return NewKey(token, key)


def _note(session: AsyncSession, by: str, now: datetime, action: str, key: ApiKey, reason: str | None = None) -> None:
    """A key's line in the trail: its prefix, what it may do and until when, never its text."""
    until = key.expires_at and key.expires_at.isoformat()
    may = {"scopes": key.scopes, "unit": key.unit, "person": key.person, "expires_at": until}
    after = {"prefix": key.prefix, "name": key.name, **may}
    stage(session, Actor(by), now, Entry(action, "key", str(key.id), key.unit, after=after, reason=reason))


async def _replaced_by(session: AsyncSession, key: ApiKey) -> list[ApiKey]:
    """The keys before this one, back to the first, that nobody revoked yet."""
    found: list[ApiKey] = []
    older = key.rotated_from
    while older is not None and (one := await session.get(ApiKey, older)) is not None:
        found += [one] if one.revoked_at is None else []
        older = one.rotated_from
    return found


def _as_id(reference: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(reference)
    except ValueError:
        return None
