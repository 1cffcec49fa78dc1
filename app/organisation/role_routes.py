"""Roles over HTTP."""

from typing import Annotated

from fastapi import Path, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.etag import ETAG_HEADER, PRECONDITIONS, TAGGED, etag, expect
from app.http.openapi import problem
from app.http.paging import CURSOR, Limit, next_cursor
from app.http.routing import Router
from app.http.transaction import Changing, Reads
from app.organisation.roles import listed_roles, put_role, revision_of_role
from app.organisation.schemas import Label, RoleDetail, RoleDocument, RoleName, RolePage
from app.organisation.tables import Role

router = Router(prefix="/v1/roles", tags=["organisation"])


@router.get("", operation_id="listRoles", summary="Roles", dependencies=[requires(Scope.ORGANISATION_READ)])
async def list_all(
    reads: Reads,
    limit: Limit = 50,
    cursor: Annotated[RoleName | None, CURSOR] = None,
) -> RolePage:
    """What an officer can be to a unit or a client, by name. The `ETag` of a role is its revision in quotes."""
    found = await listed_roles(reads, cursor, limit + 1)
    return RolePage(
        items=list(map(_detail, found[:limit])), next_cursor=next_cursor(found, limit, lambda row: row.name)
    )


@router.put(
    "/{role}",
    operation_id="putRole",
    summary="Add or relabel a role",
    dependencies=[requires(Scope.ORGANISATION_WRITE)],
    responses=TAGGED
    | {201: {"model": RoleDetail, "description": "The role is new.", "headers": ETAG_HEADER}}
    | problem(403, "The key lacks the scope, or belongs to a unit: roles are the whole bank's."),
    openapi_extra=PRECONDITIONS,
)
async def put(
    role: Annotated[RoleName, Path()], document: RoleDocument, change: Changing, request: Request, response: Response
) -> RoleDetail:
    """Have a role be labelled so. Rulebooks name roles; what they are called is the bank's."""
    expect(request.headers, await revision_of_role(change, role))
    row, outcome = await put_role(change, role, document.label.en, document.label.zh)
    response.headers["ETag"] = etag(row.revision)
    if outcome == "created":
        response.status_code = 201
    return _detail(row)


def _detail(role: Role) -> RoleDetail:
    label = Label(en=role.label_en, zh=role.label_zh)
    return RoleDetail(role=role.name, label=label, revision=role.revision, updated_at=role.updated_at)
