"""Storing decisions: the assessment, where the client stands, the steps, warnings and plans, and their trace.

Written for many clients at once, for runs; one client is a run of one. Whoever calls holds the clients' locks
(`reading.lock`), so that two decisions on one client come one after the other.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import and_, insert, text
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db.copying import copy_rows
from app.events.emitting import emit
from app.events.envelope import Happened
from app.standing.announcing import Raised, cleared, raised, shifts
from app.standing.plans_of_movement import plan_changes
from app.standing.settled import Settled
from app.standing.tables import AssessmentRecord, ClientWarning, StandingMove
from app.trail.change import Change
from app.trail.entry import Entry

_KEPT: Final = (
    *("tier", "since", "reviews_below", "ceiling", "warnings", "classes", "score", "complete", "exited_on"),
    *("assessment_id", "assessed_as_of", "updated_at"),
)
_ASSESSMENT: Final[Any] = AssessmentRecord.__table__
_ASSESSED: Final = insert(_ASSESSMENT)
_WARNING: Final[Any] = ClientWarning.__table__
_STAND: Final = text(f"""
INSERT INTO standing (client_id, rulebook, revision, {", ".join(_KEPT)})
SELECT decided.client_id, decided.rulebook, 1, {", ".join(f"decided.{name}" for name in _KEPT)}
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS decided (
  client_id text, rulebook text, tier text, since date, reviews_below integer, ceiling text, warnings text[],
  classes jsonb, score text, complete boolean, exited_on date, assessment_id uuid, assessed_as_of date,
  updated_at timestamptz)
ON CONFLICT (client_id, rulebook) DO UPDATE SET
  revision = standing.revision + 1, {", ".join(f"{name} = excluded.{name}" for name in _KEPT)}
""")  # noqa: S608  the names are ours
_STEP: Final = ("client_id", "rulebook", "kind", "before", "after", "reasons", "day", "at", "by", "assessment_id")
_CLEAR: Final = text("""
UPDATE client_warning AS warning SET cleared_on = decided.day
FROM unnest(CAST(:clients AS text[]), CAST(:rulebooks AS text[]), CAST(:days AS date[]), CAST(:stands AS text[]))
  AS decided (client_id, rulebook, day, stands)
WHERE warning.client_id = decided.client_id AND warning.rulebook = decided.rulebook
  AND warning.cleared_on IS NULL AND warning.period IS NULL AND NOT CAST(decided.stands AS jsonb) ? warning.reason
RETURNING warning.id, warning.client_id, warning.rulebook, warning.reason, warning.cleared_on
""")


async def store(change: Change, settled: Sequence[Settled]) -> None:
    """Store decisions with all that follows from them, and note each in the trail."""
    if not settled:
        return
    by = change.actor.identity
    rows = [each.row(change.now, by) for each in settled]
    await change.session.execute(_ASSESSED, rows)
    await follow(change, settled)
    await change.note(*(entry_of(each) for each in settled))


async def follow(change: Change, settled: Sequence[Settled]) -> None:
    """Move the clients of decisions whose assessments are stored."""
    await _stand(change, settled)
    await _step(change, settled)
    warned = await _warn(change, settled)
    await plan_changes(change, settled)
    await emit(change, [*shifts(change, settled), *warned])


async def _stand(change: Change, settled: Sequence[Settled]) -> None:
    """In one statement: thousands of single ones would take the most time of a run."""
    rows = [standing_row(change, each) for each in settled]
    await change.session.execute(_STAND, {"rows": orjson.dumps(rows).decode()})


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
        "updated_at": change.now,
    }


async def _step(change: Change, settled: Sequence[Settled]) -> None:
    rows = [
        (
            each.client_id,
            each.published.name,
            step.kind,
            step.before,
            step.after,
            list(step.reasons),
            each.grounds.as_of,
            change.now,
            change.actor.identity,
            each.id,
        )
        for each in settled
        for step in each.verdict.steps
    ]
    if rows:
        await copy_rows(change.session, StandingMove, _STEP, rows)


async def _warn(change: Change, settled: Sequence[Settled]) -> list[Happened]:
    """Raise and clear warnings, also those of rulebooks without tiers, whose movement says nothing; what to tell."""
    units = {each.client_id: each.unit for each in settled}
    fresh = await _raise(change, settled)
    gone = await _clear(change, [each for each in settled if _may_clear(each)])
    return [*raised(change, fresh, units), *cleared(change, gone, units)]


async def _raise(change: Change, settled: Sequence[Settled]) -> list[Raised]:
    """Raise the warnings that do not stand yet, and return them."""
    rows = [
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
    if not rows:
        return []
    keeps = upsert(_WARNING).on_conflict_do_nothing(
        index_elements=["client_id", "rulebook", "reason"],
        index_where=and_(_WARNING.c.cleared_on.is_(None), _WARNING.c.period.is_(None)),
    )
    columns = (_WARNING.c[name] for name in ("id", "client_id", "rulebook", "reason", "raised_on"))
    return [Raised(*row) for row in await change.session.execute(keeps.returning(*columns), rows)]


def _may_clear(settled: Settled) -> bool:
    """Whether warnings may stand that no longer do; what stands without tiers is not among the grounds."""
    standing = settled.grounds.standing
    return standing is None or bool(standing.warnings - set(_standing_warnings(settled)))


async def _clear(change: Change, settled: Sequence[Settled]) -> list[Raised]:
    """Clear what does not stand any more, of all of them in one statement, and return it."""
    if not settled:
        return []
    columns = {
        "clients": [each.client_id for each in settled],
        "rulebooks": [each.published.name for each in settled],
        "days": [each.grounds.as_of for each in settled],
        "stands": [orjson.dumps(list(_standing_warnings(each))).decode() for each in settled],
    }
    return [Raised(*row) for row in await change.session.execute(_CLEAR, columns)]


def _standing_warnings(settled: Settled) -> Iterable[str]:
    standing = settled.verdict.standing
    return sorted(standing.warnings) if standing else settled.verdict.outcome["warnings"]


def entry_of(settled: Settled) -> Entry:
    """What the trail says of a client that was assessed: where it stood, where it stands, by which steps."""
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
