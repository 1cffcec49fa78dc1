"""Contacts of a client: natural persons, so that nothing of them leaves their table but sealed."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import delete, insert, select, update

from app.clients.profile import PERSON
from app.clients.reading import ClientRow
from app.clients.refusals import ClientErased, ContactNotFound, InvalidContact
from app.clients.sealing import key_for, seal
from app.clients.tables import Contact
from app.errors import FieldError
from app.trail.change import Change, Reading
from app.trail.entry import Entry


@dataclass(frozen=True, slots=True)
class ContactData:
    """Whom to reach and how; `state` is working, broken or unchecked, found on `checked_on`."""

    name: str
    position: str | None
    phone: str | None
    email: str | None
    state: str
    checked_on: date | None


_Data = ContactData | None


async def contacts_after(reads: Reading, client_id: str, cursor: UUID | None, limit: int) -> Sequence[Contact]:
    """Return contacts of a client, by id, after the one that the last page ended with."""
    query = select(Contact).where(Contact.client_id == client_id)
    if cursor is not None:
        query = query.where(Contact.id > cursor)
    return (await reads.session.scalars(query.order_by(Contact.id).limit(limit))).all()


async def contact(reads: Reading, client_id: str, contact_id: UUID) -> Contact:
    """Return one contact of a client; raises ContactNotFound."""
    query = select(Contact).where(Contact.id == contact_id, Contact.client_id == client_id)
    found = (await reads.session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    if found is None:
        raise ContactNotFound
    return found


async def add_contact(change: Change, client: ClientRow, data: ContactData) -> Contact:
    """Add a contact to a client that the caller holds locked; raises InvalidContact, ClientErased."""
    if client.kind == PERSON and client.erased_at is not None:
        raise ClientErased
    data = _sound(data, change.today)
    contact_id = uuid4()
    row = {"id": contact_id, "client_id": client.id, "revision": 1, "updated_at": change.now}
    await change.session.execute(insert(Contact).values({**row, **asdict(data)}))
    await _note(change, "contact.added", client, contact_id, after=data)
    return await contact(change, client.id, contact_id)


async def put_contact(
    change: Change, client: ClientRow, contact_id: UUID, data: ContactData, expect: Callable[[int | None], None]
) -> Contact:
    """Replace a contact; the same again changes nothing. Raises ContactNotFound, InvalidContact, what `expect` does."""
    found = await contact(change, client.id, contact_id)
    expect(found.revision)
    before, data = _data(found), _sound(data, change.today)
    if before != data:
        values = {**asdict(data), "revision": found.revision + 1, "updated_at": change.now}
        await change.session.execute(update(Contact).where(Contact.id == contact_id).values(values))
        await _note(change, "contact.updated", client, contact_id, before=before, after=data)
    return await contact(change, client.id, contact_id)


async def remove_contact(
    change: Change, client: ClientRow, contact_id: UUID, expect: Callable[[int | None], None]
) -> None:
    """Take a contact away; raises ContactNotFound, or what `expect` does."""
    found = await contact(change, client.id, contact_id)
    expect(found.revision)
    await change.session.execute(delete(Contact).where(Contact.id == contact_id))
    await _note(change, "contact.removed", client, contact_id, before=_data(found))


def _sound(data: ContactData, today: date) -> ContactData:
    """The data with its day; raises InvalidContact where nobody could be reached by it, or its day cannot be."""
    errors = []
    if data.phone is None and data.email is None:
        errors.append(FieldError(pointer="", code="unreachable", detail="needs a phone or an email"))
    if data.checked_on is not None and data.checked_on > today:
        errors.append(FieldError(pointer="/checked_on", code="day_to_come", detail="is a day to come"))
    if data.checked_on is not None and data.state == "unchecked":
        errors.append(FieldError(pointer="/checked_on", code="never_checked", detail="is for what was checked"))
    if errors:
        raise InvalidContact(errors)
    checked = data.state != "unchecked"
    return replace(data, checked_on=(data.checked_on or today) if checked else None)


def _data(row: Contact) -> ContactData:
    return ContactData(row.name, row.position, row.phone, row.email, row.state, row.checked_on)


async def _note(
    change: Change, action: str, client: ClientRow, contact_id: UUID, *, before: _Data = None, after: _Data = None
) -> None:
    key = await key_for(change.session, client.id)
    was, is_now = (_recorded(each, client.id, contact_id, key) if each else None for each in (before, after))
    await change.note(Entry(action, "contact", str(contact_id), client.unit, was, is_now))


def _recorded(data: ContactData, client_id: str, contact_id: UUID, key: bytes) -> dict[str, Any]:
    """A contact as the trail holds it: whether its data works in clear, all that tells of the person sealed."""
    person = orjson.dumps([data.name, data.position, data.phone, data.email]).decode()
    checked_on = data.checked_on and data.checked_on.isoformat()
    sealed = seal(key, client_id, f"contact/{contact_id}", person)
    return {"client_id": client_id, "person": sealed, "state": data.state, "checked_on": checked_on}
