"""Roles: those that a document labels are the only ones that it may name."""

from app.rulebooks.compile.scope import Scope, nearest_name
from app.rulebooks.document import RulebookDocument
from app.rulebooks.problem import Code, Path


def check_role(role: str, path: Path, document: RulebookDocument, scope: Scope) -> None:
    """Report a role that is not declared; a document that declares none may name any."""
    if document.roles and role not in document.roles:
        message = f"the role {role!r} is not declared"
        scope.findings.add(Code.ROLE_UNKNOWN, path, message, nearest_name(role, document.roles))
