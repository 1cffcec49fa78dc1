"""What is owed becomes something else without an assessment: another version begins to govern, a tier is set or left.

Looked for again and again, and so never forgotten: whoever asks what governs a client, and in which tier it stands,
must find the same in what is owed. Nothing is assessed and nobody moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text

from app.clients.facts import facts_of
from app.clients.in_sql import LED
from app.coverage.obligations.deriving import Derived, write
from app.coverage.obligations.terms import Terms, nothing_owed, terms_in
from app.organisation.lookup import paths
from app.rulebooks.published import Published
from app.rulebooks.refusals import RulebookUnreadable
from app.standing.grounds import Grounds, declared
from app.standing.in_sql import STANDS
from app.standing.judges import Judges
from app.standing.reading import lock, standings_of
from app.standing.verdict import Verdict
from app.trail.change import Change
from app.trail.entry import Entry

PAGE: Final = 2_000
"""Standings that are compared at one go."""

_COMPARED: Final = text(f"""
WITH book AS ({LED})
SELECT book.client_id, book.unit_id, book.led_since, stands.rulebook, stands.tier,
  owed.terms_id, terms.digest, terms.tier AS owed_tier
FROM book JOIN ({STANDS}) AS stands ON stands.client_id = book.client_id
LEFT JOIN LATERAL (
  SELECT last.terms_id FROM client_obligation AS last
  WHERE (last.client_id, last.rulebook) = (book.client_id, stands.rulebook) ORDER BY last.id DESC LIMIT 1
) AS owed ON true
LEFT JOIN obligation_terms AS terms ON terms.id = owed.terms_id
WHERE (book.client_id, stands.rulebook) > (:client, :rulebook)
ORDER BY book.client_id, stands.rulebook LIMIT :limit
""")

START: Final = ("", "")
"""Before the first client and rulebook."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How far the comparison came, and how many were owed something else; `more` may follow."""

    cursor: tuple[str, str]
    changed: int
    more: bool


async def rederive(change: Change, judges: Judges, after: tuple[str, str], limit: int = PAGE) -> Compared:
    """Compare the next standings with what is owed, and write down what must be another from today on."""
    asked = {"on": change.today, "client": after[0], "rulebook": after[1], "limit": limit}
    rows = (await change.session.execute(_COMPARED, asked)).all()
    ways = await paths(change.session, {row.unit_id for row in rows}, change.today)
    changed = 0
    for row in rows:
        path = ways.get(row.unit_id, ())
        governing = _governing(judges, row, path, change.today)
        if not isinstance(governing, _Unreadable) and _is_stale(row, governing):
            changed += await _derive_anew(change, judges, row, path, governing)
    last = (rows[-1].client_id, rows[-1].rulebook) if rows else after
    return Compared(last, changed, more=len(rows) == limit)


class _Unreadable:
    """Another build's version governs: a process of that build works it out."""


_UNREADABLE: Final = _Unreadable()


def _governing(judges: Judges, row: Any, path: Sequence[str], day: date) -> Published | _Unreadable | None:
    try:
        return judges.registry.governs(row.rulebook, path, day)
    except RulebookUnreadable:
        return _UNREADABLE


def _is_stale(row: Any, governing: Published | None) -> bool:
    if governing is None or (governing.sound.rulebook.coverage is None and row.digest != governing.sound.digest):
        return row.terms_id is not None
    if governing.sound.rulebook.coverage is None:
        return False
    return (row.digest, row.owed_tier) != (governing.sound.digest, row.tier)


async def _derive_anew(
    change: Change, judges: Judges, row: Any, path: Sequence[str], governing: Published | None
) -> int:
    await lock(change.session, row.client_id)
    if governing is None:
        derived = Derived(row.client_id, row.rulebook, None, change.today, "version")
    else:
        is_new = row.digest != governing.sound.digest
        day = _since(judges, row, path, change.today) if is_new else change.today
        terms = await _terms(change, judges, row, governing)
        derived = Derived(row.client_id, row.rulebook, terms, day, "version" if is_new else "standing")
    written = await write(change, [derived])
    if written:
        await change.note(_entry(row, derived))
    return written


def _entry(row: Any, derived: Derived) -> Entry:
    """What the trail says: what was owed by, what is, since when and why."""
    terms = derived.terms
    after = {"rulebook": derived.rulebook, "terms": str(terms.id) if terms else None, "why": derived.why}
    return Entry(
        action="obligation.rederived",
        object_type="client",
        object_id=derived.client_id,
        unit=row.unit_id,
        before={"terms": str(row.terms_id) if row.terms_id else None},
        after={**after, "from": derived.from_day.isoformat()},
        digest=terms.digest if terms else None,
    )


def _since(judges: Judges, row: Any, path: Sequence[str], today: date) -> date:
    """Since when a version governs a client, were we not there on that day; nothing before this month is touched."""
    led_since: date = row.led_since
    governs_since = judges.registry.governs_since(row.rulebook, path, today) or today
    return max(governs_since, led_since, today.replace(day=1))


async def _terms(change: Change, judges: Judges, row: Any, governing: Published) -> Terms | None:
    """By the version that governs, on the facts of today; it owes nothing to a client that it does not decide."""
    if governing.sound.rulebook.coverage is None:
        return None
    judge, client_id = judges.of(governing), row.client_id
    known: Mapping[str, Any] = await facts_of(change.session, [client_id], change.today, zone=change.zone)
    stands = await standings_of(change.session, [client_id], [row.rulebook], change.today)
    found = stands.get((client_id, row.rulebook))
    standing, override = (found.standing, found.override) if found else (None, None)
    grounds = Grounds(change.today, declared(judge.book, known[client_id]), standing, counts=False, override=override)
    verdict = judge.decide(grounds)
    return (
        terms_in(judge, grounds, verdict, row.tier) if isinstance(verdict, Verdict) else nothing_owed(judge, row.tier)
    )
