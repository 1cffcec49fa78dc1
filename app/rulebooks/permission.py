"""Who may have a rulebook govern (domain.md A13), and what the trail says of each who did, or was denied."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.errors import Forbidden
from app.rulebooks.refusals import SecondPersonNeeded, WholeBankMatter
from app.rulebooks.tables import RulebookVersion
from app.trail.change import Change
from app.trail.entry import Entry


def entry_of(action: str, version: RulebookVersion, after: Mapping[str, Any] | None = None) -> Entry:
    """What is done to a version; rulebooks are the whole bank's matter."""
    return Entry(action, "rulebook", f"{version.name}@{version.number}", after=after, digest=version.digest)


def require_whole_bank(change: Change, entry: Entry) -> None:
    """Deny a key of a unit what `entry` says; raises WholeBankMatter."""
    if change.actor.unit is not None:
        _deny(change, entry, WholeBankMatter())


def require_second_person(change: Change, version: RulebookVersion, entry: Entry) -> None:
    """Deny the author of a draft, and a key of a unit, what `entry` says; raises SecondPersonNeeded, WholeBankMatter.

    Another key does not make another person: who acts for the same member of staff is the same (`Actor.is_another`).
    """
    require_whole_bank(change, entry)
    if not change.actor.is_another(version.created_by, version.created_key):
        _deny(change, entry, SecondPersonNeeded())


def _deny(change: Change, entry: Entry, refusal: Forbidden) -> None:
    change.deny(replace(entry, reason=refusal.code, outcome="denied"))
    raise refusal
