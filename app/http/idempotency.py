"""`Idempotency-Key`: a POST that is sent twice is done once, and answered the same.

The answer is kept in the transaction of what it tells of, with a hash of the request. A second one with the same key
waits for the first, and gets its answer; with another request it is refused. Keys are the caller's own: another key of
the API may use the same. Answers are kept for a day. What is shown once is not kept: `keep_without`.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel
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
FORGOTTEN_AT_ONCE: Final = 1000
_KEPT: Final = "tierbook.kept"
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

    What was kept for long enough counts no more. Raises IdempotencyKeyReused.
    """
    if await _taken(session, asked, now):
        return None
    kept: Any = (await session.execute(select(IdempotentAnswer).where(*_one(asked)))).scalar_one()
    if kept.request_hash != asked.request_hash:
        raise IdempotencyKeyReused
    return Response(kept.body, kept.status, {**kept.headers, REPLAYED: "true"})


async def _taken(session: AsyncSession, asked: Asked, now: datetime) -> bool:
    """Whether the key is this request's now. If not, its row is locked: nobody forgets it until it is answered."""
    mine = {"request_hash": asked.request_hash, "at": now, "status": None, "headers": None, "body": None}
    free = IdempotentAnswer.at < now - KEPT_FOR
    row = insert(IdempotentAnswer).values(key_id=asked.key_id, key=asked.key, **mine)
    taking = row.on_conflict_do_update(index_elements=["key_id", "key"], set_=mine, where=free)
    return (await session.execute(taking.returning(IdempotentAnswer.key))).first() is not None


def keep_without(request: Request, shown: BaseModel) -> None:
    """Have this kept, and given again, in place of the answer: that holds a secret, which is shown once."""
    request.scope[_KEPT] = shown.model_dump_json().encode()


async def keep(session: AsyncSession, asked: Asked, request: Request, answer: Response) -> None:
    """Keep the answer with the key."""
    headers = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
    body = request.scope.get(_KEPT) or bytes(answer.body)
    values = {"status": answer.status_code, "headers": headers, "body": body}
    await session.execute(update(IdempotentAnswer).where(*_one(asked)).values(values))


async def forget_old(session: AsyncSession, now: datetime) -> int:
    """Remove the oldest FORGOTTEN_AT_ONCE of the answers that were kept for long enough; how many there were.

    One that is being given again stays.
    """
    old = select(IdempotentAnswer.key_id, IdempotentAnswer.key).where(IdempotentAnswer.at < now - KEPT_FOR)
    some = old.order_by(IdempotentAnswer.at).limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True).cte("some")
    these = (IdempotentAnswer.key_id == some.c.key_id, IdempotentAnswer.key == some.c.key)
    gone = await session.execute(delete(IdempotentAnswer).where(*these).returning(IdempotentAnswer.key))
    return len(gone.all())


def _one(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return IdempotentAnswer.key_id == asked.key_id, IdempotentAnswer.key == asked.key
