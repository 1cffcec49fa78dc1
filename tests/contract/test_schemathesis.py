"""Schemathesis calls every operation as the OpenAPI document says, and as it says one must not, and checks all it can.

The examples are the same in every run. `SCHEMATHESIS_EXAMPLES=500` looks further.
"""

import json
import os
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis import Case, CheckContext, Response, SerializationContext
from schemathesis.config import SchemathesisConfig
from starlette.types import Receive, Scope, Send

from app.errors import Unprocessable, type_uri
from app.serve.document import openapi_document

_EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "20"))
_CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "max-examples": _EXAMPLES, "database": "none", "allow-x00": False},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "409", "412", "422"]},
            "negative_data_rejection": {"expected-statuses": [207, *range(400, 405), 409, 412, 413, 415, 422]},
        },
    }
)


class _Later:
    """Stands for the application while tests are collected: only when they run is there a database."""

    app: FastAPI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


_WHOLE = schemathesis.openapi.from_dict(json.loads(openapi_document()), config=_CONFIG)
SCHEMA = _WHOLE.exclude(operation_id="streamEvents")  # it has no end; tests/events/test_streaming.py reads it
SCHEMA.app = _Later()


@pytest.fixture(scope="module", autouse=True)
def _application(contract_app: FastAPI) -> None:
    SCHEMA.app.app = contract_app


@schemathesis.serializer("application/x-ndjson")
def as_it_is(_: SerializationContext, text: Any) -> bytes:
    """A text of lines; each is judged by itself, so that none makes the request unsound."""
    return str(text).encode("utf-8", "replace")


_RULES = {"moment_out_of_time", "nobody_named"}
"""Codes of parts of a body that are refused by a rule which JSON Schema cannot say."""


@schemathesis.check
def sound_shapes_are_not_refused(ctx: CheckContext, response: Response, case: Case) -> None:
    """A rule may refuse what the document permits (a fact no rulebook knows), but then it must say which rule."""
    sound = case.meta is not None and all(part.mode.is_positive for part in case.meta.components.values())
    if sound and response.status_code == 422:
        problem = response.json()
        wrong, by_a_rule = problem["errors"], [each for each in problem["errors"] if each["code"] in _RULES]
        by_rule = {each["pointer"] for each in wrong} <= {each["pointer"] for each in by_a_rule}  # of alternatives one
        assert by_rule or problem["type"] != type_uri(Unprocessable.code)


@SCHEMA.parametrize()
def test_every_operation_keeps_its_contract(case: Case, administrator: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {administrator}"})
