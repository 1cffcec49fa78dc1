"""One application for each module, with the shipped rulebooks published: scoring stores nothing, so tests share it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.clock import ManualClock
from app.db.engine import connect_args
from app.rulebooks.shipped import publish_shipped
from app.settings import Settings
from tests.postgres import Databases
from tests.service import NOON, client_of, new_key, under_test


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> tuple[FastAPI, str]:
    """The application and an administrator's key, on a database of its own."""
    home: Path = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, key_secret=SecretStr("a pepper for tests only")).with_database(databases.copy())

    async def prepare() -> tuple[FastAPI, str]:
        assert settings.database_url is not None
        url = settings.database_url.get_secret_value()
        engine = create_async_engine(url, poolclass=NullPool, connect_args=connect_args(settings))
        sessions = async_sessionmaker(engine, expire_on_commit=False)
        app = under_test(settings, engine, sessions, ManualClock(NOON))
        async with sessions.begin() as session:
            await publish_shipped(session, NOON, settings.timezone)
            key = new_key(session, settings)
        await app.state.rulebooks.refresh()
        return app, key.token

    return asyncio.run(prepare())


@pytest.fixture
def app(served: tuple[FastAPI, str]) -> FastAPI:
    return served[0]


@pytest.fixture
async def client(served: tuple[FastAPI, str]) -> AsyncIterator[httpx2.AsyncClient]:
    """A caller with an administrator's key."""
    async with client_of(*served) as caller:
        yield caller
