"""The text of a key: `tb_<public id>_<190 random bits>_<checksum>`. Pure; stores and looks up nothing.

The fixed prefix lets secret scanners find a leaked key. The public id names a key in lists and logs.
The checksum (CRC-32, base 62) refuses a mistyped key without a lookup. The database holds only an HMAC
under the server's secret, so a stolen table opens nothing.
"""

import hashlib
import hmac
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BRAND: Final = "tb"
SHORTEST_PRESET: Final = 16
LONGEST: Final = 255

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PUBLIC_LENGTH: Final = 8
_RANDOM_LENGTH: Final = 32
_CHECKSUM_LENGTH: Final = 6


class KeyFormatError(ValueError):
    """A text that cannot be a key; the message says why and never repeats the text."""


@dataclass(frozen=True, slots=True)
class ServerSecret:
    """The pepper of the HMAC. Its id is derived, so that rotating it needs no second setting."""

    value: bytes

    @property
    def id(self) -> str:
        """Eight hex digits that name this secret in stored digests."""
        return hashlib.sha256(b"tierbook key secret\x00" + self.value).hexdigest()[:8]

    def __repr__(self) -> str:
        return f"ServerSecret({self.id})"


def mint() -> str:
    """A new key. It exists only in the caller's hands until `digest` of it is stored."""
    body = f"{BRAND}_{_random(_PUBLIC_LENGTH)}_{_random(_RANDOM_LENGTH)}"
    return f"{body}_{_checksum(body)}"


def check(token: str) -> None:
    """Raise KeyFormatError unless `token` can be a key: a minted one, or a preset.

    A preset (TIERBOOK_BOOTSTRAP_KEY) is any printable ASCII of 16 to 255 characters without blanks; it may begin
    with tb_ like the others. What has the shape of a minted key must have its checksum.
    """
    if not (SHORTEST_PRESET <= len(token) <= LONGEST and token.isascii() and token.isprintable() and " " not in token):
        raise KeyFormatError(f"a key is {SHORTEST_PRESET} to {LONGEST} printable ASCII characters without blanks")
    body, _, checksum = token.rpartition("_")
    if _has_minted_shape(token) and checksum != _checksum(body):
        raise KeyFormatError("the checksum does not fit: the key is mistyped")


def prefix(token: str, stored: str) -> str:
    """What lists and logs call the key: `tb_<public id>`, or for a preset a piece of its stored digest."""
    if _has_minted_shape(token):
        return token[: len(BRAND) + 1 + _PUBLIC_LENGTH]
    return f"preset_{stored[-_PUBLIC_LENGTH:]}"


def digest(token: str, secret: ServerSecret) -> str:
    """What the database holds of a key: `<secret id>:<HMAC-SHA256, hex>`."""
    return f"{secret.id}:{hmac.digest(secret.value, token.encode(), 'sha256').hex()}"


def digests(token: str, known: Sequence[ServerSecret]) -> list[str]:
    """The digest under each known secret, the current one first."""
    return [digest(token, secret) for secret in known]


def _has_minted_shape(token: str) -> bool:
    brand, *parts = token.split("_")
    return brand == BRAND and [len(part) for part in parts] == [_PUBLIC_LENGTH, _RANDOM_LENGTH, _CHECKSUM_LENGTH]


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    value, digits = zlib.crc32(text.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        value, digit = divmod(value, 62)
        digits = _ALPHABET[digit] + digits
    return digits
