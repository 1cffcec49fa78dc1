"""Who does a step of an exit: by the role that owns it, from the client's team or the units above (A12, B9)."""

from collections.abc import Iterable, Sequence

from app.clients.appointing import eligible
from app.clients.coverage import spans_of
from app.clients.reading import ClientRow
from app.clients.refusals import no_such_officer
from app.clients.spans import Span
from app.exits.refusals import NoSuchOwner
from app.kernel.exit_process import ExitStep, Steps
from app.organisation.lookup import Post, posts_at
from app.organisation.queries import unit_path
from app.trail.change import Change


async def owners_of(change: Change, client: ClientRow, steps: Steps) -> dict[str, str]:
    """The officers who own the steps, by step, as far as their roles name one.

    Whoever is assigned to the client in the role, its owner first; else whoever alone serves in it at the nearest unit
    on the way up. Where there are several, or nobody, the step is left to be assigned.
    """
    path = await unit_path(change.session, client.unit, change.today)
    spans = (await spans_of(change.session, [client.id]))[client.id]
    held = [span for span in spans if span.holds(change.today)]
    posts = await posts_at(change.session, path, {step.role for step in steps}, change.today)
    found = {step.name: _assigned(step, held) or _serving(step, posts, path) for step in steps}
    return {name: officer for name, officer in found.items() if officer is not None}


async def check_owner(change: Change, client: ClientRow, officer_id: str) -> None:
    """Raise NoSuchOwner for an officer who serves neither within the caller's unit nor above the client's."""
    may = await eligible(change, [client], [officer_id])
    if not may.may_have(officer_id, client.unit):
        change.denials.extend(may.denials(officer_id, client.unit))
        raise NoSuchOwner(no_such_officer("/officer_id"))


def _assigned(step: ExitStep, held: Sequence[Span]) -> str | None:
    theirs = [span for span in held if span.role == step.role]
    owning = [span.officer_id for span in theirs if span.owner]
    return owning[0] if owning else _only(span.officer_id for span in theirs)


def _serving(step: ExitStep, posts: Sequence[Post], path: Sequence[str]) -> str | None:
    """The one officer of the nearest unit that has the role."""
    for unit in path:
        there = [post.officer_id for post in posts if (post.unit_id, post.role) == (unit, step.role)]
        if there:
            return _only(there)
    return None


def _only(officers: Iterable[str]) -> str | None:
    found = set(officers)
    return found.pop() if len(found) == 1 else None
