"""Secrets at rest: sealed for one receiver and one field, under a key that can be changed."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.sealing import SealBrokenError, SealingKeys

OLD, NEW, OTHER = (bytes([each]) * 32 for each in (1, 2, 3))
OWNER = uuid4()


@given(st.binary(max_size=300))
def test_what_is_sealed_comes_back_and_is_not_to_be_seen(value: bytes) -> None:
    keys = SealingKeys(OLD)
    sealed = keys.seal(OWNER, "secrets", value)
    assert keys.unseal(OWNER, "secrets", sealed) == value
    assert sealed != keys.seal(OWNER, "secrets", value)
    assert len(value) < 8 or value not in sealed


def test_a_value_opens_for_its_receiver_and_its_field_alone() -> None:
    keys = SealingKeys(OLD)
    sealed = keys.seal(OWNER, "secrets", b"whsec_")
    for owner, field in ((uuid4(), "secrets"), (OWNER, "headers")):
        with pytest.raises(SealBrokenError):
            keys.unseal(owner, field, sealed)


def test_values_name_their_key_and_are_read_under_the_one_before() -> None:
    sealed = SealingKeys(OLD).seal(OWNER, "secrets", b"whsec_")
    both = SealingKeys(NEW, OLD)
    assert both.unseal(OWNER, "secrets", sealed) == b"whsec_"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(OWNER, "secrets", b"whsec_"))
    for without in (SealingKeys(NEW), SealingKeys(OTHER, NEW)):
        with pytest.raises(SealBrokenError, match="not here"):
            without.unseal(OWNER, "secrets", sealed)


@given(st.data())
def test_a_value_with_one_bit_changed_does_not_open(data: st.DataObject) -> None:
    keys = SealingKeys(OLD)
    sealed = bytearray(keys.seal(OWNER, "secrets", b"whsec_secret"))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << (at % 8)
    with pytest.raises(SealBrokenError):
        keys.unseal(OWNER, "secrets", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(8), b"\x02" + bytes(60)])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBrokenError):
        SealingKeys(OLD).unseal(OWNER, "secrets", sealed)
