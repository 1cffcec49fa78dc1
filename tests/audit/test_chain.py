"""How an entry becomes a hash. It is for ever: what is sealed under it must be provable in ten years."""

import hashlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.audit.chain import COLUMNS, GENESIS, encoded, link
from app.trail.tables import AuditEntry

VALUES: dict[str, Any] = {
    "action": "client.updated",
    "after": '{"level": "bank_wide"}',
    "at": "1795320000.000001",
    "before": None,
    "digest": "sha256:00",
    "id": 7,
    "key_id": "00000000-0000-0000-0000-000000000007",
    "key_name": "crm",
    "key_unit": "branch-1",
    "object_id": "C1",
    "object_type": "client",
    "outcome": "done",
    "person": "E1001",
    "reason": '改 "\\',
    "request_id": None,
    "sealed_at": "1795320001.000000",
    "unit": "outlet-7",
}
VALUE = st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"]))
LINK = st.tuples(
    st.binary(min_size=32, max_size=32),
    st.integers(-(2**63), 2**63 - 1),
    st.tuples(*[VALUE] * len(COLUMNS)),
)


def test_every_column_of_an_entry_is_hashed_and_when_it_was_sealed() -> None:
    assert sorted([*(column.name for column in AuditEntry.__table__.columns), "sealed_at"]) == list(COLUMNS)


def test_the_hash_is_what_the_description_says() -> None:
    """Made again without our code: a prefix, the hash before, the position, and JSON with sorted keys."""
    text = json.dumps(VALUES, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    said = hashlib.sha256(b"tierbook-audit-v1\n" + bytes(32) + (1).to_bytes(8, "big") + text.encode())
    assert link(GENESIS, 1, [*VALUES.values()]) == said.digest()


def test_the_hash_never_changes() -> None:
    first = link(GENESIS, 1, [*VALUES.values()])
    assert first.hex() == "b517d498cad3fa6b40598a8ab2244793b7e6c14d0533e31765533a9a84058df1"
    assert (
        link(first, 2, [*VALUES.values()]).hex() == "37bfa560f878932951389dca97164c2e33c0e1f601a25ad1987e55b15ba65ab3"
    )


@given(LINK, LINK)
def test_whatever_differs_in_anything_has_another_hash(one: Any, other: Any) -> None:
    assert (link(*one) == link(*other)) == (one == other)


@given(st.tuples(*[VALUE] * len(COLUMNS)), st.integers(0, len(COLUMNS) - 1), VALUE)
def test_an_entry_that_differs_in_one_column_has_other_bytes(values: Any, at: int, value: Any) -> None:
    changed = (*values[:at], value, *values[at + 1 :])
    assert (encoded(changed) == encoded(values)) == (changed == values)
