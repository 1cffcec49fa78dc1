"""Drafts and publications that race on a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest

from app.db.engine import Sessions, open_engine, open_sessions
from app.rulebooks.check import check
from app.rulebooks.governance import publish
from app.rulebooks.refusals import AlreadyPublished, EffectiveDateTaken, ReignOverlaps
from app.rulebooks.reign import Term
from app.rulebooks.service import store_draft, version
from app.settings import Settings
from tests.rulebooks.publishing import AUTHOR, SECOND, simulated
from tests.rulebooks.small_bank import found_small_bank
from tests.rulebooks.test_versions import BOOK, NAME
from tests.service import change_of

TEXT = BOOK.replace("BOUND", "1亿")
REPORT = check(TEXT)
DAY = date(2026, 12, 1)
BANK_WIDE = Term((), DAY)


PILOT = Term(("B1",), DAY, date(2027, 6, 1))


@pytest.fixture
async def committing(bare_settings: Settings, fresh_database_url: str) -> AsyncIterator[Sessions]:
    engine = open_engine(bare_settings.with_database(fresh_database_url))
    yield open_sessions(engine)
    await engine.dispose()


async def drafted(sessions: Sessions) -> int:
    async with sessions.begin() as session:
        number = (await store_draft(change_of(session, person=AUTHOR), NAME, TEXT, REPORT)).number
        await simulated(session, NAME, number)
        return number


async def published(sessions: Sessions, number: int, term: Term = BANK_WIDE) -> int:
    async with sessions.begin() as session:
        draft = await version(session, NAME, number)
        return (await publish(change_of(session, person=SECOND), draft, REPORT, term)).number


async def test_drafts_stored_at_once_get_numbers_of_their_own(committing: Sessions) -> None:
    assert sorted(await asyncio.gather(*(drafted(committing) for _ in range(6)))) == [1, 2, 3, 4, 5, 6]


async def test_of_two_versions_published_at_once_for_one_day_one_is_refused(committing: Sessions) -> None:
    numbers = [await drafted(committing) for _ in range(2)]
    outcomes = await asyncio.gather(*(published(committing, each) for each in numbers), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == [EffectiveDateTaken.__name__, "int"]


async def test_a_draft_published_twice_at_once_is_published_once(committing: Sessions) -> None:
    number = await drafted(committing)
    outcomes = await asyncio.gather(*(published(committing, number) for _ in range(3)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == [*[AlreadyPublished.__name__] * 2, "int"]


async def test_of_two_pilots_published_at_once_onto_one_path_one_is_refused(committing: Sessions) -> None:
    async with committing.begin() as session:
        await found_small_bank(session)
    numbers = [await drafted(committing) for _ in range(2)]
    terms = (PILOT, replace(PILOT, units=("B1-S1",)))
    racing = (published(committing, *each) for each in zip(numbers, terms, strict=True))
    outcomes = await asyncio.gather(*racing, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == [ReignOverlaps.__name__, "int"]
