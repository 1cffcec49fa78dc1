"""Scopes: what a key may do. A closed list, for every route must name one of them."""

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One permission. A key holds a set of them; a route asks for exactly one."""

    SCORE = "score:run"
    RULEBOOKS_READ = "rulebooks:read"
    RULEBOOKS_WRITE = "rulebooks:write"
    RULEBOOKS_PUBLISH = "rulebooks:publish"
    METRICS_READ = "metrics:read"
    ADMIN = "admin"


DESCRIPTIONS: Final[dict[Scope, str]] = {
    Scope.SCORE: "score clients, singly and in batches (评分)",
    Scope.RULEBOOKS_READ: "read rulebooks and their versions (查看细则)",
    Scope.RULEBOOKS_WRITE: "check and store rulebook drafts (编辑细则)",
    Scope.RULEBOOKS_PUBLISH: "publish a rulebook version (发布细则)",
    Scope.METRICS_READ: "read /metrics, for Prometheus (监控)",
    Scope.ADMIN: "everything; for the first key and for emergencies (管理员)",
}
"""What each scope permits, for the OpenAPI document and for `tierbook keys create --help`."""


def permits(held: frozenset[Scope], needed: Scope) -> bool:
    """Whether the held scopes reach the needed one; `admin` reaches every one."""
    return needed in held or Scope.ADMIN in held
