"""Asking for a run: what is asked must fit together, and lie within the caller's unit."""

import uuid
from collections.abc import Iterator
from typing import Any, Final

from app.errors import FieldError
from app.kernel.quantity import QuantityError
from app.kernel.rulebook import Rulebook
from app.kernel.stress import parse_shock
from app.organisation.faults import no_such_unit, raise_first, refused
from app.organisation.lookup import unit_kinds, units_within
from app.organisation.officer_reading import require_officer
from app.organisation.queries import unit_path
from app.organisation.refusals import OfficerNotFound
from app.portfolio.job import version_tried
from app.portfolio.members import leads_of, unseen
from app.portfolio.queries import open_runs
from app.portfolio.refusals import RunInvalid, TooManyRuns
from app.portfolio.schemas import RunOrder
from app.portfolio.tables import PortfolioRun
from app.rulebooks.published import Published
from app.rulebooks.registry import Registry
from app.standing.refusals import DayToCome
from app.trail.change import Change
from app.trail.entry import Entry

MOST_OPEN: Final = 20
"""Runs of one key that may wait or go on: they are done one after the other, and others ask for some too."""

_TIER = "tier"
_MOST_ERRORS = 20


async def ask(change: Change, registry: Registry, order: RunOrder) -> PortfolioRun:
    """Have a run wait for a worker.

    Raises TooManyRuns, RunInvalid, DayToCome, NoSuchUnit, what `version_tried` raises, and the registry's refusals.
    """
    if await open_runs(change.session, change.actor.name) >= MOST_OPEN:
        raise TooManyRuns(f"{MOST_OPEN} runs of this key wait or go on. Cancel one, or ask again when one has ended.")
    _raise(list(_misfits(order)))
    if order.as_of is not None and order.as_of > change.today:
        raise DayToCome
    await _check_scope(change, order)
    tried = await version_tried(change.session, order.rulebook, order.version) if order.version else None
    day = order.as_of or change.today
    path = await unit_path(change.session, order.unit or change.actor.unit, day)
    deciding = tried or registry.governing_some(order.rulebook, path, day)
    measured_by = _measured_by(deciding.sound.rulebook, order.by)
    _raise(list(_bad_shocks(deciding.sound.rulebook, order)))
    run = _row(change, order, tried, measured_by)
    change.session.add(run)
    await change.session.flush()
    await change.note(_entry(run, order))
    return run


def _misfits(order: RunOrder) -> Iterator[FieldError]:
    """What does not go with the kind of run."""
    if order.kind == "assess" and order.version is not None:
        yield _error("/version", "not_for_assess", "an assessment goes by the version that governs each client")
    if order.kind == "assess" and order.by is not None:
        yield _error("/by", "not_for_assess", "an assessment counts by tiers, or the first classification")
    if order.kind == "dry_run" and order.version is None:
        yield _error("/version", "version_needed", "say which version is to be tried")
    if order.kind != "assess" and order.review is not None:
        yield _error("/review", "only_for_assess", "nothing is stored, so that no review is decided")
    if order.kind == "stress" and not order.shocks:
        yield _error("/shocks", "shocks_needed", "say what is to happen to which facts")
    if order.kind != "stress" and order.shocks:
        yield _error("/shocks", "only_for_stress", "shocks are for stress")
    names = [each.name for each in order.shocks]
    if len(set(names)) < len(names):
        yield _error("/shocks", "repeated_name", "two scenarios have one name")


async def _check_scope(change: Change, order: RunOrder) -> None:
    """The unit, the officer and the clients that are named must be there for the caller."""
    unit, wanted = order.unit, order.filter
    if unit is not None and not await units_within(change.session, [unit], change.actor.unit, change.today):
        there = await unit_kinds(change.session, [unit])
        raise_first(change, [no_such_unit(("unit",), unit if there else None)])
    if wanted.officer is not None:
        await _check_officer(change, wanted.officer)
    if wanted.client_ids is not None:
        await _check_clients(change, wanted.client_ids)


async def _check_officer(change: Change, officer_id: str) -> None:
    try:
        await require_officer(change, officer_id)
    except OfficerNotFound:
        _raise([_error("/filter/officer", "no_such_officer", "no such officer")])


async def _check_clients(change: Change, client_ids: list[str]) -> None:
    strange = await unseen(change.session, client_ids, change.actor.unit, change.today)
    if not strange:
        return
    for client_id, unit in await leads_of(change.session, strange, change.today):
        change.deny(refused("client", client_id, unit))
    at = [index for index, client_id in enumerate(client_ids) if client_id in strange]
    _raise([_error(f"/filter/client_ids/{index}", "no_such_client", "no such client") for index in at])


def _measured_by(book: Rulebook, asked: str | None) -> str:
    """The column by which clients are compared."""
    classes = [each.name for each in book.classifications]
    known = [*([_TIER] if book.tiers else []), *classes]
    if asked is None and known:
        asked = known[0]
    if asked not in known:
        _raise([_error("/by", "unknown_class", f"{book.name} has {', '.join(known) or 'neither tiers nor classes'}")])
    return _TIER if asked == _TIER and book.tiers else f"class__{asked}"


def _bad_shocks(book: Rulebook, order: RunOrder) -> Iterator[FieldError]:
    for at, scenario in enumerate(order.shocks):
        for name, text in scenario.changes.items():
            pointer = f"/shocks/{at}/changes/{name}"
            if name not in book.facts:
                yield _error(pointer, "unknown_fact", f"{book.name} has no fact of this name")
                continue
            try:
                parse_shock(book.facts[name], text)
            except QuantityError as error:
                yield _error(pointer, "invalid_shock", str(error))


def _row(change: Change, order: RunOrder, tried: Published | None, measured_by: str) -> PortfolioRun:
    actor = change.actor
    return PortfolioRun(
        id=uuid.uuid4(),
        kind=order.kind,
        rulebook=order.rulebook,
        version=order.version,
        digest=tried.sound.digest if tried else None,
        measured_by=measured_by,
        as_of=order.as_of or change.today,
        review=order.review,
        unit=order.unit or actor.unit,
        day=change.today,
        filter=order.filter.model_dump(mode="json", exclude_none=True),
        shocks=[each.model_dump(mode="json") for each in order.shocks],
        state="queued",
        done=0,
        tally={},
        reading_s=0.0,
        scoring_s=0.0,
        writing_s=0.0,
        key_id=actor.key_id,
        key_name=actor.name,
        key_unit=actor.unit,
        person=actor.person,
        request_id=actor.request_id,
        asked_at=change.now,
    )


def _entry(run: PortfolioRun, order: RunOrder) -> Entry:
    told: dict[str, Any] = order.model_dump(mode="json", exclude_none=True, exclude={"filter": {"client_ids"}})
    named = order.filter.client_ids
    after = {**told, **({"clients_named": len(named)} if named else {})}
    return Entry("run.asked", "run", str(run.id), run.unit, after=after, digest=run.digest)


def _raise(errors: list[FieldError]) -> None:
    if errors:
        raise RunInvalid(errors[:_MOST_ERRORS])


def _error(pointer: str, code: str, detail: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, detail=detail)
