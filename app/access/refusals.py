"""The problems that access answers: no key, a key that does not work, a key that does not reach."""

from typing import Final

from app.access.scopes import Scope
from app.errors import BadRequest, FieldError, Forbidden, Unauthorized, Unavailable

_CHALLENGE: Final = 'Bearer realm="tierbook"'


class MissingKey(Unauthorized):
    """No key was presented."""

    code = "key_missing"
    title = "A key is needed"

    def __init__(self) -> None:
        """Say how to present one."""
        super().__init__("Send `Authorization: Bearer <key>`.", headers={"WWW-Authenticate": _CHALLENGE})


class InvalidKey(Unauthorized):
    """The key is unknown, revoked, expired or mistyped; the answer does not say which of the first three."""

    code = "key_invalid"
    title = "The key does not work"

    def __init__(self, detail: str = "It is unknown, revoked or expired.") -> None:
        """Carry the challenge that RFC 6750 asks for."""
        super().__init__(detail, headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'})


class InsufficientScope(Forbidden):
    """The key works, but not for this."""

    code = "insufficient_scope"
    title = "The key lacks the scope for this"

    def __init__(self, scope: Scope) -> None:
        """Name the scope that is missing."""
        challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{scope.value}"'
        super().__init__(f"The scope {scope.value} is needed.", headers={"WWW-Authenticate": challenge})


class PersonMalformed(BadRequest):
    """The header that names a person holds something else."""

    code = "person_malformed"
    title = "X-On-Behalf-Of names no member of staff"

    def __init__(self) -> None:
        detail = "Send the number of a member of staff: letters, digits, dots, @, - and _, at most 64."
        super().__init__(
            detail, errors=[FieldError(pointer="header/X-On-Behalf-Of", code=self.code, detail="is no staff number")]
        )


class KeysUnverifiable(Unavailable):
    """The database has been away for longer than keys are trusted without it."""

    code = "keys_unverifiable"
    title = "Keys cannot be verified at present"

    def __init__(self) -> None:
        """Ask to come back."""
        super().__init__("The database has been away for too long.", headers={"Retry-After": "5"})
