"""Whether what is told of a client can be kept: by the day, and by the rulebooks in force that read the fact."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final, NamedTuple

from app.clients.fact_profile import ATTRIBUTES
from app.clients.fact_recording import Told
from app.kernel.fact import Fact
from app.kernel.quantity import QuantityError
from app.rulebooks.published import Published

INVALID: Final = 422
_MOST_HINTS: Final = 200
"""Unknown names that one like them is looked for: it takes a millisecond each."""


class Fault(NamedTuple):
    """Why something is not kept: a status, a code for programs, and words."""

    status: int
    code: str
    detail: str


_IN_PROFILE: Final = Fault(INVALID, "in_profile", "is kept in the client's profile: PUT /v1/clients/{client_id}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rulebooks that can read a value, or what is wrong with it; for a name that none knows, one much like it."""

    read_by: tuple[str, ...] = ()
    nearest: str | None = None
    fault: Fault | None = None


class Judge:
    """Judges what is told on a day, by the versions of rulebooks that govern."""

    def __init__(self, governing: Iterable[Published], today: date) -> None:
        self._today = today
        declared: defaultdict[str, list[tuple[str, Fact]]] = defaultdict(list)
        for each in governing:
            for name, fact in each.sound.rulebook.facts.items():
                declared[name].append((each.name, fact))
        self._declared: Mapping[str, list[tuple[str, Fact]]] = dict(declared)
        self._nearest: dict[str, str | None] = {}

    def judge(self, told: Told) -> Judgement:
        """Judge one value. A name that no rulebook knows is kept: a rulebook to come may want its history."""
        if told.name in ATTRIBUTES:
            return Judgement(fault=_IN_PROFILE)
        if told.as_of > self._today:
            return Judgement(fault=Fault(INVALID, "after_today", f"is of {told.as_of}, a day to come"))
        declared = self._declared.get(told.name)
        return Judgement(nearest=self._like(told.name)) if declared is None else _read(told.value, declared)

    def _like(self, name: str) -> str | None:
        if name not in self._nearest and len(self._nearest) < _MOST_HINTS:
            self._nearest[name] = next(iter(get_close_matches(name, self._declared, 1)), None)
        return self._nearest.get(name)


def _read(value: str, declared: Iterable[tuple[str, Fact]]) -> Judgement:
    """Whether at least one of the rulebooks reads the value; where none does, what each says."""
    read_by: dict[str, None] = {}
    refused_by: dict[str, str] = {}
    for rulebook, fact in declared:
        try:
            fact.encode(value)
            read_by[rulebook] = None
        except QuantityError as error:
            refused_by[rulebook] = str(error)
    return Judgement(tuple(read_by)) if read_by else Judgement(fault=_unreadable(refused_by))


def _unreadable(refused_by: Mapping[str, str]) -> Fault:
    """What is wrong in the words of each rulebook, the same words once."""
    words: defaultdict[str, list[str]] = defaultdict(list)
    for rulebook, says in refused_by.items():
        words[says].append(rulebook)
    return Fault(INVALID, "invalid_value", "; ".join(f"{says} ({', '.join(by)})" for says, by in words.items()))
