"""Whoever asks why gets an answer: wherever a reason is asked for, what nobody can read is none."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.http.types import SEEN
from tests.contract.described import DOCUMENT

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
