"""Natural persons of whom everything personal was erased: nothing is written of them any more."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Text, and_, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.profile import PERSON
from app.clients.tables import Client
from app.db.fetching import fetch_rows, text_array

_CLIENT: Final[Any] = Client.__table__.c


def is_person() -> ColumnElement[bool]:
    """Whether a client is a natural person."""
    found: ColumnElement[bool] = _CLIENT.kind == PERSON
    return found


def was_erased() -> ColumnElement[bool]:
    """Whether a client is a natural person of whom everything personal was erased."""
    return and_(is_person(), _CLIENT.erased_at.is_not(None))


_PERSONS: Final = (
    select(_CLIENT.id, was_erased())
    .where(_CLIENT.id == any_(bindparam("asked", type_=ARRAY(Text))), is_person())
    .order_by(_CLIENT.id)
    .with_for_update(read=True, key_share=True)
)


async def erased_of(session: AsyncSession, clients: Collection[str]) -> set[str]:
    """Which of these are persons who were erased; none of the others is before the transaction ends."""
    rows = await fetch_rows(session, _PERSONS, {"asked": text_array(clients)})
    return {client_id for client_id, erased in rows if erased}
