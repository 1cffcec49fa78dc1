"""What is published of every type is what is sent."""

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import orjson
import pytest

from app.events.catalogue import TYPES, Data
from app.events.envelope import body_of
from app.events.shapes import ENVELOPES, data_schema, event_schema, meaning
from tests.contract.described import DOCUMENT
from tests.events.telling import TOLD, happened
from tests.service import NOON

_URI = jsonschema_rs.Draft202012Validator({"format": "uri"}, validate_formats=True)
"""What is absolute, as CloudEvents 1.0 asks of `dataschema`."""

EACH = pytest.mark.parametrize("data", TOLD, ids=lambda data: data.type)


def as_sent(data: Data) -> Any:
    return orjson.loads(body_of(happened(data, unit="B1"), NOON))


def test_here_is_one_of_every_type() -> None:
    assert [each.type for each in TOLD] == list(TYPES)


@EACH
def test_the_published_schemas_accept_what_is_sent(data: Data) -> None:
    sent = as_sent(data)
    assert list(jsonschema_rs.Draft202012Validator(event_schema(data.type)).iter_errors(sent)) == []
    assert list(jsonschema_rs.Draft202012Validator(data_schema(data.type)).iter_errors(sent["data"])) == []
    assert sent["dataschema"] == data_schema(data.type)["$id"]
    assert _URI.is_valid(sent["dataschema"])
    assert ENVELOPES[data.type].model_validate_json(orjson.dumps(sent)).type == data.type


_SPOILT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another version": lambda sent: sent | {"specversion": "0.3"},
    "another type": lambda sent: sent | {"type": "tierbook.other.v1"},
    "an id with a dot": lambda sent: sent | {"id": "evt_1.2"},
    "data left out": lambda sent: {name: each for name, each in sent.items() if name != "data"},
    "data of another form": lambda sent: sent | {"data": sent["data"] | {"name": "北方重工"}},
    "one thing too many": lambda sent: sent | {"name": "北方重工"},
}


@pytest.mark.parametrize("spoil", _SPOILT.values(), ids=_SPOILT)
@EACH
def test_the_published_schemas_accept_nothing_else(data: Data, spoil: Callable[[dict[str, Any]], Any]) -> None:
    assert not jsonschema_rs.Draft202012Validator(event_schema(data.type)).is_valid(spoil(as_sent(data)))


@EACH
def test_the_document_tells_receivers_of_it(data: Data) -> None:
    told = DOCUMENT["webhooks"][data.type]["post"]
    assert told["summary"] == meaning(type(data))
    reference = told["requestBody"]["content"]["application/cloudevents+json"]["schema"]["$ref"]
    shape = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    assert shape["properties"]["type"]["const"] == data.type


def test_the_document_tells_of_nothing_else() -> None:
    assert set(DOCUMENT["webhooks"]) == set(TYPES)
