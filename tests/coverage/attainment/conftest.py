"""A class 1 client that is co-managed, owed visits since October, and a clock that the test moves."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from app.clock import ManualClock
from app.coverage.tables import VisitParticipant, VisitRecord
from app.coverage.visit_told import fingerprint
from app.db.engine import Sessions
from app.organisation.calendar_keeping import store_told
from app.organisation.calendar_library import told_by_library
from app.rulebooks.reign import Term
from tests.coverage.attainment.november import CLIENT, VISITS, at
from tests.organisation.bank import open_bank
from tests.rulebooks.publishing import published
from tests.service import SHANGHAI, change_of

Known = Callable[..., Awaitable[None]]
Visited = Callable[..., Awaitable[str]]
Covered = Callable[..., Awaitable[Any]]


@pytest.fixture
def until(clock: ManualClock) -> Callable[[datetime], None]:
    """Moves the clock to a moment."""

    def moved(moment: datetime) -> None:
        clock.advance(moment - clock.now())

    return moved
