"""Who acts is somebody: a person whom a request names serves the bank today, within the unit of the key (B9, A13)."""

from app.organisation.faults import refused
from app.organisation.lookup import posts_of, units_within
from app.organisation.refusals import NotAnOfficer
from app.trail.change import Reading


async def check_serves(reads: Reading) -> None:
    """Raise NotAnOfficer for a person who serves nowhere today, or not within the key's unit.

    The front-end of a branch does not act as a member of another's staff. Whose own key it is may have left meanwhile:
    that person is looked for as one who is named is. A request that names nobody is its key's, and passes.
    """
    person = reads.actor.person
    if person is None:
        return
    served = [post.unit_id for post in await posts_of(reads.session, [person], reads.today)]
    if await units_within(reads.session, served, reads.actor.unit, reads.today):
        return
    if served:
        reads.deny(refused("officer", person, served[0]))
    else:
        reads.deny(refused("officer", person, reads.actor.unit, "no officer who serves today"))
    raise NotAnOfficer("Nobody of this number serves the bank, or the key's unit, today.")
