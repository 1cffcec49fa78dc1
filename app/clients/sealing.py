"""What is personal of a client, sealed under a key of the client's own: for places that are never changed.

Revisions and the trail only grow, and yet a natural person may ask to be forgotten. So names of persons, and all that
tells of a contact, stand there as `{"sealed": …}`: AES-GCM under 256 random bits that the client alone has, bound to
the client and the field. Erasing destroys the key. Nothing that was recorded changes, the chain over it holds, and
nobody can read it any more; backups of the database keep the key until they expire.
"""

import base64
import secrets
from collections.abc import Collection, Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.tables import ClientKey
from app.organisation.among import among

SEALED: Final = "sealed"
"""The one field of a sealed value."""

_KEYS: Final[Any] = ClientKey.__table__
_KEY_BITS: Final = 256
_NONCE_BYTES: Final = 12


def new_key() -> bytes:
    """Draw the key of a client."""
    return AESGCM.generate_key(_KEY_BITS)


def seal(key: bytes, client_id: str, field: str, text: str) -> dict[str, str]:
    """Seal a text of a client's field; twice the same text gives two different values."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    closed = nonce + AESGCM(key).encrypt(nonce, text.encode(), _bound_to(client_id, field))
    return {SEALED: base64.b64encode(closed).decode()}


def unseal(key: bytes | None, client_id: str, field: str, value: Any) -> str | None:
    """Return what was sealed; None where its key is gone. What was never sealed comes back as it is."""
    if not isinstance(value, Mapping):
        plain: str | None = value
        return plain
    if key is None:
        return None
    closed = base64.b64decode(value[SEALED])
    try:
        return AESGCM(key).decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], _bound_to(client_id, field)).decode()
    except InvalidTag:  # sealed under a key that was destroyed; the client has had another since
        return None


async def keys_of(session: AsyncSession, client_ids: Collection[str]) -> dict[str, bytes]:
    """Return the keys of those clients that have one."""
    if not client_ids:
        return {}
    query = select(ClientKey.client_id, ClientKey.key).where(among(ClientKey.client_id, client_ids))
    rows = await session.execute(query)
    return {row.client_id: row.key for row in rows}


async def key_for(session: AsyncSession, client_id: str) -> bytes:
    """Return a client's key, drawn now where it has none; the caller holds the client's row locked."""
    found = (await keys_of(session, [client_id])).get(client_id)
    if found is None:
        found = new_key()
        await keep(session, {client_id: found})
    return found


async def keep(session: AsyncSession, keys: Mapping[str, bytes]) -> None:
    """Store new keys by client."""
    if keys:
        rows = [{"client_id": client_id, "key": key} for client_id, key in keys.items()]
        await session.execute(insert(_KEYS), rows)


def _bound_to(client_id: str, field: str) -> bytes:
    """What a sealed value is valid for: copied to another client or field it cannot be opened."""
    return f"{client_id}\x00{field}".encode()
