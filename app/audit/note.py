"""Signed notes, as c2sp.org/signed-note has them: text, a blank line, and a line for each signature. Pure.

Whoever has the text of a verifier (`name+key id+key`) can check a note with this module, with Go's `sumdb/note`, or by
hand: the signature is Ed25519 over the text, its last line break included.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519: Final = b"\x01"
_ID_BYTES: Final = 4
_PUBLIC_BYTES: Final = 32
_DASH: Final = "— "
LONGEST: Final = 64 * 1024
"""Characters of a note that are read at all."""


class NoteError(ValueError):
    """A note or a verifier that proves nothing; the message says why, as the end of a sentence."""


class MalformedError(NoteError):
    """It has not the form."""


class ForeignError(NoteError):
    """No key that we know signed it."""


class ForgedError(NoteError):
    """It names a key that we know, but that key did not sign this text."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and its name."""

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """Read `name+key id+key`, the key in base64; raises MalformedError."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _decoded(encoded)
        if not name or key[:1] != _ED25519 or len(key) != 1 + _PUBLIC_BYTES:
            raise MalformedError("is no verifier of Ed25519: write it as `tierbook audit key` prints it")
        found = cls(name, key[1:])
        if key_id != found.key_id.hex():
            raise MalformedError("is mistyped: its key id is not its key's")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        key = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def verify(self, text: str, signature: bytes) -> None:
        """Raise ForgedError unless this key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            raise ForgedError("its signature is not of this text") from None


class Signer:
    """A private key and its name; `repr` shows neither."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the key from its 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note of a text, which ends with a line break."""
        signature = base64.b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"{text}\n{_DASH}{self.verifier.name} {signature}\n"


def opened(note: str, known: Sequence[Verifier]) -> str:
    """The text of a note that a known key signed; signatures of unknown keys are ignored, as the form demands.

    Raises MalformedError, ForeignError, or ForgedError where any known key's signature does not hold.
    """
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or len(note) > LONGEST:
        raise MalformedError("is no signed note")
    text += "\n"
    signed = False
    for name, signature in map(_signature, lines.removesuffix("\n").split("\n")):
        for key in _named(known, name, signature[:_ID_BYTES]):
            key.verify(text, signature[_ID_BYTES:])
            signed = True
    if not signed:
        raise ForeignError("is not signed by a key that is known here")
    return text


def _named(known: Sequence[Verifier], name: str, key_id: bytes) -> Iterator[Verifier]:
    return (key for key in known if (key.name, key.key_id) == (name, key_id))


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    signature = _decoded(encoded)
    if not line.startswith(_DASH) or not name or not space or len(signature) <= _ID_BYTES:
        raise MalformedError("has a line among its signatures that is none")
    return name, signature


def _decoded(text: str) -> bytes:
    """The bytes of standard base64; none where it is not."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
