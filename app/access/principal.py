"""The caller of a request, once its key is verified."""

from dataclasses import dataclass
from uuid import UUID

from app.access.scopes import Scope, permits


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified key: what the audit trail names, and what its scopes permit."""

    key_id: UUID
    name: str
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Whether this caller's key reaches the scope."""
        return permits(self.scopes, scope)
