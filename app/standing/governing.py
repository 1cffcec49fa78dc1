"""Under which version people act on a client: the one that governs it today."""

from app.organisation.queries import unit_path
from app.rulebooks.published import Published
from app.rulebooks.refusals import NotInForce, RulebookUnreadable
from app.rulebooks.registry import Registry
from app.trail.change import Reading


async def governing_today(reads: Reading, registry: Registry, rulebook: str, unit: str | None) -> Published:
    """The version of a rulebook that governs the clients that a unit leads; raises the registry's refusals."""
    return registry.governing(rulebook, await unit_path(reads.session, unit, reads.today), reads.today)


async def tiered_today(reads: Reading, registry: Registry, own: Published, unit: str | None) -> Published:
    """The version in whose tiers a case moves its client: the one that governs it today.

    `own`, under which the case was opened, where none governs, this build cannot read it, or it has no tiers.
    """
    try:
        governing = await governing_today(reads, registry, own.name, unit)
    except (NotInForce, RulebookUnreadable):
        return own
    return own if governing.sound.rulebook.tiers is None else governing
