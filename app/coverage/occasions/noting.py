"""What the trail says of occasions: never what they are about, which may be personal."""

from typing import Any

from app.coverage.tables import Occasion
from app.trail.entry import Entry


def told(occasion: Occasion) -> dict[str, Any]:
    """What the trail holds of one."""
    return {
        "client": occasion.client_id,
        "kind": occasion.kind,
        "role": occasion.role,
        "state": occasion.state,
        "due_by": occasion.due_by.isoformat(),
        "ended_on": occasion.ended_on.isoformat() if occasion.ended_on else None,
        "visit": str(occasion.visit_id) if occasion.visit_id else None,
    }


def noted(
    step: str, occasion: Occasion, unit: str | None, before: dict[str, Any] | None, reason: str | None = None
) -> Entry:
    """A step of an occasion; `unit` leads the client."""
    action = f"occasion.{step}"
    return Entry(action, "occasion", str(occasion.id), unit, before, told(occasion), reason or None)
