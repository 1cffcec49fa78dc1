"""Sealed values: who has the key reads them, and nobody else does."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clients.sealing import SEALED, new_key, seal, unseal

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts, st.text("ABC-1", min_size=1), texts)
def test_what_was_sealed_comes_back_under_its_key_alone(text: str, client_id: str, field: str) -> None:
    key = new_key()
    sealed = seal(key, client_id, field, text)
    assert unseal(key, client_id, field, sealed) == text
    assert unseal(new_key(), client_id, field, sealed) is None
    assert unseal(None, client_id, field, sealed) is None
    assert unseal(key, client_id + "x", field, sealed) is None
    assert unseal(key, client_id, field + "x", sealed) is None


def test_a_key_has_256_bits_and_no_two_are_the_same() -> None:
    assert {len(new_key()) for _ in range(3)} == {32}
    assert len({new_key() for _ in range(3)}) == 3


def test_the_same_text_is_never_sealed_to_the_same_value() -> None:
    key = new_key()
    assert seal(key, "C-1", "name", "张伟民") != seal(key, "C-1", "name", "张伟民")


def test_a_sealed_value_shows_nothing_of_its_text() -> None:
    sealed = base64.b64decode(seal(new_key(), "C-1", "name", "Zhang Weimin")[SEALED])
    assert b"Zhang" not in sealed


def test_a_changed_value_is_not_opened() -> None:
    key = new_key()
    closed = bytearray(base64.b64decode(seal(key, "C-1", "name", "张伟民")[SEALED]))
    closed[-1] ^= 1
    assert unseal(key, "C-1", "name", {SEALED: base64.b64encode(closed).decode()}) is None


@pytest.mark.parametrize("value", ["北方重工", None])
def test_what_was_never_sealed_comes_back_as_it_is(value: str | None) -> None:
    assert unseal(None, "C-1", "name", value) == value
