"""How a version comes to govern (domain.md A13, A17): published by a second person after a simulation, widened, ended.

Callers commit; each change is noted, and each denial.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.rulebooks import reigning, service
from app.rulebooks.check import Report
from app.rulebooks.following import follow
from app.rulebooks.permission import entry_of, require_second_person, require_whole_bank
from app.rulebooks.refusals import AlreadyPublished, NotPublished, SimulationNeeded, UnsoundRulebook
from app.rulebooks.reign import Term
from app.rulebooks.simulations import is_simulated
from app.rulebooks.tables import RulebookVersion
from app.trail.change import Change
from app.trail.entry import Entry


async def publish(change: Change, draft: RulebookVersion, report: Report, term: Term) -> RulebookVersion:
    """Publish a draft whose check is `report`: it governs for the term, and its content never changes again.

    Needs another person than its author, and a simulation of exactly its digest. Raises WholeBankMatter,
    SecondPersonNeeded, AlreadyPublished, UnsoundRulebook, SimulationNeeded, and what `reigning.begin` raises.
    """
    entry = entry_of("rulebook.published", draft, _as_noted(term))
    require_second_person(change, draft, entry)
    await _lock_draft(change, draft, report)
    if not await is_simulated(change.session, draft.name, draft.digest):
        raise SimulationNeeded(draft.name, draft.number, draft.digest)
    return await _enact(change, draft, term, entry)


async def publish_by_itself(
    change: Change, draft: RulebookVersion, report: Report, term: Term, reason: str
) -> RulebookVersion:
    """Publish what comes with Tierbook, without a second person or a simulation: the trail says so, with the reason."""
    await _lock_draft(change, draft, report)
    return await _enact(
        change, draft, term, replace(entry_of("rulebook.published", draft, _as_noted(term)), reason=reason)
    )


async def widen(change: Change, version: RulebookVersion, term: Term) -> None:
    """Have a published version govern for a further term: in more units, for longer, or in the whole bank.

    Raises WholeBankMatter, SecondPersonNeeded for the draft's author, NotPublished, and what `reigning.begin` raises.
    """
    entry = entry_of("rulebook.widened", version, _as_noted(term))
    require_second_person(change, version, entry)
    if version.published_at is None:
        raise NotPublished(f"Version {version.number} of {version.name} is a draft: publish it.")
    await service.lock(change.session, version.name)
    await reigning.begin(change, version, term)
    await change.note(entry)
    await follow(change, version, term, "begins")


async def end(change: Change, version: RulebookVersion, units: Sequence[str], on: date) -> None:
    """End a version's reigns in these units, or with none in the whole bank; `on` is the first day without it.

    Where a pilot ended the bank's version governs again. Where the bank's was ended none does until another begins; one
    that had not begun leaves the version before it. One person is enough to stop what goes wrong. Raises
    WholeBankMatter, EffectiveDatePast, NotGoverning.
    """
    entry = entry_of("rulebook.ended", version, {"units": list(units), "on": on.isoformat()})
    require_whole_bank(change, entry)
    await service.lock(change.session, version.name)
    ended = await reigning.end(change, version, units, on)
    before = [{"unit": each.unit_id, **_days(each.from_day, each.until_day)} for each in ended]
    await change.note(replace(entry, before={"reigns": before}))
    for each in ended:
        lasted = Term((each.unit_id,) if each.unit_id else (), each.from_day, on)
        await follow(change, version, lasted, "ends")


async def _lock_draft(change: Change, draft: RulebookVersion, report: Report) -> None:
    await service.lock(change.session, draft.name)
    await change.session.refresh(draft)
    if draft.published_at is not None:
        raise AlreadyPublished("It is published already. To have it govern elsewhere, or again, widen it.")
    if report.sound is None:
        raise UnsoundRulebook(report.problems)


async def _enact(change: Change, draft: RulebookVersion, term: Term, entry: Entry) -> RulebookVersion:
    await reigning.begin(change, draft, term)
    draft.published_at, draft.published_by = change.now, change.actor.identity
    await change.session.flush()
    await change.note(entry)
    await follow(change, draft, term, "begins")
    return draft


def _as_noted(term: Term) -> dict[str, Any]:
    return {"units": list(term.units), **_days(term.from_day, term.until_day)}


def _days(first: date, until: date | None) -> dict[str, str | None]:
    return {"effective_from": first.isoformat(), "effective_until": until.isoformat() if until else None}
