"""The fence's table leaves out no route, and no place where an id may stand."""

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import getitem
from typing import Any, Final

import pytest
from pydantic import TypeAdapter

from app.clients.schemas import ClientId
from app.organisation.schemas import OfficerId, UnitId
from tests.contract.described import DOCUMENT, OPERATIONS
from tests.contract.fence.ask import Ask, Id, Its
from tests.contract.fence.table import TABLE
from tests.contract.test_scopes import TABLE as SCOPES

PATTERNS: Final = {TypeAdapter(each).json_schema()["pattern"] for each in (ClientId, OfficerId, UnitId)}
BY_NAME: Final = {"entry_id", "object_id", "unit"}
"""Numbers of the trail, and what it is searched for."""

COMBINED: Final = ("anyOf", "oneOf", "allOf")


def test_every_route_is_in_the_table() -> None:
    assert TABLE.keys() == SCOPES.keys()


@pytest.mark.parametrize("route", [route for route in TABLE if route in OPERATIONS])
def test_every_place_of_an_id_is_in_the_table(route: str) -> None:
    asks = TABLE[route]
    if isinstance(asks, list):
        assert {place for ask in asks for place in _asked(ask)} >= set(_documented(OPERATIONS[route]))
    else:
        assert asks.why


def test_the_document_is_read_as_deep_as_ids_lie() -> None:
    assert set(_documented(OPERATIONS["POST /v1/clients/bulk"])) == {
        "body:/items/-/client_id",
        "body:/items/-/unit",
        "body:/items/-/assisting_units/-",
        "body:/items/-/relations/-/client_id",
    }
    assert set(_documented(OPERATIONS["GET /v1/nominations"])) == {"query:/client_id", "query:/awaiting"}


def _asked(ask: Ask) -> Iterator[str]:
    """Where ids stand in a request of the table."""
    for where, tree in (("path", ask.path), ("query", ask.query), ("body", ask.body)):
        yield from (f"{where}:{pointer}" for pointer in _ids_in(tree))


def _ids_in(tree: Any, pointer: str = "") -> Iterator[str]:
    if isinstance(tree, Id | Its):
        yield pointer
    elif isinstance(tree, Mapping):
        for name, each in tree.items():
            yield from _ids_in(each, f"{pointer}/{name}")
    elif isinstance(tree, list):
        for each in tree:
            yield from _ids_in(each, f"{pointer}/-")


def _documented(operation: Any) -> Iterator[str]:
    """Where the OpenAPI document has ids in a request; a cursor is no one's."""
    for parameter in map(_resolved, operation.get("parameters", ())):
        if parameter["in"] in {"path", "query"} and parameter["name"] != "cursor":
            where = f"{parameter['in']}:/{parameter['name']}"
            yield from ([where] if parameter["name"] in BY_NAME else _leaves(parameter["schema"], where))
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _leaves(content.get("itemSchema", content.get("schema", {})), "body:")


def _leaves(schema: Any, pointer: str) -> Iterator[str]:
    """Pointers of the ids in what a schema allows."""
    schema = _resolved(schema)
    if schema.get("pattern") in PATTERNS or schema.get("format") == "uuid":
        yield pointer
    for each in (each for name in COMBINED for each in schema.get(name, ())):
        yield from _leaves(each, pointer)
    for name, each in schema.get("properties", {}).items():
        yield from _leaves(each, f"{pointer}/{name}")
    if isinstance(schema.get("items"), dict):
        yield from _leaves(schema["items"], f"{pointer}/-")


def _resolved(part: Any) -> Any:
    """What a part of the document refers to, where it does."""
    while "$ref" in part:
        part = reduce(getitem, part["$ref"].removeprefix("#/").split("/"), DOCUMENT)
    return part
