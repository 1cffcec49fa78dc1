"""Secrets at rest: AES-256-GCM under the service's key, bound to the receiver and the field that they belong to.

A sealed value names the key that it is sealed under, so that the key can be changed: values under the one before go on
being read until `tierbook webhooks reseal` has sealed them anew.
"""

import hashlib
import secrets
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORM: Final = b"\x01"
_NAME_BYTES: Final = 8
_NONCE_BYTES: Final = 12
_HEAD: Final = len(_FORM) + _NAME_BYTES
_PURPOSE: Final = b"tierbook webhook key"


class SealBrokenError(Exception):
    """A sealed value cannot be opened: its key is not among ours, or it is not what was sealed there."""


class SealingKeys:
    """The key that values are sealed under, and those before it that they may still be sealed under; 32 bytes each."""

    def __init__(self, current: bytes, *previous: bytes) -> None:
        self._current = _name(current)
        self._keys = {_name(key): AESGCM(key) for key in (current, *previous)}

    def seal(self, owner: UUID, field: str, value: bytes) -> bytes:
        """Seal a value of a receiver's field; the same twice gives two different values."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head = _FORM + self._current
        return head + nonce + self._keys[self._current].encrypt(nonce, value, _bound_to(head, owner, field))

    def unseal(self, owner: UUID, field: str, sealed: bytes) -> bytes:
        """What was sealed; raises SealBrokenError."""
        head, nonce = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE_BYTES]
        key = self._keys.get(head.removeprefix(_FORM))
        if not head.startswith(_FORM) or key is None:
            raise SealBrokenError(f"{field} of {owner} is sealed under a key that is not here")
        try:
            return key.decrypt(nonce, sealed[_HEAD + _NONCE_BYTES :], _bound_to(head, owner, field))
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"{field} of {owner} is not what was sealed there") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value is sealed under the key that is used now."""
        return sealed[:_HEAD] == _FORM + self._current


def _name(key: bytes) -> bytes:
    """What a key is called in the values under it: tells nothing of the key."""
    return hashlib.sha256(_PURPOSE + key).digest()[:_NAME_BYTES]


def _bound_to(head: bytes, owner: UUID, field: str) -> bytes:
    """What a sealed value is valid for: copied to another receiver or field it cannot be opened."""
    return b"\0".join((head, owner.bytes, field.encode()))
