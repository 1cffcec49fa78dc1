"""What a receiver knows us by: a secret and a key pair; after a rotation those before it too, for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.webhooks.signing import new_private_key, new_secret, public_key_of


class Credential(BaseModel):
    """A secret and a private key, as written; `until` is when they end, None while they are the newest."""

    model_config = ConfigDict(frozen=True)

    secret: str = Field(repr=False)
    private_key: str = Field(repr=False)
    until: datetime | None = None

    @property
    def public_key(self) -> str:
        """What a receiver checks `v1a` with."""
        return public_key_of(self.private_key)

    def lives(self, now: datetime) -> bool:
        """Whether bodies are still signed with it."""
        return self.until is None or now < self.until


_ALL: Final = TypeAdapter(list[Credential])


def drawn() -> Credential:
    """A new one."""
    return Credential(secret=new_secret(), private_key=new_private_key())


def rotated(held: Sequence[Credential], now: datetime, overlap: timedelta) -> list[Credential]:
    """A new one first; those before end with the overlap at the latest, and are left out once they have ended."""
    ends = now + overlap
    ending = (each.model_copy(update={"until": min(each.until or ends, ends)}) for each in held)
    return [drawn(), *(each for each in ending if each.lives(now))]


def packed(held: Sequence[Credential]) -> bytes:
    """They as they are sealed."""
    return orjson.dumps([each.model_dump() for each in held])


def unpacked(value: bytes) -> list[Credential]:
    """They, of what was sealed: the newest first."""
    return _ALL.validate_json(value)
