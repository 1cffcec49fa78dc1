"""Schemathesis calls every operation as the OpenAPI document says, and as it says one must not, and checks all it can.

The examples are the same in every run. `SCHEMATHESIS_EXAMPLES=500` looks further.
"""

import json
import os

import schemathesis
from fastapi import FastAPI
from schemathesis import Case, CheckContext, Response
from schemathesis.config import SchemathesisConfig

from app.errors import Unprocessable, type_uri
from app.serve.document import openapi_document

_EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "20"))
_CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "max-examples": _EXAMPLES, "database": "none"},
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "409", "422"]}},
    }
)
SCHEMA = schemathesis.openapi.from_dict(json.loads(openapi_document()), config=_CONFIG)


@schemathesis.check
def sound_shapes_are_not_refused(ctx: CheckContext, response: Response, case: Case) -> None:
    """A rule may refuse what the document permits (a fact no rulebook knows), but then it must say which rule."""
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    assert not positive or response.status_code != 422 or response.json()["type"] != type_uri(Unprocessable.code)


@SCHEMA.parametrize()
def test_every_operation_keeps_its_contract(case: Case, contract_app: FastAPI, administrator: str) -> None:
    case.call_and_validate(
        base_url="http://testserver", headers={"Authorization": f"Bearer {administrator}"}, app=contract_app
    )
