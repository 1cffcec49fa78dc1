"""Signed notes are those of c2sp.org/signed-note, which others can read and write."""

import base64
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from app.audit.note import ForeignError, ForgedError, MalformedError, Signer, Verifier, opened

GO_KEY: Final = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE: Final = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
"""The example in the documentation of Go's golang.org/x/mod/sumdb/note."""

OURS: Final = Signer("tierbook.test", bytes(range(32)))
OTHER: Final = Signer("tierbook.test", bytes(32))
TEXT: Final = "one\n\nthree\n"


def test_a_note_that_go_signed_is_read() -> None:
    assert opened(GO_NOTE, [Verifier.read(GO_KEY)]).endswith("what your problem is.\n")


@pytest.mark.parametrize("text", [GO_KEY, "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"])
def test_a_verifier_is_written_as_go_writes_it(text: str) -> None:
    assert str(Verifier.read(text)) == text


def test_a_note_can_be_checked_without_our_code() -> None:
    head, _, last = OURS.sign(TEXT).rpartition("\n\n")
    dash, name, encoded = last.removesuffix("\n").split(" ")
    assert (dash, name) == ("—", "tierbook.test")
    signature = base64.b64decode(encoded)[4:]
    key = base64.b64decode(str(OURS.verifier).split("+", 2)[2])[1:]
    Ed25519PublicKey.from_public_bytes(key).verify(signature, f"{head}\n".encode())


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(lambda text: f"{text}\n"))
def test_what_was_signed_is_what_is_opened(text: str) -> None:
    assert opened(OURS.sign(text), [OTHER.verifier, OURS.verifier]) == text


def test_a_changed_text_is_forged() -> None:
    with pytest.raises(ForgedError):
        opened(OURS.sign(TEXT).replace("three", "four"), [OURS.verifier])


def test_a_signature_of_another_key_of_the_same_name_proves_nothing() -> None:
    with pytest.raises(ForeignError):
        opened(OTHER.sign(TEXT), [OURS.verifier])


def test_another_key_s_signature_under_our_key_s_id_is_forged() -> None:
    line = OTHER.sign(TEXT).rpartition(" ")[2]
    forged = base64.b64encode(OURS.verifier.key_id + base64.b64decode(line)[4:]).decode()
    with pytest.raises(ForgedError):
        opened(f"{TEXT}\n— tierbook.test {forged}\n", [OURS.verifier])


def test_signatures_of_unknown_keys_beside_ours_are_ignored() -> None:
    both = OURS.sign(TEXT) + OTHER.sign(TEXT).rpartition("\n\n")[2]
    assert opened(both, [OURS.verifier]) == TEXT


@pytest.mark.parametrize(
    "note",
    [
        "",
        "no blank line\n— tierbook.test AAAAAAAAAAAA\n",
        "text\n\n",
        "text\n\n— tierbook.test AAAAAAAAAAAA",
        "text\n\n- tierbook.test AAAAAAAAAAAA\n",
        "text\n\n— tierbook.test AAAA\n",
        "text\n\n— tierbook.test !\n",
        "text\n\n—  AAAAAAAAAAAA\n",
        "x" * 65_536 + OURS.sign(TEXT),
    ],
)
def test_what_is_no_note_is_malformed(note: str) -> None:
    with pytest.raises(MalformedError):
        opened(note, [OURS.verifier])


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+", GO_KEY.replace("c74f", "c74e"), GO_KEY[:-4], GO_KEY.replace("+AR", "+BR")]
)
def test_a_mistyped_verifier_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Verifier.read(text)


def test_a_signer_does_not_show_its_key() -> None:
    assert bytes(range(32)).hex() not in repr(vars(OURS)) + repr(OURS)
