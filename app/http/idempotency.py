"""`Idempotency-Key`: a POST that is sent twice is done once, and answered the same.

The answer is kept in the transaction of what it tells of, with a hash of the request. A second one with the same key
waits for the first, and gets its answer; with another request it is refused. Keys are the caller's own: another key of
the API may use the same. Answers are kept for a day.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.guard import PRINCIPAL
from app.access.principal import Principal
from app.errors import BadRequest, FieldError, Unprocessable
from app.http.tables import IdempotentAnswer

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_FOR: Final = timedelta(days=1)
_SANE: Final = re.compile(r"[\x21-\x7e]{1,200}")
_HEADERS: Final = ("content-type", "location", "etag")


class IdempotencyKeyMalformed(BadRequest):
    """The key holds blanks, other alphabets, or more than 200 characters."""

    code = "idempotency_key_malformed"
    title = "The Idempotency-Key cannot be read"

    def __init__(self) -> None:
        error = FieldError(
            pointer=f"header/{HEADER}", code=self.code, detail="is not 1 to 200 visible ASCII characters"
        )
        super().__init__("Send a UUID or the like.", errors=[error])


class IdempotencyKeyReused(Unprocessable):
    """The key was used for another request."""

    code = "idempotency_key_reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        error = FieldError(pointer=f"header/{HEADER}", code=self.code, detail="was used for another request")
        super().__init__("Draw a new key for a new request.", errors=[error])


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is to be done once: whose key, which, and what it asks."""

    key_id: UUID
    key: str
    request_hash: bytes


async def asked(request: Request) -> Asked | None:
    """What a POST with the header asks; None without. Raises IdempotencyKeyMalformed."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return None
    if not _SANE.fullmatch(key):
        raise IdempotencyKeyMalformed
    principal: Principal = request.scope[PRINCIPAL]
    parts = (request.scope["path"].encode(), request.scope["query_string"], (principal.person or "").encode())
    digest = hashlib.sha256(b"\0".join((*parts, await request.body())))
    return Asked(principal.key_id, key, digest.digest())


async def claim(session: AsyncSession, asked: Asked, now: datetime) -> Response | None:
    """Take the key, waiting for whoever has it; the answer that was given where it was used, else None.

    Raises IdempotencyKeyReused.
    """
    row = {"key_id": asked.key_id, "key": asked.key, "request_hash": asked.request_hash, "at": now}
    taken = await session.execute(
        insert(IdempotentAnswer).values(row).on_conflict_do_nothing().returning(IdempotentAnswer.key)
    )
    if taken.first() is not None:
        return None
    kept = (await session.execute(select(IdempotentAnswer).where(*_one(asked)))).scalar_one()
    if kept.request_hash != asked.request_hash:
        raise IdempotencyKeyReused
    return Response(kept.body, kept.status or 200, {**(kept.headers or {}), REPLAYED: "true"})


async def keep(session: AsyncSession, asked: Asked, answer: Response) -> None:
    """Keep the answer with the key."""
    headers = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
    values = {"status": answer.status_code, "headers": headers, "body": bytes(answer.body)}
    await session.execute(update(IdempotentAnswer).where(*_one(asked)).values(values))


async def forget_old(session: AsyncSession, now: datetime) -> None:
    """Remove answers that were kept for long enough."""
    await session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.at < now - KEPT_FOR))


def _one(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return IdempotentAnswer.key_id == asked.key_id, IdempotentAnswer.key == asked.key
