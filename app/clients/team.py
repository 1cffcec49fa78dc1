"""The marketing team of a client over the levels (domain.md B9), and who else covers it (C2)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.coverage import spans_of
from app.clients.reading import lead_unit
from app.clients.spans import Span, credited
from app.clients.tables import ClientUnit
from app.db.half_open import stands_on
from app.organisation.lookup import Post, paths, posts_at, posts_of, unit_kinds

EX_OFFICIO: Final = (
    "head_office_president",
    "head_office_corporate",
    "branch_president",
    "corporate_director",
    "sub_branch_head",
    "outlet_head",
)
"""Roles that are in the team of every client of their unit and below, without being assigned."""


@dataclass(frozen=True, slots=True)
class Member:
    """An officer of a team. `unit_id` is where they serve: nearest to the client, where they serve several."""

    officer_id: str
    role: str
    unit_id: str | None
    standing: Literal["assigned", "ex_officio"]
    owner: bool = False
    assignment_id: UUID | None = None
    from_day: date | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """A unit on the way from the one that leads up to the head office, with those of the team who serve there."""

    unit_id: str
    level: str
    members: Sequence[Member]


@dataclass(frozen=True, slots=True)
class Team:
    """Who covers a client on a day: the team on the lead unit's way up; others, of assisting units or elsewhere."""

    lead_unit: str | None
    assisting_units: Sequence[str]
    rungs: Sequence[Rung]
    others: Sequence[Member]
    credit_to: str | None


async def team_of(session: AsyncSession, client_id: str, day: date) -> Team:
    """Gather the team of a client as it was, or will be, on a day."""
    lead = await lead_unit(session, client_id, day)
    assisting = await _assisting(session, client_id, day)
    ways = await paths(session, {*assisting, *([lead] if lead else [])}, day)
    way = ways.get(lead, ()) if lead else ()
    aside = tuple(unit for each in assisting for unit in ways.get(each, ()) if unit not in way)
    spans = (await spans_of(session, [client_id]))[client_id]
    held = [span for span in spans if span.holds(day)]
    posts = await posts_of(session, {span.officer_id for span in held}, day)
    members = [*_assigned(held, posts, (*way, *aside))]
    members += _ex_officio(await posts_at(session, {*way, *aside}, EX_OFFICIO, day), members)
    kinds = await unit_kinds(session, way)
    rungs = [Rung(unit, kinds[unit], [each for each in members if each.unit_id == unit]) for unit in way]
    others = [each for each in members if each.unit_id not in way]
    return Team(lead, assisting, rungs, others, credited(spans, day))


async def _assisting(session: AsyncSession, client_id: str, day: date) -> list[str]:
    query = select(ClientUnit.unit_id).where(
        ClientUnit.client_id == client_id, ClientUnit.part == "assisting", stands_on(ClientUnit, day)
    )
    return list(await session.scalars(query.order_by(ClientUnit.unit_id)))


def _assigned(held: Iterable[Span], posts: Iterable[Post], near: Sequence[str]) -> Iterator[Member]:
    """Those who were assigned, each at the nearest of the units where they serve; the owner first."""
    served: dict[str, list[str]] = {}
    for post in posts:
        served.setdefault(post.officer_id, []).append(post.unit_id)
    for span in sorted(held, key=lambda each: (not each.owner, each.role, each.officer_id)):
        yield Member(
            span.officer_id,
            span.role,
            _nearest(served.get(span.officer_id, ()), near),
            "assigned",
            span.owner,
            span.id,
            span.from_day,
        )


def _nearest(served: Collection[str], near: Sequence[str]) -> str | None:
    return next((unit for unit in near if unit in served), min(served, default=None))


def _ex_officio(posts: Iterable[Post], assigned: Iterable[Member]) -> Iterator[Member]:
    """Those whose post alone puts them into the team, unless they were assigned in that role."""
    there = {(each.officer_id, each.role) for each in assigned}
    for post in posts:
        if (post.officer_id, post.role) not in there:
            yield Member(post.officer_id, post.role, post.unit_id, "ex_officio")
