"""Storing decisions: the assessment, where the client stands, the steps, warnings and plans, and their trace.

Written for many clients at once, for runs; one client is a run of one. Whoever calls holds the clients' locks
(`reading.lock`), so that two decisions on one client come one after the other.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.standing.plans_of_movement import plan_changes
from app.standing.settled import Settled
from app.standing.tables import AssessmentRecord, ClientWarning, StandingMove, StandingRecord
from app.trail.change import Change
from app.trail.entry import Entry


async def store(change: Change, settled: Sequence[Settled]) -> None:
    """Store decisions with all that follows from them, and note each in the trail."""
    if not settled:
        return
    by = change.actor.identity
    rows = [each.row(change.now, by) for each in settled]
    await change.session.execute(insert(AssessmentRecord), rows)
    await follow(change, settled)
    await change.note(*(_entry(each) for each in settled))


async def follow(change: Change, settled: Sequence[Settled]) -> None:
    """Move the clients of decisions whose assessments are stored."""
    await _stand(change, settled)
    await _step(change, settled)
    await _warn(change, settled)
    await plan_changes(change, settled)


async def _stand(change: Change, settled: Sequence[Settled]) -> None:
    rows = [standing_row(change, each) for each in settled]
    statement = upsert(StandingRecord)
    kept = {"client_id", "rulebook", "revision"}
    values: dict[str, Any] = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    values["revision"] = StandingRecord.revision + 1
    await change.session.execute(
        statement.on_conflict_do_update(index_elements=["client_id", "rulebook"], set_=values), rows
    )


def standing_row(change: Change, settled: Settled) -> dict[str, Any]:
    """Where the client stands after the decision."""
    standing, outcome = settled.verdict.standing, settled.verdict.outcome
    return {
        "client_id": settled.client_id,
        "rulebook": settled.published.name,
        "tier": standing.tier if standing else None,
        "since": standing.since if standing else None,
        "reviews_below": standing.reviews_below if standing else 0,
        "ceiling": standing.ceiling if standing else None,
        "warnings": sorted(standing.warnings) if standing else outcome["warnings"],
        "classes": outcome["classes"],
        "score": outcome["score"],
        "complete": outcome["complete"],
        "exited_on": standing.exited_on if standing else None,
        "assessment_id": settled.id,
        "assessed_as_of": settled.grounds.as_of,
        "revision": 1,
        "updated_at": change.now,
    }


async def _step(change: Change, settled: Sequence[Settled]) -> None:
    rows = [
        {
            "client_id": each.client_id,
            "rulebook": each.published.name,
            **step.as_json(),
            "day": each.grounds.as_of,
            "at": change.now,
            "by": change.actor.identity,
            "assessment_id": each.id,
        }
        for each in settled
        for step in each.verdict.steps
    ]
    if rows:
        await change.session.execute(insert(StandingMove), rows)


async def _warn(change: Change, settled: Sequence[Settled]) -> None:
    """Raise and clear warnings, also those of rulebooks without tiers, whose movement says nothing."""
    raised = [
        {
            "id": uuid.uuid4(),
            "client_id": each.client_id,
            "rulebook": each.published.name,
            "reason": reason,
            "raised_on": each.grounds.as_of,
        }
        for each in settled
        for reason in _standing_warnings(each)
    ]
    if raised:
        keeps = upsert(ClientWarning).on_conflict_do_nothing(
            index_elements=["client_id", "rulebook", "reason"], index_where=ClientWarning.cleared_on.is_(None)
        )
        await change.session.execute(keeps, raised)
    for each in settled:
        if each.grounds.standing is None or each.grounds.standing.warnings - set(_standing_warnings(each)):
            await _clear(change, each)


async def _clear(change: Change, settled: Settled) -> None:
    stand = list(_standing_warnings(settled))
    await change.session.execute(
        update(ClientWarning)
        .where(
            tuple_(ClientWarning.client_id, ClientWarning.rulebook) == (settled.client_id, settled.published.name),
            ClientWarning.cleared_on.is_(None),
            ClientWarning.reason.not_in(stand),
        )
        .values(cleared_on=settled.grounds.as_of)
    )


def _standing_warnings(settled: Settled) -> Iterable[str]:
    standing = settled.verdict.standing
    return sorted(standing.warnings) if standing else settled.verdict.outcome["warnings"]


def _entry(settled: Settled) -> Entry:
    before, after = settled.grounds.standing, settled.verdict.standing
    return Entry(
        action="client.assessed",
        object_type="client",
        object_id=settled.client_id,
        unit=settled.unit,
        before=before.as_json() if before else None,
        after={
            "assessment": str(settled.id),
            "rulebook": settled.published.name,
            "version": settled.published.number,
            "review": settled.review,
            "classes": settled.verdict.outcome["classes"],
            "standing": after.as_json() if after else None,
            "moves": [step.as_json() for step in settled.verdict.steps],
        },
        reason=", ".join(dict.fromkeys(reason for step in settled.verdict.steps for reason in step.reasons)) or None,
        digest=settled.published.sound.digest,
    )
