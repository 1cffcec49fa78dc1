"""Visits between the wire and the verbs."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from app.coverage.visits.correcting import Correction
from app.coverage.visits.schemas import (
    CorrectionOrder,
    OutsideOrder,
    ParticipantOrder,
    VisitDetail,
    VisitOrder,
    VisitRevision,
)
from app.coverage.visits.storing import TEXTS
from app.coverage.visits.told import Part, Texts, Told, Visit


def told_of(order: VisitOrder) -> Told:
    """What a request tells."""
    return Told(
        order.client_id,
        order.at.astimezone(UTC),
        order.kind,
        parts_of(order.participants),
        Texts(order.purpose, order.summary, order.next_step, order.place),
        outside_of(order.outside) if order.outside else (),
        order.evidence,
        order.external_id,
        order.reason,
        order.planned_id,
    )


def correction_of(order: CorrectionOrder) -> Correction:
    """What a request corrects."""
    return Correction(
        reason=order.reason,
        at=None if order.at is None else order.at.astimezone(UTC),
        kind=order.kind,
        participants=None if order.participants is None else parts_of(order.participants),
        outside=None if order.outside is None else outside_of(order.outside),
        evidence=order.evidence,
        texts={name: getattr(order, name) for name in TEXTS if name in order.model_fields_set},
    )


def parts_of(orders: Sequence[ParticipantOrder]) -> list[Part]:
    """Who is said to have taken part."""
    return [Part(each.officer_id, each.role, each.leads) for each in orders]


def outside_of(orders: Sequence[OutsideOrder]) -> list[dict[str, Any]]:
    """The others, as they are kept: what is not said is left out."""
    return [each.model_dump(mode="json", exclude_none=True) for each in orders]


def as_detail(visit: Visit) -> VisitDetail:
    """A visit as it stands, by its last revision."""
    return VisitDetail.model_validate({**_said(visit), "state": visit.state})


def as_revision(visit: Visit) -> VisitRevision:
    """One revision of a visit."""
    return VisitRevision.model_validate(_said(visit))


def _said(visit: Visit) -> dict[str, Any]:
    own = {name: getattr(visit, name) for name in VisitRevision.model_fields if name not in _ELSEWHERE}
    people = [each._asdict() for each in visit.participants]
    return {**own, **visit.texts._asdict(), "visit_id": visit.id, "participants": people}


_ELSEWHERE = frozenset({"visit_id", "participants", *TEXTS})
