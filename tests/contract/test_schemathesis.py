"""Schemathesis calls every operation as the OpenAPI document says, and as it says one must not, and checks all it can.

The examples are the same in every run. `SCHEMATHESIS_EXAMPLES=500` looks further.
"""

import os
from collections import defaultdict
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis import Case, CheckContext, Response, SerializationContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.pytest.lazy import get_all_tests

from app.errors import Unprocessable, type_uri
from tests.contract.described import DOCUMENT

_ENDLESS = "/v1/events/stream"
"""Has no end; tests/events/test_streaming.py reads it."""

_EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "8"))
_CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {
            "deterministic": True,
            "max-examples": _EXAMPLES,
            "database": "none",
            "allow-x00": False,
            "with-security-parameters": False,
        },
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "409", "412", "422"]},
            "negative_data_rejection": {"expected-statuses": [207, *range(400, 405), 409, 412, 413, 415, 422]},
        },
    }
)


def _by_beginning() -> dict[str, dict[str, Any]]:
    """The paths by what they begin with: a group at a time, for to think up examples takes a while."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for path, item in DOCUMENT["paths"].items():
        if path != _ENDLESS:
            found["/".join(path.split("/")[:3])][path] = item
    return found


_GROUPS = _by_beginning()


@schemathesis.serializer("application/x-ndjson")
def as_it_is(_: SerializationContext, text: Any) -> bytes:
    """A text of lines; each is judged by itself, so that none makes the request unsound."""
    return str(text).encode("utf-8", "replace")


_RULES = {"moment_out_of_time", "nobody_named", "not_in_digits"}
"""Codes of parts that are refused by a rule which JSON Schema cannot say."""


@schemathesis.check
def sound_shapes_are_not_refused(ctx: CheckContext, response: Response, case: Case) -> None:
    """A rule may refuse what the document permits (a fact no rulebook knows), but then it must say which rule."""
    sound = case.meta is not None and all(part.mode.is_positive for part in case.meta.components.values())
    if sound and response.status_code == 422:
        problem = response.json()
        wrong, by_a_rule = problem["errors"], [each for each in problem["errors"] if each["code"] in _RULES]
        by_rule = {each["pointer"] for each in wrong} <= {each["pointer"] for each in by_a_rule}  # of alternatives one
        assert by_rule or problem["type"] != type_uri(Unprocessable.code)


@pytest.mark.parametrize("beginning", _GROUPS)
def test_every_operation_keeps_its_contract(beginning: str, contract_app: FastAPI, administrator: str) -> None:
    schema = schemathesis.openapi.from_dict({**DOCUMENT, "paths": _GROUPS[beginning]}, config=_CONFIG)
    schema.app = contract_app

    def keeps_it(case: Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {administrator}"})

    # not by `parametrize`, which thinks up the examples of all operations when every process collects its tests
    for found in get_all_tests(schema=schema, test_func=keeps_it, settings=None, given_kwargs=None):
        assert isinstance(found, Ok), found.err()
        _, test = found.ok()
        test()
