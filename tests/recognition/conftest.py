"""The small bank at work."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from tests.recognition.at_work import Bank


@pytest.fixture
async def bank(app: FastAPI, clock: ManualClock) -> AsyncIterator[Bank]:
    async with AsyncExitStack() as callers:
        made = Bank(app, clock, callers)
        await made.open()
        yield made
