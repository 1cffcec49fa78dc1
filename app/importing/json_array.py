"""Read a JSON array of objects, each with the line it begins in. Cells are texts, as in NDJSON."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from app.strict_json.flaws import UnsoundJsonError
from app.strict_json.reading import read_strictly
from app.tiering.files.ndjson_source import as_text
from app.tiering.files.source import FileRefusedError

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_BOUNDS: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
"""Finds where an item ends; what it holds is read strictly."""


class Item(NamedTuple):
    """An item: its line, its cells by key; or why it could not be read."""

    line: int
    cells: dict[str, str | None]
    wrong: str = ""


def is_array(path: Path) -> bool:
    """Whether a file begins as an array."""
    with path.open("rb") as file:
        return file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def read_array(path: Path) -> tuple[tuple[str, ...], list[Item]]:
    """Every key that occurs, and the items; raises FileRefusedError where the array is no JSON."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        items = [_item(line, part) for line, part in _parts(text)]
    except UnicodeDecodeError as error:
        raise FileRefusedError(f"{path.name}: is not UTF-8, from byte {error.start} on") from None
    except json.JSONDecodeError as error:
        raise FileRefusedError(f"{path.name}:{error.lineno} is not JSON: {error.msg}") from None
    except RecursionError:
        raise FileRefusedError(f"{path.name}: is nested too deeply") from None
    return tuple(dict.fromkeys(chain.from_iterable(item.cells for item in items))), items


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The text of each item, and its line."""
    at = _skip(text, _skip(text, 0) + 1)
    line, counted = 1, 0
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        _, end = _BOUNDS.raw_decode(text, at)
        yield line, text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
            _refuse(text, at, unless=text[at : at + 1] != "]")
        else:
            _refuse(text, at, unless=text[at : at + 1] == "]")
    rest = _skip(text, at + 1)
    _refuse(text, rest, unless=rest == len(text))


def _refuse(text: str, at: int, *, unless: bool) -> None:
    if not unless:
        raise json.JSONDecodeError("a comma between items, or the array's end, is missing", text, at)


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _item(line: int, part: str) -> Item:
    try:
        value = read_strictly(part.encode())
    except UnsoundJsonError as unsound:
        return Item(line, {}, f"is not sound JSON: {'; '.join(flaw.detail for flaw in unsound.flaws)}")
    except UnicodeEncodeError:
        return Item(line, {}, "is not sound JSON: holds half a surrogate pair")
    if not isinstance(value, dict):
        return Item(line, {}, "is no JSON object")
    return Item(line, {name: as_text(cell) for name, cell in value.items()})
