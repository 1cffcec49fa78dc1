"""What scoring refuses, as problems; and what a failed item of a batch says."""

from typing import Final

from app.errors import FieldError, Unprocessable

MOST_ERRORS: Final = 50
"""That are named of one client; whoever sends more wrong facts has another problem."""


class InvalidFacts(Unprocessable):
    """Facts that the rulebook does not know, or values they cannot have."""

    code = "invalid_facts"
    title = "Some facts cannot be read"

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(f"{len(errors)} of the facts cannot be read.", errors=errors[:MOST_ERRORS])


class FactsRequired(Unprocessable):
    """A rule reads facts that were not given and may not be missing."""

    code = "facts_required"
    title = "Facts are needed for a decision"

    def __init__(self, facts: tuple[str, ...]) -> None:
        errors = [
            FieldError(
                pointer=f"/facts/{name}",
                code="fact_required",
                detail="is needed: the rulebook refuses to decide without it",
            )
            for name in facts
        ]
        super().__init__(f"Give {', '.join(facts)}.", errors=errors)


class NotApplicable(Unprocessable):
    """The rulebook is not for this client."""

    code = "rulebook_not_applicable"
    title = "The rulebook does not apply to this client"

    def __init__(self, rulebook: str, asked: tuple[str, ...]) -> None:
        errors = [
            FieldError(pointer=f"/facts/{name}", code="not_applicable", detail="decides whether the rulebook applies")
            for name in asked
        ]
        super().__init__(f"{rulebook} is not for clients like this one.", errors=errors)


class VersionWithoutRulebook(Unprocessable):
    """A version was pinned and no rulebook named."""

    code = "version_without_rulebook"
    title = "A version needs its rulebook"

    def __init__(self) -> None:
        error = FieldError(
            pointer="/version", code="version_without_rulebook", detail="pins a version of which rulebook?"
        )
        super().__init__("Name the rulebook whose version this is.", errors=[error])
