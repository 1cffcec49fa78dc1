"""Whether a delivery is genuine: Standard Webhooks 1.0.0, as a receiver checks it."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.webhooks.signing import PUBLIC, SHARED

TOLERANCE_S: Final = 300
"""How far a timestamp may be from the receiver's clock: an old delivery may be one that somebody recorded."""

_ED25519_BYTES: Final = 32


class NotGenuineError(ValueError):
    """Why a delivery is not to be believed, in words."""


class Keys:
    """What signatures are checked with: `whsec_…` secrets that both sides hold, `whpk_…` public keys."""

    def __init__(self, written: Sequence[str]) -> None:
        """Read them; raises ValueError for a text that is neither."""
        self._shared = [_bytes(each, SHARED) for each in written if each.startswith(SHARED)]
        public = [_bytes(each, PUBLIC) for each in written if each.startswith(PUBLIC)]
        if len(self._shared) + len(public) < len(written):
            message = f"a key begins with {SHARED} or {PUBLIC}"
            raise ValueError(message)
        self._public = [Ed25519PublicKey.from_public_bytes(each) for each in public]

    def check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raise NotGenuineError unless one signature is right under one key, and the timestamp is of now."""
        try:
            message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
            signatures = headers["webhook-signature"].split(" ")
        except KeyError as missing:
            raise NotGenuineError(f"no header {missing.args[0]}") from None
        if not timestamp.isascii() or not timestamp.isdigit():
            raise NotGenuineError("webhook-timestamp is no number of seconds")
        if abs(int(timestamp) - now.timestamp()) > TOLERANCE_S:
            raise NotGenuineError("webhook-timestamp is too far from now")
        signed = f"{message_id}.{timestamp}.".encode() + body
        if not any(self._is_right(signed, *each.partition(",")[::2]) for each in signatures):
            raise NotGenuineError("no signature is right under a key that is known here")

    def _is_right(self, signed: bytes, version: str, text: str) -> bool:
        try:
            signature = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return False
        if version == "v1":
            return any(hmac.compare_digest(hmac.digest(key, signed, hashlib.sha256), signature) for key in self._shared)
        return version == "v1a" and any(_verifies(key, signature, signed) for key in self._public)


def _verifies(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _bytes(text: str, prefix: str) -> bytes:
    try:
        found = base64.b64decode(text.removeprefix(prefix), validate=True)
    except binascii.Error:
        message = f"holds no base64 after {prefix}"
        raise ValueError(message) from None
    if prefix == PUBLIC and len(found) != _ED25519_BYTES:
        message = f"holds no key after {prefix}"
        raise ValueError(message)
    return found
