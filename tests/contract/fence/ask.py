"""A sound request, and where in it ids of units' matter stand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tests.contract.fence.objects import OWN, World

Where = Literal["path", "query", "body"]
Steps = tuple[str | int, ...]

_REFUSED: Final[dict[Where, int]] = {"path": 404, "query": 404, "body": 422}
NOWHERE: Final = {
    "client": "C-NONE",
    "unit": "NONE",
    "officer": "nobody",
    "entry": "999999999",
    "event": f"evt_{0:032x}",
}
"""Ids that nothing has; of what is numbered by UUID see `nowhere`."""


@dataclass(frozen=True)
class Id:
    """An id by itself: of an object of some kind.

    `refused` is the status for one that lies outside, where it is another than 404, in a body 422. `above`: an officer
    may serve on the way up from the unit that leads the client (domain.md B9). `creates`: the id of nothing yet is no
    mistake, for the request creates it. `finds_nothing`: it narrows a list, which is then empty.
    """

    kind: str
    refused: int | None = None
    above: bool = False
    creates: bool = False
    finds_nothing: bool = False


@dataclass(frozen=True)
class Its:
    """What belongs to the object that the path names, or to the own unit's: it means nothing without that."""

    kind: str


@dataclass(frozen=True)
class Ask:
    """A request that a key of the own unit may make, and the status that it then comes to, of the first line if many.

    `person` is for whom the key acts. `first` is the route that a key of the whole bank calls before, with the same
    ids. `lists` is the kind of object that is listed when nothing is asked for. `shows` are ids from outside that
    belong to what lies within, as the units above in a client's team. `lines`: the body is NDJSON.
    """

    passes: int = 200
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    person: str | None = None
    first: str | None = None
    lists: str | None = None
    shows: frozenset[str] = frozenset()
    lines: bool = False


@dataclass(frozen=True)
class Nothing:
    """A route that takes no id of any unit's matter, and why."""

    why: str


@dataclass(frozen=True)
class Place:
    """Where an id stands in a request."""

    where: Where
    steps: Steps
    id: Id

    def __str__(self) -> str:
        return f"{self.where}:{'/'.join(map(str, self.steps))}"

    @property
    def refused(self) -> int:
        """The status that an id from outside comes to here."""
        usual = 200 if self.id.finds_nothing else _REFUSED[self.where]
        return usual if self.id.refused is None else self.id.refused


@dataclass(frozen=True)
class Request:
    """What is sent: every id filled in."""

    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    person: str | None


def places(ask: Ask) -> Iterator[Place]:
    """Every place of a request where an id stands by itself."""
    parts: dict[Where, Any] = {"path": ask.path, "query": ask.query, "body": ask.body}
    for where, part in parts.items():
        yield from (Place(where, steps, each) for steps, each in _ids(part))


def nowhere(kind: str) -> str:
    """The id of nothing."""
    return NOWHERE.get(kind, "00000000-0000-4000-8000-000000000000")


def filled(ask: Ask, world: World, place: Place | None = None, unit: str = OWN, value: str | None = None) -> Request:
    """The request with the own unit's ids, but at the place: there the id of `unit`'s object, or `value`."""
    whose = world[unit if place is not None and place.where == "path" else OWN]

    def put(where: Where, steps: Steps, leaf: Any) -> Any:
        if isinstance(leaf, Its):
            return whose[leaf.kind] or None
        if not isinstance(leaf, Id):
            return leaf
        if place is None or (place.where, place.steps) != (where, steps):
            return world[OWN][leaf.kind]
        return world[unit][leaf.kind] if value is None else value

    def part(where: Where, tree: Any) -> Any:
        return _mapped(tree, lambda steps, leaf: put(where, steps, leaf))

    return Request(part("path", ask.path), part("query", ask.query), part("body", ask.body), ask.person)


def _ids(tree: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Id]]:
    if isinstance(tree, Id):
        yield steps, tree
    for key, each in _children(tree):
        yield from _ids(each, (*steps, key))


def _children(tree: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(tree, Mapping):
        yield from tree.items()
    elif isinstance(tree, list):
        yield from enumerate(tree)


def _mapped(tree: Any, change: Callable[[Steps, Any], Any], steps: Steps = ()) -> Any:
    if isinstance(tree, Mapping):
        return {key: _mapped(each, change, (*steps, key)) for key, each in tree.items()}
    if isinstance(tree, list):
        return [_mapped(each, change, (*steps, at)) for at, each in enumerate(tree)]
    return change(steps, tree)
