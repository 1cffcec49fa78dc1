"""What is done with roles: put and list. They are the whole bank's: every key reads them, a unit's changes none."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.organisation.faults import refused
from app.organisation.lock import one_at_a_time
from app.organisation.refusals import WholeBankOnly
from app.organisation.tables import Role
from app.organisation.units import Outcome
from app.trail.change import Change, Reading
from app.trail.entry import Entry


async def listed_roles(reads: Reading, after: str | None, limit: int) -> Sequence[Role]:
    """Return roles by name, those behind `after`."""
    query = select(Role).order_by(Role.name).limit(limit)
    return (await reads.session.scalars(query if after is None else query.where(Role.name > after))).all()


async def revision_of_role(change: Change, name: str) -> int | None:
    """Return the revision of a role, which stays until the commit; None where there is none."""
    await one_at_a_time(change.session)
    return await change.session.scalar(select(Role.revision).where(Role.name == name))


async def put_role(change: Change, name: str, english: str, chinese: str) -> tuple[Role, Outcome]:
    """Create a role or label it anew; raises WholeBankOnly for a key of a unit."""
    if change.actor.unit is not None:
        change.deny(refused("role", name, None, "roles are the whole bank's"))
        raise WholeBankOnly
    await one_at_a_time(change.session)
    role = await change.session.get(Role, name)
    before = None if role is None else _told(role)
    if role is None:
        role = Role(name=name, revision=0)
        change.session.add(role)
    role.label_en, role.label_zh = english, chinese
    if before == _told(role):
        return role, "unchanged"
    role.revision, role.updated_at = role.revision + 1, change.now
    await change.session.flush()
    await change.note(Entry("role.changed" if before else "role.created", "role", name, None, before, _told(role)))
    return role, "changed" if before else "created"


def _told(role: Role) -> dict[str, Any]:
    return {"en": role.label_en, "zh": role.label_zh}
