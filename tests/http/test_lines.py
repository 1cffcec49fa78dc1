"""A stream cut into lines: the same lines however it arrives, and little of it held at any time."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.http.lines import Line, LineSplitter

_BYTES = st.sampled_from(
    [b"\n", b"\r", b"\r\n", b"a", b" ", b'{"a":1}', b"\xef\xbb\xbf", b"\x00", b"\xff", b"12345678"]
)
STREAMS = st.lists(_BYTES, max_size=40).map(b"".join)


def split(*pieces: bytes, longest: int = 10) -> list[Line]:
    splitter = LineSplitter(longest)
    return [line for piece in pieces for line in splitter.feed(piece)] + list(splitter.end())


def by_the_book(stream: bytes, longest: int) -> Iterator[Line]:
    """What the lines of a whole stream are."""
    for number, content in enumerate(stream.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        line = content.removesuffix(b"\r")
        if len(line) > longest:
            yield Line(number, None)
        elif line.strip():
            yield Line(number, line)


@given(STREAMS, st.lists(st.integers(0, 200), max_size=8), st.integers(1, 20))
def test_lines_do_not_depend_on_the_pieces_that_they_come_in(stream: bytes, cuts: list[int], longest: int) -> None:
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(places)]
    assert split(*pieces, longest=longest) == list(by_the_book(stream, longest))


@pytest.mark.parametrize(
    ("stream", "lines"),
    [
        (b"", []),
        (b"\n\n \n\r\n", []),
        (b"a\nb", [(1, b"a"), (2, b"b")]),
        (b"a\r\n\r\nb\r\n", [(1, b"a"), (3, b"b")]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", [(1, b"a"), (2, b"\xef\xbb\xbfb")]),
        (b"0123456789\n0123456789\r\n0123456789x\nb\n", [(1, b"0123456789"), (2, b"0123456789"), (3, None), (4, b"b")]),
    ],
)
def test_blank_lines_count_and_are_left_out(stream: bytes, lines: list[Line]) -> None:
    assert split(stream) == lines
    assert split(*(bytes([each]) for each in stream)) == lines


def test_of_an_endless_line_little_is_held() -> None:
    splitter = LineSplitter()
    for _ in range(1000):
        assert list(splitter.feed(b"x" * 65536)) == []
        assert len(splitter._rest) < 5000
    assert list(splitter.feed(b"\nshort\n")) == [(1, None), (2, b"short")]
