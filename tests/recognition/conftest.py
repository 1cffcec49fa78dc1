"""The small bank at work."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from tests.postgres import Founding
from tests.recognition.at_work import Bank, at_work, founded


@pytest.fixture(scope="session")
def founding() -> Founding:
    return founded


@pytest.fixture
async def bank(app: FastAPI, clock: ManualClock) -> AsyncIterator[Bank]:
    async with at_work(app, clock) as bank:
        yield bank
