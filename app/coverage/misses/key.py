"""What a reason for a miss is of."""

from typing import NamedTuple


class ReasonKey(NamedTuple):
    """An obligation of one period, as "2026-11"; of one holder's own, or of the role's, where `officer_id` is None."""

    client_id: str
    rulebook: str
    role: str
    officer_id: str | None
    period: str
