"""Who did something, as a key of a unit reads it: itself, the keys and the officers of its unit, and nobody else.

A field that holds who acted, by staff number or by the name of a key, is a `Who`; a route answers with what `shown_to`
makes of it. Keys and commands of the whole bank are no unit's: they are named, as in the trail.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, Field

from app.access.service import units_of_keys
from app.organisation.lookup import last_within
from app.organisation.unit_reading import seen_units
from app.trail.change import Reading

_MARK: Final = "who acted"
_COMMAND: Final = "cli:"
_Answer = TypeVar("_Answer", bound=BaseModel)

Who = Annotated[
    str | None,
    _MARK,
    Field(description="A staff number or the name of a key; null where that serves or belongs outside the key's unit."),
]


async def shown_to(reads: Reading, answer: _Answer) -> _Answer:
    """The answer, with those left out of it whom the caller is not told of; a key of the whole bank is told of all."""
    if reads.actor.unit is None:
        return answer
    itself = {reads.actor.name, reads.actor.identity}
    others = set(_named(answer)) - itself
    if not others:
        return answer
    cut: _Answer = _cut(answer, itself | await _told(reads, others))
    return cut


async def _told(reads: Reading, identities: set[str]) -> frozenset[str]:
    """Those of the identities of whom the caller is told."""
    keys = await units_of_keys(reads.session, identities)
    units = {None, *await seen_units(reads, {unit for _, unit in keys if unit is not None})}
    officers = await last_within(reads.session, identities, reads.actor.unit, reads.today)
    commands = {each for each in identities if each.startswith(_COMMAND)}
    return officers | {name for name, unit in keys if unit in units} | commands


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            held = getattr(value, name)
            if _MARK not in field.metadata:
                yield from _named(held)
            elif held is not None:
                yield held
    elif isinstance(value, Mapping):
        yield from _named([*value.values()])
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)


def _cut(value: Any, told: Collection[str]) -> Any:
    if isinstance(value, BaseModel):
        fields = {name: (getattr(value, name), field) for name, field in type(value).model_fields.items()}
        cut = {
            name: (held if held in told else None) if _MARK in field.metadata else _cut(held, told)
            for name, (held, field) in fields.items()
        }
        return value.model_copy(update=cut)
    if isinstance(value, Mapping):
        return {name: _cut(each, told) for name, each in value.items()}
    return [_cut(each, told) for each in value] if isinstance(value, list) else value
