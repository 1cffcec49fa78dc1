"""The text of a key, without a database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import keys
from app.access.keys import KeyFormatError, ServerSecret

PEPPER = ServerSecret(b"pepper")
POSITION = st.integers(0, 49)
CHARACTER = st.characters(min_codepoint=33, max_codepoint=126)


def test_a_key_is_recognisable_and_long_enough() -> None:
    token = keys.mint()
    assert re.fullmatch(r"tb_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}", token)
    assert 62**32 > 2**160
    keys.check(token)


def test_keys_differ() -> None:
    assert len({keys.mint() for _ in range(1000)}) == 1000


@given(POSITION, CHARACTER)
def test_one_wrong_character_is_refused_without_a_lookup(position: int, character: str) -> None:
    token = keys.mint()
    mistyped = token[:position] + character + token[position + 1 :]
    if mistyped != token and mistyped.startswith("tb_") and mistyped.count("_") == token.count("_"):
        with pytest.raises(KeyFormatError):
            keys.check(mistyped)


@given(st.integers(0, 15))
def test_a_key_cut_short_is_refused(length: int) -> None:
    with pytest.raises(KeyFormatError):
        keys.check(keys.mint()[:length])


REFUSALS = {
    "a key is 16 to 255 printable ASCII characters without blanks",
    "the checksum does not fit: the key is mistyped",
}


@given(st.text())
def test_any_text_is_a_key_or_refused_without_being_repeated(text: str) -> None:
    refusal = _refusal(text)
    assert text.isascii() if refusal is None else refusal in REFUSALS


def _refusal(text: str) -> str | None:
    try:
        keys.check(text)
    except KeyFormatError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    "preset", ["correct-horse-battery-staple", "tb_for_automation_1", "x" * 16, "0123456789abcdef" * 4, "!" * 255]
)
def test_a_preset_may_be_any_long_text(preset: str) -> None:
    keys.check(preset)


@pytest.mark.parametrize("preset", ["", "x" * 15, "x" * 256, "with a blank in the middle", "密" * 20, "tab\t" * 10])
def test_but_not_every_text(preset: str) -> None:
    with pytest.raises(KeyFormatError):
        keys.check(preset)


def test_what_is_stored_is_an_hmac_under_a_named_secret() -> None:
    token = keys.mint()
    stored = keys.digest(token, PEPPER)
    assert re.fullmatch(r"[0-9a-f]{8}:[0-9a-f]{64}", stored)
    assert stored == keys.digest(token, ServerSecret(b"pepper"))
    assert stored != keys.digest(token, ServerSecret(b"other"))
    assert stored.partition(":")[0] == PEPPER.id


def test_the_prefix_tells_nothing_secret() -> None:
    token = keys.mint()
    assert keys.prefix(token, "x") == token[:11]
    assert keys.prefix("a preset without brand", "0123abcd:00ff00ff11223344") == "preset_11223344"


def test_a_secret_does_not_show_itself() -> None:
    assert "pepper" not in repr(PEPPER)
