"""The small bank at work, with exits proposed after every assessment."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI

from app.clock import ManualClock
from app.exits.proposing import propose_triggered
from tests.recognition.at_work import Bank


@pytest.fixture
async def bank(app: FastAPI, clock: ManualClock) -> AsyncIterator[Bank]:
    async with AsyncExitStack() as callers:
        app.state.followers = [propose_triggered]
        made = Bank(app, clock, callers)
        await made.open()
        yield made
