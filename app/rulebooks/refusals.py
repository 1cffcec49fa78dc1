"""What rulebooks refuse, as problems."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from app.errors import Conflict, FieldError, Forbidden, NotFound, Unavailable, Unprocessable
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
    """The day has passed, and was decided: decisions that were made would change."""

    code = "effective_date_past"
    title = "What has passed stays decided"


class WholeBankMatter(Forbidden):
    """Rulebooks are the whole bank's: a key of a unit has none govern, not even within its unit."""

    code = "whole_bank_matter"
    title = "A key of the whole bank is needed"

    def __init__(self) -> None:
        super().__init__(
            "Where and when rulebooks govern is decided by keys of the whole bank, not by those of a unit."
        )


class SecondPersonNeeded(Forbidden):
    """Whoever stored the draft does not also have it govern."""

    code = "second_person_needed"
    title = "A second person is needed"

    def __init__(self) -> None:
        super().__init__("Whoever stored the draft does not publish or widen it: another person must.")


class SimulationNeeded(Conflict):
    """No simulation is attached to this very digest."""

    code = "simulation_needed"
    title = "The draft has not been tried on the clients"

    def __init__(self, name: str, number: int, digest: str) -> None:
        super().__init__(
            f"No simulation of {digest} is attached. POST /v1/runs of kind dry_run with version {number} of {name}, "
            "over the whole bank, attaches one when it ends. A draft that is changed is simulated anew."
        )


class DigestMismatch(Conflict):
    """What was simulated is not the content of this version."""

    code = "digest_mismatch"
    title = "The version has another digest"


class NotPublished(Conflict):
    """A draft governs nowhere: it is published first."""

    code = "not_published"
    title = "The version is not published"


class NotGoverning(Conflict):
    """The version governs there on no day from that day on, so there is nothing to end."""

    code = "not_governing"
    title = "The version does not govern there"


class ReignOverlaps(Conflict):
    """A pilot of another version would govern the same clients on the same days."""

    code = "reign_overlaps"
    title = "Another version governs there on those days"


class ReignInvalid(Unprocessable):
    """The days and units do not fit each other; `errors` says which."""

    code = "reign_invalid"
    title = "The version cannot govern so"

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail, errors=[FieldError(pointer="/effective_until", code=code, detail=detail)])


class UnitsUnknown(Unprocessable):
    """The request names units that do not exist on the first day; code and title are the organisation's own."""

    code = "no_such_unit"
    title = "The request names no unit"

    def __init__(self, indexes: Iterable[int], day: date) -> None:
        detail = f"no such unit on {day}"
        super().__init__(
            errors=[FieldError(pointer=f"/units/{index}", code=self.code, detail=detail) for index in indexes]
        )
