"""The sweep, as the tests of features run it: with the application's own handlers, at the clock's moment."""

from fastapi import FastAPI

from app.clock import Clock
from app.db.engine import Sessions
from app.scheduler.sweeping import Sweeper, Swept
from app.trail.waking import Waking
from tests.service import SHANGHAI


async def swept(app: FastAPI, sessions: Sessions, clock: Clock) -> Swept:
    """Sweep once."""
    sweeper = Sweeper(sessions, clock, SHANGHAI, app.state.handlers, Waking())
    found = await sweeper.sweep()
    assert not found.failed
    return found
