"""What the application starts beside its requests, and what it leaves behind."""

from fastapi import FastAPI

from app.access import service
from tests.service import NOON, new_key


async def test_uses_are_written_at_the_end(lasting_app: FastAPI) -> None:
    state = lasting_app.state
    async with state.sessions.begin() as session:
        key = new_key(session, state.settings)
    async with lasting_app.router.lifespan_context(lasting_app):
        assert not state.draining
        await state.keys.principal(key.token)
    assert state.draining
    async with state.sessions.begin() as session:
        assert (await service.find(session, key.key.prefix)).last_used_at == NOON
