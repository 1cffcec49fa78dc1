"""The service keeps the calendar of TIERBOOK_CALENDAR by itself, and asks the library no more often than it must."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import ManualClock
from app.db.engine import Sessions, open_engine, open_sessions
from app.kernel.coverage.span import Span
from app.organisation import calendar_keeper
from app.organisation.calendar_days import CalendarDays, working_days
from app.organisation.calendar_keeper import CalendarKeeper
from app.organisation.calendar_library import CalendarUntoldError, source
from app.organisation.calendar_reading import calendar_as_of, versions
from app.settings import Settings

pytestmark = pytest.mark.anyio


class Library:
    """Stands where the library's process is started: counts how often it is, and may fail."""

    def __init__(self, *failures: Exception) -> None:
        self.asked: list[tuple[str, Span]] = []
        self._failures = list(failures)

    async def __call__(self, country: str, reach: Span) -> CalendarDays:
        self.asked.append((country, reach))
        if self._failures:
            raise self._failures.pop(0)
        return CalendarDays(reach)


@pytest.fixture
def keeper(sessions: Sessions, clock: ManualClock, settings: Settings) -> CalendarKeeper:
    return CalendarKeeper(sessions, clock, settings)


def asked(monkeypatch: pytest.MonkeyPatch, *failures: Exception) -> Library:
    library = Library(*failures)
    monkeypatch.setattr(calendar_keeper, "library_days_apart", library)
    return library


async def test_a_service_that_starts_has_china_s_calendar(
    keeper: CalendarKeeper, session: AsyncSession, clock: ManualClock
) -> None:
    assert await keeper.keep_if_reachable()
    found = await calendar_as_of(session, "CN", clock.now())
    assert (found.number, found.source) == (1, source())
    assert working_days(found).on(date(2026, 10, 10))


async def test_the_library_is_asked_once_and_by_the_next_start_not_at_all(
    keeper: CalendarKeeper,
    sessions: Sessions,
    clock: ManualClock,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = asked(monkeypatch)
    for _ in range(2):
        await keeper.keep()
    await CalendarKeeper(sessions, clock, settings).keep()
    assert library.asked == [("CN", Span(date(2016, 1, 1), date(2029, 1, 1)))]


async def test_with_a_new_year_the_calendar_reaches_further(
    keeper: CalendarKeeper, session: AsyncSession, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(monkeypatch)
    await keeper.keep()
    clock.advance(timedelta(days=60))
    await keeper.keep()
    reaches = [each.days.reach.until for each in await versions(session, "CN")]
    assert reaches == [date(2029, 1, 1), date(2030, 1, 1)]


async def test_a_country_that_the_library_has_not_is_asked_for_once(
    keeper: CalendarKeeper, session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = asked(monkeypatch, CalendarUntoldError("no country"))
    for _ in range(2):
        await keeper.keep()
    assert len(library.asked) == 1
    assert await versions(session, "CN") == []


async def test_a_library_that_does_not_answer_is_asked_again(
    keeper: CalendarKeeper, session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(monkeypatch, TimeoutError())
    for _ in range(2):
        await keeper.keep()
    assert len(await versions(session, "CN")) == 1


async def test_while_the_database_is_away_it_waits(clock: ManualClock, bare_settings: Settings) -> None:
    away = bare_settings.with_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    engine = open_engine(away)
    assert not await CalendarKeeper(open_sessions(engine), clock, away).keep_if_reachable()
    await engine.dispose()


@pytest.mark.parametrize("code", ["cn", "CHN", "C", "C1", "中国"])
def test_a_setting_that_is_no_country_code_is_refused(code: str) -> None:
    with pytest.raises(ValidationError, match="TIERBOOK_CALENDAR"):
        Settings.model_validate({"TIERBOOK_CALENDAR": code})
