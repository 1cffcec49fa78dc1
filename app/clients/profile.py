"""A client's profile as values that can be compared: what is sent, what is stored, what is recorded of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

from app.clients.sealing import seal, unseal

PERSON: Final = "person"


class Relation(NamedTuple):
    """How a client belongs to another one."""

    kind: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Profile:
    """All that the CRM says of a client. `unit` leads it; a relation's `client_id` is the other client.

    What is stored or compared is `in_order`; what was sent keeps the sender's order, for the pointers of problems.
    """

    kind: str
    name: str | None
    segment: str | None
    level: str | None
    category: str | None
    co_managed: bool
    industry: str | None
    region: str | None
    ownership: str | None
    life_cycle_stage: str | None
    unit: str
    assisting_units: tuple[str, ...]
    relations: tuple[Relation, ...]

    @property
    def secret_name(self) -> str | None:
        """The name, where it is a natural person's."""
        return self.name if self.kind == PERSON else None

    def in_order(self, more_units: Iterable[str] = (), more_relations: Iterable[Relation] = ()) -> "Profile":
        """It with more, each unit and relation once, sorted."""
        units, relations = {*self.assisting_units, *more_units}, {*self.relations, *more_relations}
        return replace(self, assisting_units=tuple(sorted(units)), relations=tuple(sorted(relations)))

    @property
    def attributes(self) -> dict[str, Any]:
        """What stands in the client's own row."""
        return {name: getattr(self, name) for name in ATTRIBUTES}


FIELDS: Final = tuple(each.name for each in fields(Profile))
ATTRIBUTES: Final = tuple(name for name in FIELDS if name not in {"unit", "assisting_units", "relations"})
"""What stands in the client's own row."""


def recorded(profile: Profile, client_id: str, key: bytes | None) -> dict[str, Any]:
    """A profile as revisions and the trail hold it: plain JSON, the name of a natural person sealed under `key`."""
    record = {name: getattr(profile, name) for name in FIELDS}
    record["relations"] = [each._asdict() for each in profile.relations]
    if profile.secret_name is not None:
        if key is None:
            raise ValueError("the name of a natural person is recorded under a key only")
        record["name"] = seal(key, client_id, "name", profile.secret_name)
    return record


def readable(record: Mapping[str, Any], client_id: str, key: bytes | None) -> dict[str, Any]:
    """A recorded profile, its name opened; the name is None once the key is destroyed."""
    return {**record, "name": unseal(key, client_id, "name", record["name"])}


def changes(
    before: Profile, after: Profile, client_id: str, key: bytes | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs, before and after, as the trail holds it."""
    differing = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
    was, is_now = recorded(before, client_id, key), recorded(after, client_id, key)
    return {name: was[name] for name in differing}, {name: is_now[name] for name in differing}
