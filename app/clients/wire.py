"""From what is sent to what is done, and from what is stored to what goes over the wire."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from app.clients.categories import CATEGORIES
from app.clients.documents import Document, Put, Refused, Verdict
from app.clients.history import Revision
from app.clients.profile import Profile, Relation
from app.clients.queries import Company
from app.clients.reading import STORED, ClientRow
from app.clients.schemas import (
    CategoryDetail,
    CategoryList,
    ClientDetail,
    ClientItem,
    ClientProfile,
    ClientResult,
    ClientSummary,
    RevisionDetail,
)
from app.errors import Problem, Unprocessable
from app.http import field_errors
from app.http.direct_call import invalid_body
from app.rulebooks.schemas import BilingualText

_STATUS: Final[Mapping[str, int]] = {"created": 201, "changed": 200, "unchanged": 200}
_PLAIN: Final = tuple(name for name in STORED if name != "id")
_LISTS: Final = {"client_id", "assisting_units", "relations"}


def as_profile(sent: ClientProfile) -> Profile:
    """A profile as it was sent, units and relations in the sender's order."""
    relations = tuple(Relation(each.kind, each.client_id) for each in sent.relations)
    plain = {name: getattr(sent, name) for name in ClientProfile.model_fields if name not in _LISTS}
    return Profile(**plain, assisting_units=tuple(sent.assisting_units), relations=relations)


def as_document(item: Any) -> Document:
    """One item of many; raises the Problem of one that cannot be read."""
    try:
        read = ClientItem.model_validate(item)
    except ValidationError as error:
        raise Unprocessable(errors=field_errors.of(invalid_body(error, item))) from None
    return Document(read.client_id, as_profile(read))


def as_summary(row: ClientRow) -> ClientSummary:
    """A client for a list."""
    return ClientSummary.model_validate(_fields(row))


def as_detail(row: ClientRow, company: Company) -> ClientDetail:
    """A client whole."""
    relations = [{"kind": each.kind, "client_id": each.client_id} for each in company.relations]
    return ClientDetail.model_validate(
        {**_fields(row), "assisting_units": company.assisting, "relations": relations},
    )


def as_revision(revision: Revision) -> RevisionDetail:
    """A record of a client."""
    return RevisionDetail(
        revision=revision.revision,
        recorded_at=revision.recorded_at,
        recorded_by=revision.recorded_by,
        profile=ClientProfile.model_validate(revision.profile),
    )


def as_result(index: int, client_id: str, verdict: Verdict) -> ClientResult:
    """What became of one item of many."""
    problem = verdict.problem if isinstance(verdict, Refused) else None
    return ClientResult(
        index=index,
        client_id=client_id,
        status=problem.status if problem else _STATUS[verdict.result],
        result=verdict.result,
        revision=verdict.revision if isinstance(verdict, Put) else None,
        problem=problem.details() if problem else None,
    )


def unreadable(index: int, item: Any, problem: Problem) -> ClientResult:
    """What became of an item that cannot be read; with its own mark, if it has one: how else is it known?"""
    given = item.get("client_id") if isinstance(item, dict) else None
    return ClientResult(
        index=index,
        client_id=given if isinstance(given, str) else None,
        status=problem.status,
        result="refused",
        revision=None,
        problem=problem.details(),
    )


def as_categories() -> CategoryList:
    """Every category."""
    items = [
        CategoryDetail(
            code=each.code, level=each.level, label=BilingualText(en=each.en, zh=each.zh), source=each.source
        )
        for each in CATEGORIES
    ]
    return CategoryList(items=items)


def _fields(row: ClientRow) -> dict[str, Any]:
    return {"client_id": row.id, "unit": row.unit} | {name: getattr(row, name) for name in _PLAIN}
