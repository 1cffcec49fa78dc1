"""What strict JSON refuses, as the problem that a caller is answered with."""

import pytest

from app.http.json_body import MalformedJson, read_json
from app.strict_json.depth import MAX_DEPTH

UNSAFE = "The body holds values that JSON does not have, or that are not safe to read"
SYNTAX = "Expecting property name enclosed in double quotes: line 1, column 2"


def test_a_sound_body_is_its_value() -> None:
    assert read_json(b'{"a": [1, true, null]}') == {"a": [1, True, None]}


@pytest.mark.parametrize(
    ("body", "said", "errors"),
    [
        (b"{'a': 1}", SYNTAX, [("", "syntax", SYNTAX)]),
        (b'"\xff"', "Is not UTF-8: byte 1", [("", "syntax", "Is not UTF-8: byte 1")]),
        (
            b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
            "The body is nested too deeply",
            [("/a", "too_deep", "is nested over 32 levels")],
        ),
        (b"[" * 100_000, "The body is nested too deeply", [("", "too_deep", "is nested over 32 levels")]),
        (
            b'[0, {"a/b": [Infinity], "c": 1, "c": 2}]',
            UNSAFE,
            [
                ("/1/c", "duplicate_key", "is written more than once"),
                ("/1/a~1b/0", "not_a_number", "is Infinity, which JSON does not have"),
            ],
        ),
        (b'{"\\ud800~": 1}', UNSAFE, [("/\ufffd~0", "unsound_text", "is a key with NUL or half a surrogate pair")]),
        (b"[1e999]", UNSAFE, [("/0", "absurd_number", "is a number of over 64 characters or 400 places")]),
    ],
)
def test_a_flaw_is_told_with_its_pointer(body: bytes, said: str, errors: list[tuple[str, str, str]]) -> None:
    with pytest.raises(MalformedJson) as caught:
        read_json(body)
    problem = caught.value
    assert (problem.status, problem.code, problem.detail) == (400, "malformed_json", said)
    assert [(error.pointer, error.code, error.detail) for error in problem.errors] == errors
