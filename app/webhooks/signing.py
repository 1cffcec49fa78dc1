"""Standard Webhooks 1.0.0: the keys of a receiver, and the headers that prove a body came from us.

What is signed is `id.timestamp.body`, byte for byte: by HMAC-SHA256 under a secret that both sides hold (`v1`), and by
Ed25519 under a key that only we hold (`v1a`), which a receiver checks without being able to forge.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SHARED: Final = "whsec_"
PRIVATE: Final = "whsk_"
PUBLIC: Final = "whpk_"
_BYTES: Final = 32


def new_secret() -> str:
    """Draw a secret that both sides hold."""
    return _written(SHARED, secrets.token_bytes(_BYTES))


def new_private_key() -> str:
    """Draw a private key."""
    return _written(PRIVATE, Ed25519PrivateKey.generate().private_bytes_raw())


def secret_of(text: str) -> bytes:
    """The bytes of a written secret; raises ValueError."""
    return _read(SHARED, text)


def private_key_of(text: str) -> Ed25519PrivateKey:
    """The key of a written private key; raises ValueError."""
    return Ed25519PrivateKey.from_private_bytes(_read(PRIVATE, text))


def public_key_of(private: str) -> str:
    """The written public key that belongs to a written private key; raises ValueError."""
    return _written(PUBLIC, private_key_of(private).public_key().public_bytes_raw())


def signature_headers(
    message_id: str, at: datetime, body: bytes, shared: Sequence[bytes], private: Sequence[Ed25519PrivateKey]
) -> dict[str, str]:
    """The headers of an attempt at `at`: a signature under every key, so that a receiver that knows one is content."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    by_secret = ((b"v1", hmac.digest(key, signed, hashlib.sha256)) for key in shared)
    by_key = ((b"v1a", key.sign(signed)) for key in private)
    signatures = b" ".join(kind + b"," + base64.b64encode(each) for kind, each in (*by_secret, *by_key))
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signatures.decode()}


def _written(prefix: str, raw: bytes) -> str:
    return prefix + base64.b64encode(raw).decode()


def _read(prefix: str, text: str) -> bytes:
    if not text.startswith(prefix):
        message = f"does not begin with {prefix}"
        raise ValueError(message)
    try:
        return base64.b64decode(text.removeprefix(prefix), validate=True)
    except binascii.Error:
        message = f"holds no base64 after {prefix}"
        raise ValueError(message) from None
