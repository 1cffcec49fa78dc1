"""Whose an occasion is: it is owed by a role, and so by whoever holds that role at the client today."""

from sqlalchemy import ColumnElement, and_, or_

from app.clients.holding import is_assigned, is_led_below
from app.clients.team import EX_OFFICIO
from app.coverage.tables import Occasion
from app.organisation.lookup import posts_of
from app.organisation.standing_in import stood_in_for
from app.trail.change import Reading


async def owed_by(reads: Reading, officer_id: str) -> ColumnElement[bool]:
    """Whether the officer holds the role of an occasion at its client, as assigned or by their post.

    Whoever stands in for an officer on leave holds that one's roles.
    """
    officers = [officer_id, *await stood_in_for(reads.session, officer_id, reads.today)]
    posts = await posts_of(reads.session, officers, reads.today)
    by_post = (
        and_(Occasion.role == post.role, is_led_below(Occasion.client_id, post.unit_id, reads.today))
        for post in posts
        if post.role in EX_OFFICIO
    )
    return or_(is_assigned(Occasion.client_id, Occasion.role, officers, reads.today), *by_post)
