"""Occasions, from what is stored to what goes over the wire."""

from datetime import date
from typing import Any, Final

from app.coverage.occasions.schemas import OccasionDetail, OccasionMark
from app.coverage.occasions.state import is_late, state_of
from app.coverage.tables import Occasion

_REST: Final = set(OccasionMark.model_fields) - {"state", "late"}


def as_mark(occasion: Occasion, today: date) -> OccasionMark:
    """An occasion without what it is about: for answers that may be kept."""
    return OccasionMark.model_validate(_said(occasion, today))


def as_occasion(occasion: Occasion, today: date) -> OccasionDetail:
    """An occasion whole."""
    return OccasionDetail.model_validate({**_said(occasion, today), "about": occasion.about})


def _said(occasion: Occasion, today: date) -> dict[str, Any]:
    rest = {name: getattr(occasion, name) for name in _REST}
    return {**rest, "state": state_of(occasion, today), "late": is_late(occasion)}
