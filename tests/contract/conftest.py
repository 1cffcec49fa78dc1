"""One application for all contract tests, started with its lifespan, on a database of its own, rulebooks published."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from schemathesis.python.asgi import shutdown_lifespans

from app.clock import SystemClock
from app.db.engine import open_engine, open_sessions
from app.logs import request_log
from app.main import create_app
from app.organisation.calendar_keeping import store_told
from app.organisation.calendar_library import library_days, reach_on
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings
from tests.postgres import Databases
from tests.service import change_of, new_key

_PEPPER = SecretStr("a pepper for tests only")


@pytest.fixture(scope="session")
def contract_settings(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home: Path = tmp_path_factory.mktemp("contract")
    told = Settings(home=home, key_secret=_PEPPER).with_database(databases.copy())
    return told.model_copy(update={"role": "api"})  # it lives on while other tests run: it shall not send or tick


@pytest.fixture(scope="session")
def administrator(contract_settings: Settings) -> str:
    """The key of a caller who may do everything; the shipped rulebooks are published with it."""

    async def prepare() -> str:
        engine = open_engine(contract_settings)
        async with open_sessions(engine).begin() as session:
            now = SystemClock().now()
            await publish_shipped(session, now, contract_settings.timezone)
            days = library_days(contract_settings.calendar, reach_on(now.date()))
            await store_told(change_of(session, now=now), contract_settings.calendar, days, "test")
            key = new_key(session, contract_settings)
        await engine.dispose()
        return key.token

    return asyncio.run(prepare())


@pytest.fixture(scope="session")
def contract_app(contract_settings: Settings) -> Iterator[FastAPI]:
    request_log.write_to(lambda _: None)  # thousands of lines that would bury the one finding
    yield create_app(contract_settings)
    shutdown_lifespans()
    request_log.write_to(None)
