"""Read a document's YAML as text with positions: no tags, no aliases, no duplicate keys, bounded.

Every scalar stays text and is typed by the document's own schema: `49999999.99` never passes
through a float, and a region called `NO` stays text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

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

MOST_CHARACTERS = 256 * 1024
DEEPEST = 24

Data = dict[str, "Data"] | list["Data"] | str
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class SourceText:
    """A document's data, all scalars as text, and where each part of it stands."""

    data: Data = ""
    problems: list[Problem] = field(default_factory=list)
    _values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    _keys: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def located(self, found: Found) -> Problem:
        """The fault with its line and column: of the nearest part that the text really has."""
        path = found.path
        while path and path not in self._values:
            path = path[:-1]
        places = self._keys if found.at_key and path in self._keys else self._values
        line, column = places.get(path, (1, 1))
        return Problem(line, column, found.code, found.message, found.mend)


class _Refused(Exception):  # noqa: N818  carries a problem out of the parser; it is not an error of ours
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def read_source(text: str) -> SourceText:
    """Parse `text`; what is wrong with it is in `problems`, and `data` then holds what could be read."""
    source = SourceText()
    if len(text) > MOST_CHARACTERS:
        source.problems.append(
            Problem(1, 1, Code.TOO_LARGE, f"the document has {len(text)} characters", f"stay under {MOST_CHARACTERS}")
        )
        return source
    try:
        _Reader(text, source).read()
    except _Refused as refused:
        source.problems.append(refused.problem)
    except yaml.YAMLError as error:
        source.problems.append(_not_yaml(error))
    return source


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
                    self._refuse(event, Code.SEVERAL_DOCUMENTS, "a second document starts here", "keep one rulebook in a file")
            elif isinstance(event, NodeEvent):
                self.source.data = self._node(event, ())

    def _node(self, event: NodeEvent, path: Path) -> Data:
        self._plain(event, path)
        self.source._values[path] = self._place(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return str(event.value) if isinstance(event, ScalarEvent) else ""

    def _mapping(self, path: Path) -> Data:
        data: dict[str, Data] = {}
        for key in self.events:
            if isinstance(key, MappingEndEvent):
                break
            self._plain(key, path)
            if not isinstance(key, ScalarEvent):
                self._refuse(key, Code.KEY_NOT_TEXT, "a key is a list or a mapping", "write a plain word as the key")
            name = str(key.value)
            duplicate = name in data
            if duplicate:
                self._note(key, Code.DUPLICATE_KEY, f"{name!r} stands twice in one mapping", "keep one of them")
            inner = (*path, name, "again") if duplicate else (*path, name)
            self.source._keys[inner] = self._place(key)
            value = self._node(self._next_node(), inner)
            if not duplicate:
                data[name] = value
        return data

    def _sequence(self, path: Path) -> Data:
        data: list[Data] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            data.append(self._node(self._as_node(event), (*path, len(data))))
        return data

    def _next_node(self) -> NodeEvent:
        return self._as_node(next(self.events))

    @staticmethod
    def _as_node(event: Event) -> NodeEvent:
        assert isinstance(event, NodeEvent)  # noqa: S101  the parser's grammar: only nodes stand here
        return event

    def _plain(self, event: Event, path: Path) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, Code.ALIAS, "anchors and aliases are not read", "write the part out where it is needed")
        if getattr(event, "tag", None) not in {None, "!"}:
            self._refuse(event, Code.TAG, f"the tag {event.tag!r} is not read", "remove the tag; the schema types every value")
        if len(path) > DEEPEST:
            self._refuse(event, Code.TOO_DEEP, "nested too deeply", f"stay within {DEEPEST} levels")

    def _note(self, event: Event, code: Code, message: str, mend: str) -> None:
        self.source.problems.append(Problem(*self._place(event), code, message, mend))

    def _refuse(self, event: Event, code: Code, message: str, mend: str) -> None:
        raise _Refused(Problem(*self._place(event), code, message, mend))

    @staticmethod
    def _place(event: Event) -> tuple[int, int]:
        return event.start_mark.line + 1, event.start_mark.column + 1
