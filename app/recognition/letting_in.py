"""What recognition does to a client: its tier, its level, and an assessment for current ceilings and warnings."""

from app.clients.levels import set_level
from app.recognition.desk import Desk, Taken
from app.recognition.stored import tiers_of
from app.rulebooks.published import Published
from app.rulebooks.refusals import NotInForce, RulebookUnreadable
from app.standing.assessing import Order, assess
from app.standing.governing import tiered_today
from app.standing.moving import Subject, recognised
from app.standing.refusals import NothingDecided


async def let_in(desk: Desk, taken: Taken, tier: str) -> None:
    """Recognise the client in a tier; it never lowers.

    A recognition stands also where no assessment can follow it: where the rulebook governs no longer, or decides
    this client no longer.
    """
    change, client = desk.change, taken.client
    subject = Subject(client.id, client.unit, await _version(desk, taken, tier))
    await recognised(change, subject, tier, [f"nomination:{taken.record.id}"])
    await set_level(change, client.id, taken.case.level, taken.record.category)
    try:
        assessed = await assess(change, desk.judges, client.id, Order(rulebook=taken.record.rulebook))
    except (NothingDecided, NotInForce, RulebookUnreadable):
        return
    for follow in desk.followers:
        await follow(change, desk.judges, assessed.settled)


async def _version(desk: Desk, taken: Taken, tier: str) -> Published:
    """The version that governs the client now; the one it was nominated under where that has the tier no longer."""
    governing = await tiered_today(desk.change, desk.judges.registry, taken.published, taken.client.unit)
    return governing if tier in tiers_of(governing.sound.rulebook).labels else taken.published
