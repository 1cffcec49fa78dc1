"""Whoever asks why gets an answer: wherever a reason is asked for, what nobody can read is none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.http.types import SEEN

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "openapi/openapi.json").read_text(encoding="utf-8"))
SHAPES: dict[str, Any] = DOCUMENT["components"]["schemas"]
MAY_BE_EMPTY = {"VoteOrder"}
"""Only a vote against needs a reason, as the kernel says."""


def asked() -> Iterator[str]:
    """The shapes of bodies that have a reason."""
    for path in DOCUMENT["paths"].values():
        for operation in path.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                if "reason" in SHAPES.get(name, {}).get("properties", {}):
                    yield name


def test_there_are_such_bodies() -> None:
    assert {"ErasureOrder", "HandoverOrder", "ReasonGiven", "OverrideProposal"} <= set(asked())


@pytest.mark.parametrize("name", sorted({*asked()} - MAY_BE_EMPTY))
def test_a_reason_can_be_read(name: str) -> None:
    reason = SHAPES[name]["properties"]["reason"]
    assert SEEN in {each.get("pattern") for each in (reason, *reason.get("anyOf", ()))}
