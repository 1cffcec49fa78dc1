"""Read a document's YAML as text with positions: no tags, no aliases, no duplicate keys, bounded.

Every scalar stays text and is typed by the document's own schema: `49999999.99` never passes
through a float, and a region called `NO` stays text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from app.rulebooks.problem import Code, Found, Path, Problem

MOST_CHARACTERS: Final = 256 * 1024
DEEPEST: Final = 24

Data = dict[str, "Data"] | list["Data"] | str
_Place = tuple[int, int]
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_TEXT: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_SCALAR: Final = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True)
class SourceText:
    """A document's data, all scalars as text, and the line and column (from 1) of each part and of its key."""

    data: Data = ""
    problems: list[Problem] = field(default_factory=list)
    places: dict[Path, _Place] = field(default_factory=dict)
    key_places: dict[Path, _Place] = field(default_factory=dict)

    def located(self, found: Found) -> Problem:
        """The fault with its line and column: of the nearest part that the text really has."""
        path = found.path
        while path and path not in self.places:
            path = path[:-1]
        places = self.key_places if found.at_key and path in self.key_places else self.places
        line, column = places.get(path, (1, 1))
        return Problem(line, column, found.code, found.message, found.mend)


class _Refused(Exception):  # noqa: N818  carries a problem out of the parser; it is not an error of ours
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def read_source(text: str) -> SourceText:
    """Parse `text`; what is wrong with it is in `problems`, and `data` then holds what could be read."""
    text = text.removeprefix("\ufeff")
    source = SourceText()
    fault = _too_large(text) or _not_text(text)
    if fault:
        source.problems.append(fault)
        return source
    try:
        _Reader(text, source).read()
    except _Refused as refused:
        source.problems.append(refused.problem)
    except yaml.YAMLError as error:
        source.problems.append(_not_yaml(error))
    return source


def _short(tag: object) -> str:
    return str(tag).replace("tag:yaml.org,2002:", "!!")


def _too_large(text: str) -> Problem | None:
    if len(text) <= MOST_CHARACTERS:
        return None
    message = f"the document has {len(text)} characters"
    return Problem(1, 1, Code.TOO_LARGE, message, f"stay within {MOST_CHARACTERS}; a rulebook needs some thousands")


def _not_text(text: str) -> Problem | None:
    found = _NOT_TEXT.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    message = f"the character U+{ord(found[0]):04X} is no text"
    return Problem(line, column, Code.NOT_YAML, message, "remove it; is the file a plain text in UTF-8?")


def _not_yaml(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "the text cannot be read"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(line, column, Code.NOT_YAML, f"not YAML: {reason}", "mend the punctuation or the indentation here")


class _Reader:
    """Builds data from parser events, so that a hostile text is refused before it is built."""

    def __init__(self, text: str, source: SourceText) -> None:
        self.source = source
        self.events: Iterator[Event] = yaml.parse(text, Loader=_LOADER)

    def read(self) -> None:
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    mend = "keep one rulebook in a file"
                    self._refuse(event, Code.SEVERAL_DOCUMENTS, "a second document starts here", mend)
            elif isinstance(event, NodeEvent):
                self.source.data = self._node(event, ())

    def _node(self, event: Event, path: Path) -> Data:
        self._check_plain(event, path)
        self.source.places[path] = self._place(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event)

    def _mapping(self, path: Path) -> Data:
        data: dict[str, Data] = {}
        for key in self.events:
            if isinstance(key, MappingEndEvent):
                break
            self._check_plain(key, path)
            name = self._key(key)
            duplicate = name in data
            if duplicate:
                self._note(key, Code.DUPLICATE_KEY, f"{name!r} stands twice in one mapping", "keep one of them")
            inner = (*path, name, "again") if duplicate else (*path, name)
            self.source.key_places[inner] = self._place(key)
            value = self._node(next(self.events), inner)
            if not duplicate:
                data[name] = value
        return data

    def _sequence(self, path: Path) -> Data:
        data: list[Data] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            data.append(self._node(event, (*path, len(data))))
        return data

    def _key(self, event: Event) -> str:
        if not isinstance(event, ScalarEvent):
            mend = "write a plain word as the key; put quotes around a text in braces"
            self._refuse(event, Code.KEY_NOT_TEXT, "a key is a list or a mapping", mend)
        return self._scalar(event)

    def _scalar(self, event: Event) -> str:
        value = str(event.value) if isinstance(event, ScalarEvent) else ""
        if _NO_SCALAR.search(value):
            self._refuse(event, Code.NOT_YAML, "the text holds a character that is no text", "remove the escape")
        return value

    def _check_plain(self, event: Event, path: Path) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            mend = "write the part out where it is needed; put quotes around a text that begins with & or *"
            self._refuse(event, Code.ALIAS, "anchors (&) and aliases (*) are not read", mend)
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"}:
            self._refuse(
                event, Code.TAG, f"the tag {_short(tag)} is not read", "remove it; the schema types every value"
            )
        if len(path) > DEEPEST:
            self._refuse(event, Code.TOO_DEEP, "nested too deeply", f"stay within {DEEPEST} levels")

    def _note(self, event: Event, code: Code, message: str, mend: str) -> None:
        self.source.problems.append(Problem(*self._place(event), code, message, mend))

    def _refuse(self, event: Event, code: Code, message: str, mend: str) -> NoReturn:
        raise _Refused(Problem(*self._place(event), code, message, mend))

    @staticmethod
    def _place(event: Event) -> _Place:
        mark = event.start_mark
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)
