"""The OpenAPI document: committed, and what a client generator needs."""

import json
import re

import pytest

from app.errors import PROBLEM_JSON
from app.serve.document import openapi_document
from tests.contract.described import COMMITTED, DOCUMENT, OPERATIONS


def test_the_committed_document_is_this_build_s() -> None:
    assert openapi_document() == COMMITTED, (
        "the API has changed: run `make openapi`, and look at the diff of openapi/openapi.json as a client would"
    )


def test_operation_ids_are_explicit_and_unique() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", each) for each in ids), ids


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_what_it_does_and_what_can_go_wrong(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert list(response["content"]) == [PROBLEM_JSON], status
    if "security" in operation:
        assert {"401", "403", "503"} <= set(operation["responses"])
    if "requestBody" in operation:
        assert {"400", "413", "415", "422"} <= set(operation["responses"])


def test_no_two_shapes_share_a_name() -> None:
    assert [name for name in DOCUMENT["components"]["schemas"] if "__" in name] == []


def test_every_tag_is_described() -> None:
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in DOCUMENT["tags"]}


def test_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for reference in re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)):
        assert reference in schemas


def test_there_is_one_model_per_shape() -> None:
    assert not [name for name in DOCUMENT["components"]["schemas"] if re.search(r"-?(Input|Output)$", name)]


def test_the_framework_s_own_errors_are_gone() -> None:
    assert "HTTPValidationError" not in json.dumps(DOCUMENT)
