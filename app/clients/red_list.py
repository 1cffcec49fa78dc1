"""The red list: clients whom nobody can reach, and who is to find out how (domain.md G2)."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.profile import PERSON
from app.clients.reading import columns, is_visible
from app.clients.tables import Assignment, Client, Contact
from app.db.half_open import stands_on
from app.organisation.lookup import posts_of
from app.trail.change import Reading


@dataclass(frozen=True, slots=True)
class Unreached:
    """A client without a working contact; `owner` is the officer who owns it and serves the bank today."""

    client_id: str
    kind: str
    name: str | None
    unit: str | None
    owner: str | None
    broken: int
    unchecked: int


async def red_list(reads: Reading, unit: str | None, cursor: str | None, limit: int) -> list[Unreached]:
    """Return clients that the caller sees, of `unit` and below, without a working contact, by id.

    Persons who were erased are left out: nothing may be kept to reach them by.
    """
    conditions = [
        is_visible(Client.id, reads.actor.unit, reads.today),
        is_visible(Client.id, unit, reads.today),
        ~exists().where(Contact.client_id == Client.id, Contact.state == "working"),
        or_(Client.kind != PERSON, Client.erased_at.is_(None)),
    ]
    if cursor is not None:
        conditions.append(Client.id > cursor)
    owner = select(Assignment.officer_id).where(
        Assignment.client_id == Client.id, Assignment.owner, stands_on(Assignment, reads.today)
    )
    counts = [_count(state).label(state) for state in ("broken", "unchecked")]
    query = select(*columns(reads.today), owner.scalar_subquery().label("owner"), *counts).where(*conditions)
    rows = (await reads.session.execute(query.order_by(Client.id).limit(limit))).all()
    posts = await posts_of(reads.session, {row.owner for row in rows if row.owner}, reads.today)
    serving = {post.officer_id: post.officer_id for post in posts}
    return [
        Unreached(row.id, row.kind, row.name, row.unit, serving.get(row.owner), row.broken, row.unchecked)
        for row in rows
    ]


async def is_reachable(session: AsyncSession, client_id: str) -> bool:
    """Whether the client has a contact that works."""
    return bool(
        await session.scalar(select(exists().where(Contact.client_id == client_id, Contact.state == "working")))
    )


def _count(state: str) -> ScalarSelect[int]:
    return select(func.count()).where(Contact.client_id == Client.id, Contact.state == state).scalar_subquery()
