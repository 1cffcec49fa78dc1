"""Who acts: for the trail, and for every rule that asks for a second person."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A key with its unit, and the person behind it where that is known.

    `unit` is where the key sees and acts, None for the whole bank. `person` is a member of staff by number. A command
    or the service itself acts without a key: `name` then says which, as `cli:root`.
    """

    name: str
    key_id: UUID | None = None
    unit: str | None = None
    person: str | None = None
    request_id: str | None = None

    @property
    def identity(self) -> str:
        """Who this is where two must be different: the person, else the key by its name, which rotation keeps."""
        return self.person or self.name

    def is_another(self, identity: str, key: str | None) -> bool:
        """Whether this is another than who acted before, by its identity and its key's name (None: not known).

        Two persons are different by their numbers. Where either side names none, the keys must be different as well:
        one key, once with a person and once without, is no second person.
        """
        are_persons = self.person is not None and identity != key
        return self.identity != identity and (are_persons or self.name != key)
