"""What a process knows of published rulebooks: each once, and none in the place of another."""

import asyncio
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions
from app.rulebooks.governance import end, widen
from app.rulebooks.published import Published, Unreadable, read_published
from app.rulebooks.refusals import RulebooksNotLoaded, RulebookUnreadable, VersionNotFound
from app.rulebooks.registry import Registry
from app.rulebooks.reign import Term
from app.rulebooks.tables import RulebookVersion
from app.tiering.decider import Deciders
from app.tiering.schemas import ScoreRequest
from app.tiering.service import score
from tests.rulebooks.publishing import SECOND, published
from tests.rulebooks.small_bank import found_small_bank
from tests.rulebooks.test_versions import BOOK, NAME
from tests.service import change_of

FIRST, NOW, SECOND_DAY = date(2026, 1, 1), date(2026, 11, 22), date(2026, 12, 1)
END = date(2027, 6, 1)


async def stored(session: AsyncSession, bound: str, day: date, digest: str | None = None) -> None:
    await published(session, BOOK.replace("BOUND", bound), Term((), day), digest)


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
        await stored(session, "2亿", SECOND_DAY, digest="sha256:another")
    known = Registry(sessions)
    await known.refresh()
    assert known.in_force(NAME, date(2026, 11, 30)).number == 1
    with pytest.raises(RulebookUnreadable):
        known.in_force(NAME, SECOND_DAY)
    with pytest.raises(RulebookUnreadable):
        known.pinned(NAME, 2)
    assert (known.all_in_force(SECOND_DAY), known.unreadable_in_force(SECOND_DAY)) == ([], [NAME])
    assert known.unreadable_in_force(FIRST) == []


async def test_where_nothing_in_force_can_be_read_scoring_says_so(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await stored(session, "1亿", FIRST, digest="sha256:another")
    known = Registry(sessions)
    await known.refresh()
    with pytest.raises(RulebookUnreadable):
        Deciders(known).in_force(SECOND_DAY)


async def test_what_only_an_unreadable_rulebook_may_know_is_no_error(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await stored(session, "1亿", FIRST, digest="sha256:another")
        await published(session, BOOK.replace("BOUND", "1亿").replace(NAME, "other"), Term((), FIRST))
    known = Registry(sessions)
    await known.refresh()
    asked = ScoreRequest.model_validate({"facts": {"known_to_it": 1}, "standing": {"tier": "its own"}})
    answer = score(Deciders(known), asked, SECOND_DAY)
    assert [each["rulebook"]["name"] for each in answer["decisions"]] == ["other"]
    assert answer["not_decided"] == [{"rulebook": NAME, "reason": "unreadable", "facts": []}]


async def test_what_is_widened_or_ended_is_known_after_the_next_look(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await found_small_bank(session)
        version = await published(session, BOOK.replace("BOUND", "1亿"), Term(("B1",), NOW, END))
    known = Registry(sessions)
    await known.refresh()
    before = known.governing(NAME, ("B1", "HO"), NOW)
    async with sessions.begin() as session:
        change = change_of(session, person=SECOND)
        await widen(change, version, Term(("B2",), NOW, END))
        await end(change, version, ("B1",), NOW)
    await known.refresh()
    assert known.governing(NAME, ("B2", "HO"), NOW) is before
    assert known.all_governing(("B1", "HO"), NOW) == []


async def test_a_pilot_that_cannot_be_read_stops_its_units_alone(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await found_small_bank(session)
        await stored(session, "1亿", FIRST)
        await published(session, BOOK.replace("BOUND", "2亿"), Term(("B1",), NOW, END), digest="sha256:another")
    known = Registry(sessions)
    await known.refresh()
    assert known.unreadable_governing(("B1", "HO"), NOW) == [NAME]
    assert (known.all_governing(("B1", "HO"), NOW), known.in_force(NAME, NOW).number) == ([], 1)
    with pytest.raises(RulebookUnreadable):
        known.by_digest("sha256:another")


async def test_a_digest_finds_its_content_by_the_first_number(sessions: Sessions) -> None:
    text = BOOK.replace("BOUND", "1亿")
    async with sessions.begin() as session:
        digest = (await published(session, text, Term((), FIRST))).digest
        await published(session, f"# a remark\n{text}", Term((), SECOND_DAY))
    known = Registry(sessions)
    await known.refresh()
    assert known.by_digest(digest).number == 1
    with pytest.raises(VersionNotFound):
        known.by_digest("sha256:unknown")


async def test_before_the_first_look_nothing_is_known(sessions: Sessions) -> None:
    known = Registry(sessions)
    with pytest.raises(RulebooksNotLoaded):
        known.by_digest("sha256:any")
    with pytest.raises(RulebooksNotLoaded):
        known.governing(NAME, (), NOW)
