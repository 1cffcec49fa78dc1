"""What tests put straight into the tables of coverage: visits that were made, visits that are owed."""

import hashlib
import uuid
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.tables import ClientObligation, ObligationRow, ObligationTerms, VisitRecord
from tests.service import NOON


async def visited(session: AsyncSession, client_id: str, day: date, *, void: bool = False) -> uuid.UUID:
    """A visit at noon UTC of a day; its id."""
    visit_id = uuid.uuid4()
    session.add(
        VisitRecord(
            id=visit_id,
            revision=1,
            client_id=client_id,
            at=datetime.combine(day, time(12), UTC),
            day=day,
            kind="visit",
            outside=[],
            evidence=[],
            fingerprint=hashlib.sha256(visit_id.bytes).digest(),
            recorded_at=NOON,
            recorded_by="test",
            ended_at=NOON if void else None,
            ended_by="test" if void else None,
            ended_why="a mistake" if void else None,
        )
    )
    await session.flush()
    return visit_id


async def owed(
    session: AsyncSession, client_id: str, from_day: date, *roles: str, digest: str = "d", **changed: Any
) -> None:
    """From a day on the client is owed three visits a month by each of the roles; by none, nothing."""
    terms_id = None
    if roles:
        terms_id = uuid.uuid4()
        terms = {"rulebook": "corporate-classes", "version": 1, "digest": digest, "classes": {}, "grace_days": 5}
        session.add(ObligationTerms(id=terms_id, **terms))
        await session.flush()
        rule = {"per": "month", "at_least": 3, "counts": ["visit"], "each_holder": False, "lead_only": False, **changed}
        session.add_all(ObligationRow(terms_id=terms_id, role=role, **rule) for role in roles)
    row = {"rulebook": "corporate-classes", "why": "assessed", "recorded_at": NOON}
    session.add(ClientObligation(client_id=client_id, from_day=from_day, terms_id=terms_id, **row))
    await session.flush()
