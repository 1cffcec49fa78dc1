"""What rulebooks refuse, as problems."""

from collections.abc import Iterable
from typing import Final

from app.errors import Conflict, FieldError, NotFound, Unavailable, Unprocessable
from app.rulebooks.problem import Problem

_MOST: Final = 100


class RulebookNotFound(NotFound):
    """No published rulebook has this name."""

    code = "rulebook_not_found"
    title = "No such rulebook"


class VersionNotFound(NotFound):
    """The rulebook has no such version."""

    code = "rulebook_version_not_found"
    title = "No such version of the rulebook"


class NotInForce(NotFound):
    """The rulebook has versions, but none governs on that day."""

    code = "rulebook_not_in_force"
    title = "No version of the rulebook is in force on that day"


class NothingInForce(NotFound):
    """No rulebook at all governs on that day."""

    code = "nothing_in_force"
    title = "No rulebook is in force on that day"


class RulebooksNotLoaded(Unavailable):
    """The process has just started and has not reached the database yet."""

    code = "rulebooks_not_loaded"
    title = "The rulebooks are not loaded yet"

    def __init__(self) -> None:
        super().__init__("The database has not been reached since the start. Try again.", headers={"Retry-After": "2"})


class RulebookUnreadable(Unavailable):
    """A version of another build governs: this process must be brought to that build."""

    code = "rulebook_unreadable"
    title = "This process cannot read the version in force"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": "60"})


class UnsoundRulebook(Unprocessable):
    """The document has faults; `errors` names each with its line."""

    code = "unsound_rulebook"
    title = "The rulebook has faults"

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = list(problems)
        errors = [FieldError(pointer="/document", code=each.code.lower(), detail=str(each)) for each in found[:_MOST]]
        faults = "1 fault" if len(found) == 1 else f"{len(found)} faults"
        super().__init__(f"{faults}: check it, mend it, and store it as a new draft.", errors=errors)


class NameMismatch(Unprocessable):
    """The document names another rulebook than the address does."""

    code = "rulebook_name_mismatch"
    title = "The document is of another rulebook"

    def __init__(self, address: str, document: str) -> None:
        detail = f"The address says {address}, the document {document}."
        super().__init__(detail, errors=[FieldError(pointer="/document", code=self.code, detail=detail)])


class AlreadyPublished(Conflict):
    """A published version is never published again, nor changed."""

    code = "already_published"
    title = "The version is already published"


class EffectiveDateTaken(Conflict):
    """Another version of the rulebook governs from the same day."""

    code = "effective_date_taken"
    title = "Another version takes effect on that day"


class EffectiveDatePast(Conflict):
    """The day has passed, and another version governed on it: decisions that were made would change."""

    code = "effective_date_past"
    title = "Another version governed since that day"
