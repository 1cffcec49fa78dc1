"""Clients from a file: a line each, in any order; they may name each other."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, TypeVar

import orjson
from pydantic import BeforeValidator, Field

from app.clients import profile
from app.clients.categories import CATEGORIES, Level
from app.clients.cells import FlagCell, called
from app.clients.documents import Document, Refused, Verdict
from app.clients.import_remarks import governing_anywhere, nearest, options_of, unknown
from app.clients.putting import put_clients
from app.clients.schemas import ClientId, ClientProfile, Kind, Label, Relation
from app.clients.wire import as_profile
from app.importing.kind import Applied, Flaw, Line, Tally
from app.importing.kind import Kind as FileKind
from app.organisation.schemas import UnitId
from app.trail.change import Change

_SEPARATOR: Final = re.compile(r"[\s;；,，、|]+")
_KINDS: Final = {"企业": "company", "公司": "company", "机构": "institution", "个人": "person"}
_LEVELS: Final = {"全行性": "bank_wide", "区域性": "regional"}
_CATEGORIES: Final = {each.zh: each.code for each in CATEGORIES}
_RELATIONS: Final = ("group", "upstream", "downstream")
_AT_ONCE: Final = 5000


def _listed(cell: Any) -> Any:
    """A cell of several: as JSON writes a list, or between blanks, commas or semicolons."""
    if not isinstance(cell, str):
        return cell
    if cell.startswith("["):
        try:
            return orjson.loads(cell)
        except orjson.JSONDecodeError:
            raise ValueError("is not sound JSON") from None
    return [each for each in _SEPARATOR.split(cell) if each]


Of = TypeVar("Of")
Several = Annotated[list[Of], BeforeValidator(_listed)]


class ClientLine(ClientProfile):
    """A line of a file of clients. Relations stand by their kinds, or, in JSON, as the API takes them."""

    client_id: ClientId
    kind: Annotated[Kind, called(_KINDS)]
    level: Annotated[Level | None, called(_LEVELS)] = None
    category: Annotated[Label | None, called(_CATEGORIES)] = None
    co_managed: FlagCell = False
    assisting_units: Several[UnitId] = Field([])
    relations: Several[Relation] = Field([])
    group: Several[ClientId] = Field([])
    upstream: Several[ClientId] = Field([])
    downstream: Several[ClientId] = Field([])


async def _apply(change: Change, lines: Sequence[Line[ClientLine]], unread: frozenset[str]) -> Applied:
    """Put the clients some at a time; of a client that has a line, itself wrong, nobody is told that it is missing."""
    brought = unread | {line.row.client_id for line in lines}
    results: Counter[str] = Counter()
    flaws: list[Flaw] = []
    for start in range(0, len(lines), _AT_ONCE):
        some = lines[start : start + _AT_ONCE]
        verdicts = await put_clients(change, [_document(line.row) for line in some], brought)
        results.update(verdict.result for verdict in verdicts)
        flaws += [flaw for line, verdict in zip(some, verdicts, strict=True) for flaw in _flaws(line, verdict)]
    tally = Tally(*(results[each] for each in ("created", "changed", "unchanged")))
    return Applied(
        tally, flaws, await _remarks(change, Counter(line.row.segment for line in lines if line.row.segment))
    )


async def _remarks(change: Change, segments: Counter[str]) -> dict[str, int]:
    """Of segments that are no option of any rulebook in force, where some rulebook asks for the segment."""
    options = options_of(await governing_anywhere(change), "segment") if segments else []
    odd = {label: count for label, count in segments.items() if options and label not in options}
    return {unknown(f"segment {label}", nearest(label, options)): count for label, count in odd.items()}


def _document(row: ClientLine) -> Document:
    relations = tuple(relation for relation, _ in _relations(row))
    return Document(row.client_id, replace(as_profile(row), relations=relations))


def _relations(row: ClientLine) -> list[tuple[profile.Relation, str]]:
    """What a line relates the client to, and the column where that stands."""
    sent = [(profile.Relation(each.kind, each.client_id), "relations") for each in row.relations]
    return sent + [(profile.Relation(kind, other), kind) for kind in _RELATIONS for other in getattr(row, kind)]


def _flaws(line: Line[ClientLine], verdict: Verdict) -> Iterator[Flaw]:
    """What is wrong with a line."""
    if not isinstance(verdict, Refused):
        return
    if not verdict.problem.errors:
        yield Flaw(line.number, "client_id", str(verdict.problem.detail))
    for error in verdict.problem.errors:
        column, named = _place(line.row, error.pointer)
        known = error.code not in {"no_such_client", "no_such_unit"}
        yield Flaw(line.number, column, error.detail if known else f"{error.detail} {named}")


def _place(row: ClientLine, pointer: str) -> tuple[str, str]:
    """The column that a pointer leads to, and what stands there."""
    column, *index = pointer.strip("/").split("/")
    if column == "relations":
        relation, column = _relations(row)[int(index[0])]
        return column, relation.client_id
    found = getattr(row, column)
    return column, str(found[int(index[0])] if index else found)


KIND: Final[FileKind[Any]] = FileKind(
    row=ClientLine,
    key=("client_id",),
    apply=_apply,
    headings={
        "客户号": "client_id",
        "客户编号": "client_id",
        "客户类型": "kind",
        "类型": "kind",
        "客户名称": "name",
        "名称": "name",
        "客群": "segment",
        "管理级别": "level",
        "客户类别": "category",
        "是否共管": "co_managed",
        "行业": "industry",
        "地区": "region",
        "所有制": "ownership",
        "生命周期": "life_cycle_stage",
        "主办行": "unit",
        "牵头行": "unit",
        "协办行": "assisting_units",
        "所属集团": "group",
        "上游": "upstream",
        "下游": "downstream",
    },
)
