"""Strict JSON: read exactly, or refused with the place of every flaw."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.strict_json.decoders import MAX_DIGITS
from app.strict_json.depth import MAX_DEPTH
from app.strict_json.flaws import Flaw, Place, UnsoundJsonError
from app.strict_json.reading import read_strictly

SOUND_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
SOUND = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | SOUND_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(SOUND_TEXT, inner),
    max_leaves=20,
)


@given(SOUND)
def test_reads_what_json_reads(value: Any) -> None:
    assert read_strictly(json.dumps(value).encode()) == value
    assert read_strictly(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    assert _refusal(body) != []


@given(st.text('[]{}",:0123456789.eE+-\\u d8 aNI\x00', max_size=60))
def test_anything_that_looks_like_json_is_read_or_refused(text: str) -> None:
    assert _refusal(text.encode()) != []


def _refusal(body: bytes) -> list[Flaw] | None:
    """What is wrong with a body; None where it can be read."""
    try:
        read_strictly(body)
    except UnsoundJsonError as unsound:
        return list(unsound.flaws)
    return None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=2))
def test_a_decimal_is_exact(value: Decimal) -> None:
    assert read_strictly(f"{value:f}".encode()) == value


def test_never_a_float() -> None:
    assert repr(read_strictly(b"199999999.99")) == "Decimal('199999999.99')"
    assert repr(read_strictly(b"1e2")) == "Decimal('1E+2')"
    assert repr(read_strictly(b"100")) == "100"


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        (b'{"a": NaN}', ("a",), "not_a_number"),
        (b'{"a": -Infinity}', ("a",), "not_a_number"),
        (b'[0, {"a/b": [Infinity]}]', (1, "a/b", 0), "not_a_number"),
        (b'{"a": 1e999}', ("a",), "absurd_number"),
        (b'{"a": 1e-999}', ("a",), "absurd_number"),
        (b'{"a": 1e99999999999999999999}', ("a",), "absurd_number"),
        (b'{"a": 1' + b"0" * 400 + b"}", ("a",), "absurd_number"),
        (b'{"a": 1' + b"0" * 5000 + b"}", ("a",), "absurd_number"),
        (b'{"a": 0.' + b"1" * 5000 + b"}", ("a",), "absurd_number"),
        (b'{"a": {"b": 1, "b": 2}}', ("a", "b"), "duplicate_key"),
        (b'{"a": {}, "\\u0061": 2}', ("a",), "duplicate_key"),
        (b'{"a": "\\u0000"}', ("a",), "unsound_text"),
        (b'{"a": "\\ud800"}', ("a",), "unsound_text"),
        (b'{"a": "\\uDFFF"}', ("a",), "unsound_text"),
        (b'{"a": {"\\ud800": 1}}', ("a", "\ufffd"), "unsound_text"),
        (b'{"a": "\x01"}', (), "syntax"),
        (b'{"a": "\xff"}', (), "syntax"),
        (b'{"a": "\xed\xa0\x80"}', (), "syntax"),
        (b"\xef\xbb\xbf{}", (), "syntax"),
        (b"{}".decode().encode("utf-16"), (), "syntax"),
        (b"{'a': 1}", (), "syntax"),
        (b'{"a": 1,}', (), "syntax"),
        (b'{"a": 01}', (), "syntax"),
        (b'{"a": .5}', (), "syntax"),
        (b'{"a": 1} x', (), "syntax"),
        (b" ", (), "syntax"),
        (b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", ("a",), "too_deep"),
        (b"[" * 100_000, (), "too_deep"),
        (b'{"a":' * 100_000, (), "too_deep"),
        (b"[NaN," + b"[" * 100_000, (), "too_deep"),
        (b'{"a": NaN, b', (), "syntax"),
        (b"NaN x", (), "syntax"),
    ],
)
def test_refuses_and_names_the_place(body: bytes, place: Place, code: str) -> None:
    with pytest.raises(UnsoundJsonError) as caught:
        read_strictly(body)
    assert (caught.value.flaws[0].place, caught.value.flaws[0].code) == (place, code)


def test_names_every_place() -> None:
    with pytest.raises(UnsoundJsonError) as caught:
        read_strictly(b'{"a": NaN, "b": [1e999, "\\u0000"], "c": 1}')
    assert [flaw.place for flaw in caught.value.flaws] == [("a",), ("b", 0), ("b", 1)]


def test_a_syntax_error_has_its_place() -> None:
    with pytest.raises(UnsoundJsonError) as caught:
        read_strictly(b'{\n  "a": 1,\n  b\n}')
    assert "line 3, column 3" in str(caught.value)


@pytest.mark.parametrize("depth", [1, MAX_DEPTH])
def test_reads_to_the_depth_it_promises(depth: int) -> None:
    assert read_strictly(b"[" * depth + b"]" * depth) is not None


def test_brackets_in_text_are_not_depth() -> None:
    assert read_strictly(json.dumps(["[" * 1000]).encode()) == ["[" * 1000]


def test_many_flat_objects_are_not_depth() -> None:
    assert len(read_strictly(json.dumps([{"a": [1]}] * 1000).encode())) == 1000


def test_a_number_of_the_longest_kind_is_read() -> None:
    assert read_strictly(b"9" * MAX_DIGITS) == int("9" * MAX_DIGITS)


def test_an_emoji_is_a_whole_pair() -> None:
    assert read_strictly(rb'"\ud83d\ude00"') == "\U0001f600"
    assert read_strictly(rb'"\\ud800"') == r"\ud800"
