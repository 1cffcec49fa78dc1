"""Contacts of clients over HTTP."""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients import contacts
from app.clients.contact_schemas import ContactDetail, ContactDocument, ContactMark, ContactPage
from app.clients.contacts import ContactData
from app.clients.parameters import NOT_FOUND, Client
from app.clients.reading import locked, visible
from app.clients.tables import Contact
from app.http.etag import PRECONDITIONS, TAGGED, etag, expect
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads

router = Router(prefix="/v1/clients/{client_id}/contacts", tags=["clients"])

ContactId = Annotated[UUID, Path(description="The id that the contact was given when it was added.")]
NO_CONTACT: Final = problem(404, "There is no such client or contact, or none that this key may see.")
_MARK: Final = ("state", "checked_on", "revision")
_DETAIL: Final = ("name", "position", "phone", "email", *_MARK, "updated_at")


@router.get(
    "",
    operation_id="listContacts",
    summary="Contacts of a client",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NOT_FOUND,
)
async def list_contacts(
    client_id: Client,
    reads: Reads,
    limit: Limit = 50,
    cursor: AfterId = None,
) -> ContactPage:
    """Whom to reach at a client, and whether their data works, by id."""
    await visible(reads, client_id)
    rows = await contacts.contacts_after(reads, client_id, cursor, limit + 1)
    return ContactPage(
        items=[_detail(row) for row in rows[:limit]], next_cursor=next_cursor(rows, limit, lambda row: row.id)
    )


@router.post(
    "",
    operation_id="addContact",
    summary="Add a contact",
    status_code=201,
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    responses=NOT_FOUND | problem(409, "The client is a person who was erased."),
)
async def add_contact(client_id: Client, sent: ContactDocument, change: Changing, response: Response) -> ContactMark:
    """Add a person to reach. The answer holds nothing personal."""
    client = await locked(change, client_id)
    row = await contacts.add_contact(change, client, _data(sent))
    response.headers["Location"] = f"/v1/clients/{client_id}/contacts/{row.id}"
    return ContactMark.model_validate({"contact_id": row.id} | {name: getattr(row, name) for name in _MARK})


@router.get(
    "/{contact_id}",
    operation_id="readContact",
    summary="One contact",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=TAGGED | NO_CONTACT,
)
async def read_contact(client_id: Client, contact_id: ContactId, reads: Reads, response: Response) -> ContactDetail:
    """A contact. `ETag` is its revision."""
    await visible(reads, client_id)
    return _tagged(await contacts.contact(reads, client_id, contact_id), response)


@router.put(
    "/{contact_id}",
    operation_id="putContact",
    summary="Replace a contact",
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    responses=TAGGED | NO_CONTACT,
    openapi_extra=PRECONDITIONS,
)
async def put_contact(
    client_id: Client,
    contact_id: ContactId,
    sent: ContactDocument,
    change: Changing,
    request: Request,
    response: Response,
) -> ContactDetail:
    """Replace a contact's data, or tell that it works or is broken. The same again changes nothing."""
    client = await locked(change, client_id)
    expected = partial(expect, request.headers)
    return _tagged(await contacts.put_contact(change, client, contact_id, _data(sent), expected), response)


@router.delete(
    "/{contact_id}",
    operation_id="removeContact",
    summary="Remove a contact",
    status_code=204,
    dependencies=[requires(Scope.CLIENTS_WRITE)],
    responses=NO_CONTACT,
    openapi_extra=PRECONDITIONS,
)
async def remove_contact(client_id: Client, contact_id: ContactId, change: Changing, request: Request) -> None:
    """Take a contact away. What the trail holds of it stays sealed."""
    client = await locked(change, client_id)
    await contacts.remove_contact(change, client, contact_id, partial(expect, request.headers))


def _data(sent: ContactDocument) -> ContactData:
    return ContactData(sent.name, sent.position, sent.phone, sent.email, sent.state, sent.checked_on)


def _tagged(row: Contact, response: Response) -> ContactDetail:
    response.headers["ETag"] = etag(row.revision)
    return _detail(row)


def _detail(row: Contact) -> ContactDetail:
    return ContactDetail.model_validate({"contact_id": row.id} | {name: getattr(row, name) for name in _DETAIL})
