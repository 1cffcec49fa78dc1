"""Reasons for a miss, from what is stored to what goes over the wire."""

from typing import Final

from app.coverage.misses.codes import LABELS
from app.coverage.misses.schemas import MissReasonDetail
from app.coverage.tables import MissReason

_REST: Final = set(MissReasonDetail.model_fields) - {"label"}


def as_reason(reason: MissReason) -> MissReasonDetail:
    """A reason with what its code is called."""
    rest = {name: getattr(reason, name) for name in _REST}
    return MissReasonDetail.model_validate({**rest, "label": LABELS[reason.code]._asdict()})
