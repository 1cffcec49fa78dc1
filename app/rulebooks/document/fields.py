"""Which fields may stand where: read off the JSON Schema, for messages on a field that may not."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from app.rulebooks.document.book import json_schema

Path = tuple[str | int, ...]


def fields_at(path: Path) -> tuple[str, ...]:
    """The fields of the part at `path`, as they are declared; none where it has no fields of its own."""
    parts = list(_forms(_schema()))
    for step in path:
        parts = [form for part in parts for inner in _inner(part, step) for form in _forms(inner)]
    return tuple(dict.fromkeys(name for part in parts for name in part.get("properties", {})))


@cache
def _schema() -> dict[str, Any]:
    return json_schema()


def _forms(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every form that a part may take."""
    if "$ref" in part:
        yield from _forms(_schema()["$defs"][part["$ref"].rpartition("/")[2]])
    for form in part.get("anyOf", ()):
        yield from _forms(form)
    yield part


def _inner(part: dict[str, Any], step: str | int) -> Iterator[dict[str, Any]]:
    """What may stand under a key or at a position of the part."""
    if isinstance(step, int):
        yield from (part[key] for key in ("items",) if key in part)
    elif step in part.get("properties", {}):
        yield part["properties"][step]
    else:
        named = (*part.get("patternProperties", {}).values(), part.get("additionalProperties"))
        yield from (each for each in named if isinstance(each, dict))
