"""`tierbook calendar show`, as typed."""

import asyncio
from datetime import date

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.db.engine import open_engine, open_sessions
from app.kernel.coverage.span import Span
from app.organisation.calendar_keeping import store_told
from app.organisation.calendar_library import library_days
from app.settings import Settings
from tests.service import change_of


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, ["calendar", "show", *words])


@pytest.fixture
def _china(fresh_database_url: str, bare_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    asyncio.run(_kept(bare_settings.with_database(fresh_database_url)))


async def _kept(settings: Settings) -> None:
    engine = open_engine(settings)
    days = library_days("CN", Span(date(2026, 1, 1), date(2028, 1, 1)))
    async with open_sessions(engine).begin() as session:
        await store_told(change_of(session), "CN", days, "holidays 0.109")
    await engine.dispose()


@pytest.mark.usefixtures("_china")
def test_a_year_is_shown_with_its_days_of_rest_and_its_make_up_days() -> None:
    said = typed("CN", "--year", "2026")
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[:4] == [
        "CN 2026: 248 working days (version 1, holidays 0.109)",
        "  2026-01-01 Thu  rest 休",
        "  2026-01-02 Fri  rest 休",
        "  2026-01-04 Sun  work 班",
    ]
    assert lines[-1] == "  2026-10-10 Sat  work 班"


@pytest.mark.usefixtures("_china")
def test_a_year_beyond_the_reach_and_a_calendar_that_is_not_kept_are_refused_in_a_line() -> None:
    beyond, other = typed("CN", "-y", "2031"), typed("DE", "-y", "2026")
    assert (beyond.exit_code, other.exit_code) == (1, 1)
    assert "CN reaches from 2026-01-01 to before 2028-01-01" in beyond.output
    assert "There is no calendar DE yet" in other.output


def test_it_wants_to_know_which() -> None:
    assert typed().exit_code == 2
