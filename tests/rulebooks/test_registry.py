"""What a process knows of published rulebooks: each once, and none in the place of another."""

import asyncio
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions
from app.rulebooks.check import check
from app.rulebooks.published import Published, Unreadable, read_published
from app.rulebooks.refusals import RulebookUnreadable
from app.rulebooks.registry import Registry
from app.rulebooks.service import publish, store_draft
from app.rulebooks.tables import RulebookVersion
from app.tiering.decider import Deciders
from app.tiering.schemas import ScoreRequest
from app.tiering.service import score
from tests.rulebooks.test_versions import BOOK, NAME
from tests.service import change_of

FIRST, SECOND = date(2026, 1, 1), date(2026, 12, 1)


async def stored(session: AsyncSession, bound: str, day: date, digest: str | None = None) -> None:
    text = BOOK.replace("BOUND", bound)
    report = check(text)
    draft = await store_draft(change_of(session), NAME, text, report)
    draft.digest = digest or draft.digest
    await publish(change_of(session), draft, report, day)


async def test_a_version_is_read_once_however_many_ask_at_once(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def counting(row: RulebookVersion) -> Published | Unreadable:
        read.append(row.number)
        return read_published(row)

    monkeypatch.setattr("app.rulebooks.registry.read_published", counting)
    async with sessions.begin() as session:
        await stored(session, "1亿", FIRST)
    known = Registry(sessions)
    await asyncio.gather(*(known.refresh() for _ in range(3)))
    assert read == [1]


async def test_a_version_whose_content_is_not_what_was_published_governs_and_decides_nothing(
    sessions: Sessions,
) -> None:
    async with sessions.begin() as session:
        await stored(session, "1亿", FIRST)
        await stored(session, "2亿", SECOND, digest="sha256:another")
    known = Registry(sessions)
    await known.refresh()
    assert known.in_force(NAME, date(2026, 11, 30)).number == 1
    with pytest.raises(RulebookUnreadable):
        known.in_force(NAME, SECOND)
    with pytest.raises(RulebookUnreadable):
        known.pinned(NAME, 2)
    assert (known.all_in_force(SECOND), known.unreadable_in_force(SECOND)) == ([], [NAME])
    assert known.unreadable_in_force(FIRST) == []


async def test_where_nothing_in_force_can_be_read_scoring_says_so(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await stored(session, "1亿", FIRST, digest="sha256:another")
    known = Registry(sessions)
    await known.refresh()
    with pytest.raises(RulebookUnreadable):
        Deciders(known).in_force(SECOND)


async def test_what_only_an_unreadable_rulebook_may_know_is_no_error(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await stored(session, "1亿", FIRST, digest="sha256:another")
        text = BOOK.replace("BOUND", "1亿").replace(NAME, "other")
        draft = await store_draft(change_of(session), "other", text, check(text))
        await publish(change_of(session), draft, check(text), FIRST)
    known = Registry(sessions)
    await known.refresh()
    asked = ScoreRequest.model_validate({"facts": {"known_to_it": 1}, "standing": {"tier": "its own"}})
    answer = score(Deciders(known), asked, SECOND)
    assert [each["rulebook"]["name"] for each in answer["decisions"]] == ["other"]
    assert answer["not_decided"] == [{"rulebook": NAME, "reason": "unreadable", "facts": []}]
