"""The application on a database with one of everything for each of four units, and keys of some of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from app.clock import ManualClock
from app.db.engine import Sessions, connect_args
from app.settings import Settings
from tests.contract.fence.objects import World, fill, found
from tests.service import NOON, client_of, new_key, under_test

PEPPER: Final = "a pepper for tests only"
Unit = str | None
"""Of a key; None is the whole bank's."""


@dataclass(frozen=True)
class Opened:
    """The application, its database, what is in it, and by unit the token of a key that may do everything there."""

    app: FastAPI
    engine: AsyncEngine
    world: World
    tokens: Mapping[Unit, str]


def opened(url: str, home: Path, units: Sequence[Unit]) -> Opened:
    """Fill an empty database and keep it; what is used of it later opens connections of its own."""
    settings = Settings(home=home, key_secret=SecretStr(PEPPER)).with_database(url)
    engine = create_async_engine(url, poolclass=NullPool, connect_args=connect_args(settings))
    return asyncio.run(_filled(settings, engine, units))


async def _filled(settings: Settings, engine: AsyncEngine, units: Sequence[Unit]) -> Opened:
    sessions: Sessions = async_sessionmaker(engine, expire_on_commit=False)
    app = under_test(settings, engine, sessions, ManualClock(NOON))
    async with sessions.begin() as session:
        await found(session)
        tokens = {unit: new_key(session, settings, name=f"key of {unit}", unit=unit).token for unit in {None, *units}}
    async with client_of(app, tokens[None]) as bank:
        return Opened(app, engine, await fill(app, bank), tokens)
