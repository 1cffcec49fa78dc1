"""What a client is owed by what is written down, rule by rule: for a glance, without days or figures (domain.md D2)."""

from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.obligations.deriving import latest_of
from app.coverage.tables import ObligationRow, ObligationTerms

_RULE: Final[Any] = ObligationRow.__table__
_TERMS: Final[Any] = ObligationTerms.__table__
_RULES: Final = (
    select(_TERMS.c.id, _TERMS.c.tier, _RULE.c.role, _RULE.c.per, _RULE.c.at_least, _RULE.c.counts)
    .join(_RULE, _RULE.c.terms_id == _TERMS.c.id)
    .order_by(_TERMS.c.rulebook, _RULE.c.role, _RULE.c.per)
)


class Owed(NamedTuple):
    """What a role owes a client under a rulebook since a day: at least so many visits of these kinds `per` period."""

    rulebook: str
    tier: str | None
    role: str
    at_least: int
    per: str
    counts: list[str]
    since: date


async def owed_now(session: AsyncSession, client_id: str) -> list[Owed]:
    """Return what each role owes a client, by rulebook and role."""
    latest = await latest_of(session, [client_id])
    terms = {each.terms_id: (rulebook, each.from_day) for (_, rulebook), each in latest.items() if each.terms_id}
    rows = await session.execute(_RULES.where(_TERMS.c.id.in_(terms))) if terms else ()
    return [
        Owed(terms[row.id][0], row.tier, row.role, row.at_least, row.per, row.counts, terms[row.id][1]) for row in rows
    ]
