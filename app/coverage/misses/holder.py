"""Whether an officer may be named in a reason: who served the client in the period, there or as assigned."""

from collections.abc import Sequence
from datetime import date, timedelta

from app.clients.coverage import spans_of
from app.clients.reading import ClientRow
from app.kernel.coverage.span import Span
from app.organisation.faults import refused
from app.organisation.lookup import Post, posts_of, units_within
from app.organisation.queries import unit_path
from app.trail.change import Change


async def check_holder(change: Change, client: ClientRow, officer_id: str, days: Span) -> bool:
    """Whether the officer was assigned to the client in the days, or served on the last of them that has begun.

    By their post they count within the caller's unit, and on the way up from the unit that leads the client. Notes a
    denial for one who is there, but elsewhere.
    """
    spans = (await spans_of(change.session, [client.id]))[client.id]
    if any(each.officer_id == officer_id and _meets(each.from_day, each.until_day, days) for each in spans):
        return True
    posts = await posts_of(change.session, [officer_id], min(days.until - timedelta(days=1), change.today))
    if await _serves_near(change, client, posts):
        return True
    if posts:
        change.deny(refused("officer", officer_id, posts[0].unit_id))
    return False


def _meets(from_day: date, until_day: date | None, days: Span) -> bool:
    return from_day < days.until and (until_day is None or until_day > days.start)


async def _serves_near(change: Change, client: ClientRow, posts: Sequence[Post]) -> bool:
    served = {post.unit_id for post in posts}
    if await units_within(change.session, served, change.actor.unit, change.today):
        return True
    return not served.isdisjoint(await unit_path(change.session, client.unit, change.today))
