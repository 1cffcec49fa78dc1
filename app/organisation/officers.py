"""What is done with officers: put, one or thousands at once; posted, moved. Callers commit; each change is noted."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import select

from app.organisation.faults import Fault, raise_first, refused
from app.organisation.lock import one_at_a_time
from app.organisation.officer_store import Step, ground, load, store
from app.organisation.refusals import OfficerNotFound, PostingNotFound
from app.organisation.staff_state import OfficerOrder, OfficerState, PostingWish, Service
from app.organisation.staffing import Staffing, staffed, unseen
from app.organisation.tables import Posting
from app.organisation.units import Outcome
from app.trail.change import Change


async def put_officers(change: Change, orders: Sequence[OfficerOrder]) -> tuple[list[Outcome], dict[int, list[Fault]]]:
    """Create, rename or see off officers and begin postings, all or none; for different officers.

    Returns what became of each order, and by order what is wrong; where anything is, nothing was done.
    """
    await one_at_a_time(change.session)
    before = await load(change.session, [order.officer_id for order in orders])
    judged = await ground(change, before.values(), {wish.unit_id for order in orders for wish in order.postings})
    done = [staffed(before.get(order.officer_id), order, judged) for order in orders]
    faults = {at: staffing.faults for at, staffing in enumerate(done) if staffing.faults}
    steps = [Step(before.get(each.officer.officer), each.officer) for each in done]
    if not faults:
        await store(change, steps)
    return list(map(_outcome, steps)), faults


async def put_officer(change: Change, order: OfficerOrder) -> Outcome:
    """Put one officer; raises what is wrong with it as a problem."""
    outcomes, faults = await put_officers(change, [order])
    raise_first(change, faults.get(0, ()))
    return outcomes[0]


async def begin_posting(change: Change, officer_id: str, wish: PostingWish) -> tuple[Service, Outcome]:
    """Have an officer serve a unit in a role; unchanged, where they do so already.

    Raises OfficerNotFound, or what is wrong with the posting as a problem.
    """
    staffing, old = await _staffing(change, officer_id, [wish.unit_id])
    service = await _stored(change, staffing, old, lambda: staffing.begin(wish))
    return service, "unchanged" if staffing.officer == old else "created"


async def end_posting(change: Change, posting_id: uuid.UUID, on: date | None) -> tuple[str, Service]:
    """Have a posting end, today where no day is said: whose it is, and what became of it.

    One that has not begun by then never does; it comes back with its first day as its end. Raises PostingNotFound, or
    what is wrong with the day as a problem.
    """
    await one_at_a_time(change.session)
    officer_id = await change.session.scalar(select(Posting.officer_id).where(Posting.id == posting_id))
    if officer_id is None:
        raise PostingNotFound
    officer = (await load(change.session, [officer_id]))[officer_id]
    staffing = Staffing(await ground(change, [officer], ()), officer)
    service = next(each for each in officer.services if each.id == posting_id)
    if not staffing.ground.sees(service.unit_id):
        change.deny(refused("posting", str(posting_id), service.unit_id))
        raise PostingNotFound
    return officer_id, await _stored(change, staffing, officer, lambda: staffing.end(service, on or change.today))


async def move_officer(change: Change, officer_id: str, wish: PostingWish) -> Service:
    """End an officer's postings, as far as the caller sees them, and begin another on the day, which is returned.

    Raises OfficerNotFound, or what is wrong with the posting as a problem.
    """
    staffing, old = await _staffing(change, officer_id, [wish.unit_id])
    return await _stored(change, staffing, old, lambda: staffing.move(wish))


async def revision_of_officer(change: Change, officer_id: str) -> int | None:
    """The revision of an officer, which stays until the commit; None where there is none that the caller may see."""
    await one_at_a_time(change.session)
    found = (await load(change.session, [officer_id])).get(officer_id)
    if found is None or not (await ground(change, [found], ())).sees_officer(found):
        return None
    return found.revision


async def _staffing(change: Change, officer_id: str, wished: Iterable[str]) -> tuple[Staffing, OfficerState]:
    """An officer that the caller sees, ready for changes; raises OfficerNotFound."""
    await one_at_a_time(change.session)
    found = (await load(change.session, [officer_id])).get(officer_id)
    if found is None:
        raise OfficerNotFound
    judged = await ground(change, [found], wished)
    if not judged.sees_officer(found):
        raise_first(change, [unseen(found)])
    return Staffing(judged, found), found


async def _stored(change: Change, staffing: Staffing, old: OfficerState, do: Callable[[], Service | None]) -> Service:
    """Do one thing to an officer's postings, and write it; raises what is wrong with it as a problem."""
    service = do()
    raise_first(change, staffing.faults)
    if service is None:
        raise AssertionError("a posting is lacking, and no fault says why")
    await store(change, [Step(old, staffing.officer)])
    return service


def _outcome(step: Step) -> Outcome:
    if step.old is None:
        return "created"
    return "unchanged" if step.old == step.new else "changed"
