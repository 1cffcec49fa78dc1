"""Assessing a client under every rulebook that governs it: decide, move, store (domain.md A4, A10, A11)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.clients.facts import KnownFact, facts_of
from app.clients.reading import ClientRow, lead_unit, visible
from app.errors import FieldError
from app.kernel.decision import Refusal
from app.organisation.queries import unit_path
from app.rulebooks.published import Published
from app.rulebooks.registry import Registry
from app.standing.grounds import Grounds, declared
from app.standing.judges import Judges
from app.standing.queries import of_review
from app.standing.reading import Stands, lock, standings_of
from app.standing.refusals import DayToCome, NothingDecided, OlderThanLast
from app.standing.settled import Settled
from app.standing.storing import store
from app.standing.tables import AssessmentRecord
from app.standing.verdict import Judge, Verdict
from app.trail.change import Change

Reason = Literal["facts_required", "not_applicable", "unreadable"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: as of which day, under which rulebook (None: every one that governs), for which review.

    With a `review`, the caller's own name for it, the decision counts as one, and the same review is decided once.
    """

    as_of: date | None = None
    rulebook: str | None = None
    review: str | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rulebook that governs and does not decide this client, and the facts that it asks for."""

    rulebook: str
    reason: Reason
    facts: tuple[str, ...]


@dataclass(slots=True)
class Assessed:
    """What an assessment came to: new decisions, those of this review that stood already, and who decides not."""

    client: ClientRow
    settled: list[Settled] = field(default_factory=list)
    stood: list[AssessmentRecord] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)


async def assess(change: Change, judges: Judges, client_id: str, order: Order) -> Assessed:
    """Decide a client, move it and store it all; of a review that was decided already, return what stands.

    Raises ClientNotFound, DayToCome, OlderThanLast, NothingDecided, and the registry's refusals.
    """
    client = await visible(change, client_id)
    day = order.as_of or change.today
    if day > change.today:
        raise DayToCome
    await lock(change.session, client_id)
    path = await _path(change, client, day)
    governing = _governing(judges.registry, path, order.rulebook, day)
    known = (await facts_of(change.session, [client_id], day, zone=change.zone)).get(client_id, {})
    asked = _Asked(day, order.review, known)
    stands = await standings_of(change.session, [client_id], [each.name for each in governing], day)
    unreadable = () if order.rulebook else judges.registry.unreadable_governing(path, day)
    assessed = Assessed(client, undecided=[Undecided(name, "unreadable", ()) for name in unreadable])
    stood = await of_review(change.session, client_id, order.review)
    for published in governing:
        if published.name in stood:
            assessed.stood.append(stood[published.name])
        else:
            _decide(assessed, judges.of(published), asked, stands.get((client_id, published.name), Stands()))
    await store(change, assessed.settled)
    if not assessed.settled and not assessed.stood:
        raise NothingDecided(_why(assessed.undecided))
    return assessed


async def _path(change: Change, client: ClientRow, day: date) -> tuple[str, ...]:
    """The unit that led the client on the day, and those above it."""
    unit = client.unit if day == change.today else await lead_unit(change.session, client.id, day)
    return await unit_path(change.session, unit, day)


def _governing(registry: Registry, path: Sequence[str], rulebook: str | None, day: date) -> Sequence[Published]:
    """The versions that govern the client on the day, by where its lead unit stood."""
    return [registry.governing(rulebook, path, day)] if rulebook else registry.all_governing(path, day)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is decided, and on which facts."""

    day: date
    review: str | None
    known: dict[str, KnownFact]


def _decide(assessed: Assessed, judge: Judge, asked: _Asked, stands: Stands) -> None:
    published = judge.published
    if stands.assessed_as_of and stands.assessed_as_of > asked.day:
        raise OlderThanLast(f"{published.name} decided this client as of {stands.assessed_as_of} already.")
    facts = declared(judge.book, asked.known)
    grounds = Grounds(asked.day, facts, stands.standing, asked.review is not None, stands.override)
    verdict = judge.decide(grounds)
    if isinstance(verdict, Verdict):
        client = assessed.client
        assessed.settled.append(
            Settled(uuid.uuid4(), client.id, client.unit, published, grounds, verdict, asked.review)
        )
    else:
        refused = isinstance(verdict, Refusal)
        reason: Reason = "facts_required" if refused else "not_applicable"
        assessed.undecided.append(Undecided(published.name, reason, verdict.missing))


def _why(undecided: Sequence[Undecided]) -> list[FieldError]:
    return [
        FieldError(
            pointer="/rulebook",
            code=each.reason,
            detail=f"{each.rulebook}: {'needs ' + ', '.join(each.facts) if each.facts else 'is not for this client'}",
        )
        for each in undecided
    ]
