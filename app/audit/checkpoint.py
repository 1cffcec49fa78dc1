"""Checkpoints: how far the chain reached and by which hash, signed, in the form of c2sp.org/tlog-checkpoint.

The chain is linear, not a Merkle tree: the root is the hash of its last entry, which vouches for every entry before it.
To check a checkpoint is to hash every entry up to it again; there are no shorter proofs.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from app.audit.chain import GENESIS, ORIGIN
from app.audit.note import MalformedError, Signer

_SIZE: Final = re.compile("0|[1-9][0-9]{0,18}")
_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain at one size; `root` is the hash at that position, GENESIS where it is 0."""

    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines, origin, size and root."""
        return f"{ORIGIN}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """Read the text of a note; lines after the third are permitted and mean nothing. Raises MalformedError."""
        lines = text.split("\n")
        if len(lines) <= _LINES or lines[0] != ORIGIN or not _SIZE.fullmatch(lines[1]):
            raise MalformedError(f"is no checkpoint of {ORIGIN}")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error:
            root = b""
        if len(root) != len(GENESIS):
            raise MalformedError("has a root that is no hash")
        return cls(int(lines[1]), root)


def signer(seed: bytes) -> Signer:
    """The key that signs checkpoints: its name is the origin, as the form recommends."""
    return Signer(ORIGIN, seed)
