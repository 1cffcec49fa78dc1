"""The caller of a request, once its key is verified."""

from dataclasses import dataclass
from uuid import UUID

from app.access.scopes import Scope, permits
from app.trail.actor import Actor


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified key: what the audit trail names, what its scopes permit, and where.

    `unit` fences it in: it sees that unit and below; None sees the whole bank. `person` is whose key it is, or for whom
    the caller says that it acts.
    """

    key_id: UUID
    name: str
    scopes: frozenset[Scope]
    unit: str | None = None
    person: str | None = None

    def may(self, scope: Scope) -> bool:
        """Whether this caller's key reaches the scope."""
        return permits(self.scopes, scope)

    def actor(self, request_id: str) -> Actor:
        """Who acts in a request."""
        return Actor(self.name, self.key_id, self.unit, self.person, request_id)
