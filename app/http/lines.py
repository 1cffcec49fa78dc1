"""A body read line by line, as NDJSON is: a route that takes `Lines` never holds it whole.

`StrictRoute` then asks for the media type of NDJSON, and the route reads while its caller still sends.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from pydantic import TypeAdapter

from app.http.strict_request import StrictRequest

NDJSON: Final = "application/x-ndjson"
LONGEST: Final = 4096
"""Bytes of a line that are read."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line by its number, the first being 1; without content where it is too long."""

    number: int
    content: bytes | None


class LineSplitter:
    """Cuts a stream into lines, blank ones left out; of an endless line it holds no more than of one that is read."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._most = longest + len(_BYTE_ORDER_MARK) + len(b"\r") + 1  # too long still, once those are taken off
        self._rest = b""
        self._number = 0

    def feed(self, piece: bytes) -> Iterator[Line]:
        """Yield the lines that end in this piece."""
        *whole, rest = (self._rest + piece).split(b"\n")
        self._rest = rest[: self._most]
        for content in whole:
            yield from self._line(content)

    def end(self) -> Iterator[Line]:
        """Yield the last line, where none followed that ends it."""
        yield from self._line(self._rest)

    def _line(self, content: bytes) -> Iterator[Line]:
        self._number += 1
        if self._number == 1:
            content = content.removeprefix(_BYTE_ORDER_MARK)
        content = content.removesuffix(b"\r")
        if len(content) > self._longest:
            yield Line(self._number, None)
        elif content.strip():
            yield Line(self._number, content)


class LineStream:
    """The lines of a request's body, in the chunks that they are worked on."""

    def __init__(self, request: StrictRequest) -> None:
        self._request = request

    async def chunks(self, size: int) -> AsyncIterator[list[Line]]:
        """Yield so many lines at a time, the last of them fewer; raises ContentTooLarge or ClientGone."""
        splitter = LineSplitter()
        waiting: list[Line] = []
        async for piece in self._request.pieces():
            waiting += splitter.feed(piece)
            while len(waiting) >= size:
                yield waiting[:size]
                del waiting[:size]
        waiting += splitter.end()
        if waiting:
            yield waiting


async def lines(request: Request) -> LineStream:
    """The body of this request, line by line."""
    if not isinstance(request, StrictRequest):
        raise TypeError("lines are read on a StrictRoute")
    return LineStream(request)


Lines = Annotated[LineStream, Depends(lines)]


def takes_lines(dependant: Dependant) -> bool:
    """Whether an endpoint takes `Lines`."""
    return any(each.call is lines or takes_lines(each) for each in dependant.dependencies)


def lines_of(shape: Any) -> dict[str, Any]:
    """Describe a body of lines, each of this shape, for `openapi_extra` of a route that takes `Lines`."""
    description = "An object a line (NDJSON). Each line is read by itself: a bad one fails alone."
    return {"requestBody": {"required": True, "description": description, "content": content_of(shape)}}


def content_of(shape: Any) -> dict[str, Any]:
    """Describe lines, each of this shape; the whole is a text, and as such a generated client is to send it."""
    schema = TypeAdapter(shape).json_schema()
    definitions = schema.pop("$defs", {})
    line = _written_out(schema, definitions)
    return {NDJSON: {"schema": {"type": "string", "contentMediaType": NDJSON, "contentSchema": line}}}


def _written_out(part: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema with what it refers to in its place: inside a content schema references would lead nowhere."""
    if isinstance(part, list):
        return [_written_out(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _written_out(definitions[part["$ref"].rpartition("/")[2]], definitions)
    return {name: _written_out(each, definitions) for name, each in part.items()}
